import {
  configExitCode,
  formatDuration,
  pingerSettings,
  readSettings,
  type Setting,
  SettingsError,
  type SettingsOf,
  settingTypes,
} from '@observed-rollouts/contract';
import { pingServiceLevel, pingTraffic } from '@observed-rollouts/slo';
import { Command, CommanderError, Option } from 'commander';

const { duration, integer, number, percentage } = settingTypes;
const { promise, objectives } = pingServiceLevel;

/** Exit code of a program that was called with flags it doesn't have. */
export const usageExitCode = 2;

/** What can be planned with; every default is the story's. */
const planSettings = {
  acceptable: {
    name: 'PLAN_P0',
    flag: '--p0',
    ...percentage(0, 100),
    default: percentText(objectives[0]?.acceptable ?? 0.05),
    example: '1%',
    description: 'Share of bad answers that is still fine: the objective',
  },
  refused: {
    name: 'PLAN_P1',
    flag: '--p1',
    ...percentage(0, 100),
    default: percentText(objectives[0]?.refused ?? 0.2),
    example: '5%',
    description: 'Share of bad answers that a release is refused for',
  },
  answersPerSecond: {
    name: 'PLAN_RPS',
    flag: '--rps',
    ...number(0.01, 100_000, 'answers per second'),
    default: pingerSettings.ratePerSecond.default,
    example: '10',
    description: 'Answers of the service per second, all versions together',
  },
  weight: {
    name: 'PLAN_WEIGHT',
    flag: '--weight',
    ...percentage(0, 100),
    default: `${pingTraffic.weights[0]}%`,
    example: '20%',
    description: 'Share of them that the canary gives while the gate judges it',
  },
  budgetMs: {
    name: 'PLAN_BUDGET',
    flag: '--budget',
    ...duration(1_000, 86_400_000),
    default: formatDuration(promise.budgetMs),
    example: '5m',
    description: 'Time after which a gate without a verdict pauses the release',
  },
  alpha: {
    name: 'PLAN_ALPHA',
    flag: '--alpha',
    ...percentage(0, 50),
    default: percentText(promise.falseAbort),
    example: '1%',
    description: 'Largest chance to abort a release that is fine, over all tests',
  },
  beta: {
    name: 'PLAN_BETA',
    flag: '--beta',
    ...percentage(0, 50),
    default: percentText(promise.missed),
    example: '1%',
    description: 'Largest chance to let a release pass that must be refused',
  },
  lookMs: {
    name: 'PLAN_LOOK',
    flag: '--look',
    ...duration(1_000, 3_600_000),
    default: formatDuration(promise.lookIntervalMs),
    example: '5s',
    description: 'Time between two looks, and between two scrapes',
  },
  tests: {
    name: 'PLAN_TESTS',
    flag: '--tests',
    ...integer(1, 100),
    default: `${objectives.length}`,
    example: '2',
    description: 'Tests that share the chance of a false abort',
  },
  designEffect: {
    name: 'PLAN_DESIGN_EFFECT',
    flag: '--design-effect',
    ...number(1, 1_000, 'answers'),
    default: '1',
    example: '3',
    description: 'Answers that carry the evidence of one, because failures come in bursts',
  },
} as const;

/** What is planned, in the units of its names; shares from 0 to 1. */
export type PlanInput = SettingsOf<typeof planSettings>;

/** The command line asked for its end: help, or a usage error. */
export class CommandLineExit extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Reads the arguments after the program's name, and the variables behind the flags.
 *
 * Errors: {@link CommandLineExit} for help and for unknown flags; a SettingsError with all wrong values at once, or, when each is right by
 *         itself, with all that don't go together.
 */
export function readPlanInput(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { readonly input: PlanInput; readonly json: boolean } {
  const { flags, json } = readCommandLine(args);
  const input = readSettings('plan', planSettings, { env, flags });
  const problems = problemsTogether(input);
  if (problems.length > 0) throw new SettingsError('plan', problems);
  return { input, json };
}

function problemsTogether({ acceptable, refused, budgetMs, lookMs }: PlanInput): string[] {
  const problems: string[] = [];
  if (refused <= acceptable) {
    problems.push(
      `--p1: got ${percentText(refused)}, expected more than --p0, which is ${percentText(acceptable)}, ` +
        `e.g. --p1 ${percentText(Math.min(4 * acceptable, (1 + acceptable) / 2))}`,
    );
  }
  if (budgetMs < lookMs || !Number.isInteger(budgetMs / lookMs)) {
    problems.push(
      `--budget: got ${formatDuration(budgetMs)}, expected a multiple of --look, which is ${formatDuration(lookMs)}, ` +
        `e.g. --budget ${formatDuration(Math.ceil(budgetMs / lookMs) * lookMs)}`,
    );
  }
  return problems;
}

function readCommandLine(args: readonly string[]): { flags: Record<string, string>; json: boolean } {
  const options = Object.values<Setting>(planSettings).map(
    ({ flag = '', name, description, default: fallback }) =>
      new Option(`${flag} <${flag.slice(2)}>`, `${description} (${name}, default ${fallback})`),
  );
  const command = new Command('plan')
    .description(
      'Forecasts a release gate: does this traffic reach a verdict in time, what do users see until then, and what helps most.',
    )
    .option('--json', 'Print the forecast as one JSON document; shares from 0 to 1, times in seconds')
    .helpOption('--help', 'Show this help')
    .addHelpText(
      'after',
      `\nExit code: 0 for a forecast, whatever it says; ${usageExitCode} for an unknown flag; ${configExitCode} for a wrong value.`,
    )
    .allowExcessArguments(false);
  for (const option of options) command.addOption(option);
  parse(command, args);
  const values = command.opts<Record<string, string | boolean | undefined>>();
  const given = options.map((option) => [option.long as string, values[option.attributeName()]] as const);
  return {
    flags: Object.fromEntries(given.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    json: values['json'] === true,
  };
}

function parse(command: Command, args: readonly string[]): void {
  let output = '';
  command.exitOverride().configureOutput({ writeOut: (text) => (output += text), writeErr: () => undefined });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) throw new CommandLineExit(output.trimEnd(), 0);
    const problem = error.message
      .replace(/^error: /, '')
      .replace(/\.$/, '')
      .replaceAll('\n', ' ');
    throw new CommandLineExit(`plan: ${problem}; see --help`, usageExitCode);
  }
}

/** 0.05 → `5%`. */
export function percentText(share: number): string {
  return `${Number((share * 100).toPrecision(6))}%`;
}
