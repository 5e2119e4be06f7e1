import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isProgram, programOnPath } from './program.ts';

/** A program of the system that a test runs. Debian's package can't be used unpacked only, as Prometheus' is: it needs others beside it. */
export interface DebianProgram {
  /** What people call it. */
  readonly title: string;
  /** Names on PATH, the preferred one first. */
  readonly names: readonly string[];
  /** Debian's package that brings one of them. */
  readonly debianPackage: string;
  readonly neededFor: string;
  /** Environment variable that holds the program's path where it isn't on PATH. */
  readonly variable?: string;
}

/** What looking for a program, and installing it, needs of a machine. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether packages can be installed here. */
  readonly isRoot: boolean;
  /** Runs apt-get; rejects with what it wrote to `stderr` when it fails. */
  apt(...args: readonly string[]): Promise<unknown>;
  note(text: string): void;
}

const thisMachine: Machine = {
  env: process.env,
  isRoot: process.getuid?.() === 0,
  apt(...args) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
    return promisify(execFile)('apt-get', ['-q', ...args], { env });
  },
  note: (text) => console.log(text),
};

/**
 * The path of a program: the one that its variable names, else the first on PATH, else, for root, the one that Debian's package brings.
 * Errors: rejects with the next step when there is none and none can be installed, and when the variable names no program.
 */
export async function findDebianProgram(program: DebianProgram, machine = thisMachine): Promise<string> {
  const { variable } = program;
  const chosen = variable === undefined ? undefined : machine.env[variable];
  if (chosen !== undefined && chosen !== '') {
    if (isProgram(chosen)) return chosen;
    throw new Error(`${variable}: got ${chosen}, expected the path of a program that can be run`);
  }
  return onPath(program, machine) ?? (await installed(program, machine));
}

function onPath({ names }: DebianProgram, { env }: Machine): string | undefined {
  return names.map((name) => programOnPath(name, env)).find((path) => path !== undefined);
}

async function installed(program: DebianProgram, machine: Machine): Promise<string> {
  const { title, debianPackage, neededFor, variable } = program;
  const names = program.names.join(', ');
  const install = `install it, e.g. apt-get install ${debianPackage}`;
  const next = variable === undefined ? install : `set ${variable} to its path, or ${install}`;
  if (!machine.isRoot)
    throw new Error(`${title}: found no ${names} on PATH, expected one program for ${neededFor}; ${next}`);
  machine.note(`installing Debian's package ${debianPackage} for ${neededFor}`);
  try {
    await installPackage(debianPackage, machine);
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const reason = stderr.trim().split('\n').at(-1) || message;
    throw new Error(`${title}: can't install Debian's package ${debianPackage}: ${reason}; ${next}`, { cause: error });
  }
  const path = onPath(program, machine);
  if (path !== undefined) return path;
  throw new Error(`${title}: Debian's package ${debianPackage} is installed, but brought no ${names} on PATH; ${next}`);
}

async function installPackage(debianPackage: string, { apt }: Machine): Promise<void> {
  const install = () => apt('install', '-y', '--no-install-recommends', debianPackage);
  await install().catch(async () => {
    // apt's lists may be absent or stale.
    await apt('update');
    await install();
  });
}
