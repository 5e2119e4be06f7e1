/** What a text reads to; or that it is no good, with what exactly is wrong where the rule doesn't say it all. */
export type Reading<T> =
  { readonly good: true; readonly value: T } | { readonly good: false; readonly detail?: string };

/** One setting of a program: an environment variable, and the command-line flag that overrides it where there is one. */
export interface Setting<T = unknown> {
  /** Name of the environment variable. */
  readonly name: string;
  /** Command-line flag, such as `--rate`; absent when only the environment sets it. */
  readonly flag?: string;
  readonly read: (text: string) => Reading<T>;
  /** Text that stands for the setting when nothing is given; `undefined`: the setting is then absent. */
  readonly default: string | undefined;
  /** Completes "expected …": the type and range in words. */
  readonly expected: string;
  /** A good value, shown in every error. */
  readonly example: string;
  /** What it changes, one sentence without a full stop. */
  readonly description: string;
}

/** The settings of one program by the name that code reads them with. */
export type SettingsTable = Readonly<Record<string, Setting>>;

/** What a table reads to; a setting without a default may be `undefined`. */
export type SettingsOf<T extends SettingsTable> = {
  readonly [K in keyof T]: T[K] extends Setting<infer V> ? (T[K]['default'] extends string ? V : V | undefined) : never;
};

/** Where texts come from, for the words of an error. */
export interface SettingsSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values of flags by flag name (`--rate`); they win over the environment. */
  readonly flags?: Readonly<Record<string, string | undefined>>;
}

/** Exit code of a program whose settings are wrong (`EX_CONFIG` of sysexits.h). */
export const configExitCode = 78;

/** All wrong settings of a program; the message lists each on a line of its own. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(program: string, problems: readonly string[]) {
    const count = problems.length === 1 ? '1 setting is wrong' : `${problems.length} settings are wrong`;
    super(`${program}: ${count}\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/**
 * Reads every setting of a table.
 *
 * Edge:   an empty text counts as not given, as OpenTelemetry's variables do; flags win over the environment.
 * Errors: {@link SettingsError} with all wrong settings at once, in table order, then variables whose name is a misspelling of one
 *         in the table. Nothing wrong ever becomes a default.
 */
export function readSettings<T extends SettingsTable>(
  program: string,
  table: T,
  { env, flags = {} }: SettingsSources,
): SettingsOf<T> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(table)) {
    const { text, where } = findText(setting, env, flags);
    if (text === undefined) continue;
    const reading = setting.read(text);
    if (reading.good) values[key] = reading.value;
    else problems.push(describeProblem(where, text, setting, reading.detail));
  }
  problems.push(...findMisspellings(table, env));
  if (problems.length > 0) throw new SettingsError(program, problems);
  return values as SettingsOf<T>;
}

function findText(
  setting: Setting,
  env: SettingsSources['env'],
  flags: Required<SettingsSources>['flags'],
): { text: string | undefined; where: string } {
  const fromFlag = setting.flag === undefined ? undefined : flags[setting.flag];
  if (setting.flag !== undefined && fromFlag !== undefined) return { text: fromFlag, where: setting.flag };
  const fromEnvironment = env[setting.name];
  return { text: fromEnvironment ? fromEnvironment : setting.default, where: setting.name };
}

function describeProblem(where: string, text: string, setting: Setting, detail: string | undefined): string {
  const reason = detail === undefined ? '' : ` (${detail})`;
  const example = where.startsWith('--') ? `${where} ${setting.example}` : `${where}=${setting.example}`;
  return `${where}: got ${JSON.stringify(text)}, expected ${setting.expected}${reason}, e.g. ${example}`;
}

/** A variable one or two letters away from one of the table is a misspelling; anything else belongs to somebody else. */
function findMisspellings(table: SettingsTable, env: SettingsSources['env']): string[] {
  const known = Object.values(table).map((setting) => setting.name);
  return Object.keys(env)
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const meant = known.find((candidate) => isMisspelling(name, candidate));
      return meant === undefined ? [] : [`${name}: unknown variable, expected ${meant}; rename or remove it`];
    })
    .sort();
}

/** Names share a first word of four or more letters, so that PORT or HOME are never taken for one of ours. */
function isMisspelling(name: string, candidate: string): boolean {
  const [firstWord = ''] = candidate.split('_');
  return firstWord.length >= 4 && name.startsWith(`${firstWord}_`) && editDistance(name, candidate) <= 2;
}

/** Levenshtein distance, row by row. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[b.length] as number;
}
