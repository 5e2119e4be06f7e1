import { configExitCode, pingerSettings, type Setting } from '@observed-rollouts/contract';
import { Command, CommanderError, Option } from 'commander';

/** Exit code of a program that was called with flags it doesn't have, as shells and POSIX utilities use it. */
export const usageExitCode = 2;

/** What the command line says; values of settings are still texts. */
export interface CommandLine {
  /** Texts by flag name (`--rate`), for `readSettings`. */
  readonly flags: Readonly<Record<string, string>>;
  /** One JSON document at the end instead of the table. */
  readonly json: boolean;
  /** Open the ports although the run has a duration. */
  readonly serve: boolean;
}

/** The command line asked for its end: help, or a usage error. */
export class CommandLineExit extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

const flagSettings = Object.values<Setting>(pingerSettings).filter((setting) => setting.flag !== undefined);
const otherVariables = Object.values<Setting>(pingerSettings).filter((setting) => setting.flag === undefined);

/**
 * Reads the arguments after the program's name.
 *
 * Errors: {@link CommandLineExit} with the help and exit code 0, or with one line about an unknown flag, a flag without its value or an
 *         unexpected argument, and {@link usageExitCode}. Values aren't judged here.
 */
export function readCommandLine(args: readonly string[]): CommandLine {
  const options = flagSettings.map(toOption);
  const command = createCommand(options);
  parse(command, args);
  const values: Readonly<Record<string, unknown>> = command.opts();
  const given = options.map((option) => [option.long as string, values[option.attributeName()]] as const);
  return {
    flags: Object.fromEntries(given.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    json: values['json'] === true,
    serve: values['serve'] === true,
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
      .replace(/\n/g, ' ');
    throw new CommandLineExit(`pinger: ${problem}; see --help`, usageExitCode);
  }
}

function createCommand(options: readonly Option[]): Command {
  const command = new Command('pinger')
    .description(
      'Pings a URL at a constant rate, whether or not it answers, and counts how every ping ends.\n' +
        'Before its first ping it warms up on pings to itself, for a second at most; nothing of that is counted.\n' +
        'Without a duration it runs until SIGTERM or ctrl-C as a service: probes and metrics on its two ports.\n' +
        'With a duration it is a script run: it serves nothing, and ends with a summary.',
    )
    .allowExcessArguments(false);
  for (const option of options) command.addOption(option);
  return command
    .option('--json', 'Print the summary as one JSON document on stdout; logs go to stderr')
    .option('--serve', 'Open the ports in a script run too')
    .helpOption('--help', 'Show this help')
    .addHelpText('after', afterHelp());
}

function toOption({ flag = '', name, description, default: fallback }: Setting): Option {
  const facts = fallback === undefined ? name : `${name}, default ${fallback}`;
  return new Option(`${flag} <${flag.replace(/^--/, '')}>`, `${description} (${facts})`);
}

function afterHelp(): string {
  const variables = otherVariables.map(
    ({ name, description, default: fallback }) =>
      `  ${name.padEnd(16)} ${description.replaceAll('`', '')} (default ${fallback})`,
  );
  return `
A flag wins over its environment variable. More environment variables:
${variables.join('\n')}
OTEL_* variables work as OpenTelemetry specifies them.

Exit code: 0 when it could run, however the pings ended; ${usageExitCode} for an unknown flag; ${configExitCode} for a wrong setting.

Example: ${flagSettings
    .filter(({ flag = '' }) => ['--target', '--rate', '--duration'].includes(flag))
    .map(({ flag, example }) => `${flag} ${example}`)
    .join(' ')}`;
}
