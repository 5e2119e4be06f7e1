import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isProgram, programOnPath } from '@observed-rollouts/command-line';
import type { ServiceFile } from './service-file-schema.ts';

/** One version of a service: how its processes are started. */
export interface ServiceVersion {
  /** Program and arguments; may hold {@link portPlaceholders}. */
  readonly command: readonly string[];
  /** Variables of the process; values may hold {@link portPlaceholders}. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly workingDirectory: string;
}

/** What stands for a port of the process in commands and variables, by the name of the port. */
export const portPlaceholders = { http: '{port}', metrics: '{metricsPort}' } as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Both versions, the candidate with what it doesn't declare taken from the stable one; and the variables that `env` doesn't have. */
export function resolveVersions({ stable, candidate }: ServiceFile, folder: string, env: Environment) {
  const problems: string[] = [];
  const inherited = (version: 'stable' | 'candidate', names: readonly string[]) =>
    Object.fromEntries(
      names.flatMap((name, index) => {
        const value = env[name];
        if (value !== undefined) return [[name, value] as const];
        problems.push(`${version}.inherit[${index}]: ${name} is not set in this shell, expected a variable that is`);
        return [];
      }),
    );
  const ofStable = inherited('stable', stable.inherit);
  const ofCandidate = candidate.inherit === undefined ? ofStable : inherited('candidate', candidate.inherit);
  const path = { PATH: env['PATH'] ?? '' };
  return {
    stable: {
      command: stable.command,
      environment: { ...path, ...ofStable, ...stable.environment },
      workingDirectory: resolve(folder, stable.workingDirectory),
    },
    candidate: {
      command: candidate.command ?? stable.command,
      environment: { ...path, ...ofCandidate, ...stable.environment, ...candidate.environment },
      workingDirectory: resolve(folder, candidate.workingDirectory ?? stable.workingDirectory),
    },
    problems,
  };
}

/** Folders and programs that aren't there; what both versions share is reported once. */
export function commandProblems(versions: Readonly<Record<'stable' | 'candidate', ServiceVersion>>): readonly string[] {
  const found = Object.entries(versions).flatMap(([name, version]) =>
    versionProblem(version).map((problem) => [problem, `${name}.${problem}`] as const),
  );
  return [...new Map(found.toReversed()).values()].toReversed();
}

function versionProblem({ command, environment, workingDirectory }: ServiceVersion): readonly string[] {
  if (!isFolder(workingDirectory))
    return [`workingDirectory: ${workingDirectory} is no folder, expected one that exists`];
  const [program = ''] = command;
  if (program.includes('/')) {
    const file = resolve(workingDirectory, program);
    return isProgram(file) ? [] : [`command: ${file} can't be started, expected an executable file`];
  }
  if (programOnPath(program, environment) !== undefined) return [];
  return [`command: ${program} is not on the PATH, expected an installed program or the path of one`];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
