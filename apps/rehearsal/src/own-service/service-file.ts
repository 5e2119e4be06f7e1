import { dirname, resolve } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { checkServiceLevel, type ServiceLevel, ServiceLevelError } from '@observed-rollouts/slo';
import { parseDocument } from 'yaml';
import { readText } from '../manifests/manifests.ts';
import { describeIssue } from './problems.ts';
import { type ServiceFile, serviceFileSchema } from './service-file-schema.ts';
import { readServiceLevel } from './service-level.ts';
import { commandProblems, resolveVersions, type ServiceVersion } from './versions.ts';

/** A service file that has been read and checked as far as it can be before anything runs. */
export interface OwnService {
  /** As the user named it, for errors. */
  readonly file: string;
  readonly settings: ServiceFile;
  readonly stable: ServiceVersion;
  readonly candidate: ServiceVersion;
  readonly level: ServiceLevel;
}

/**
 * Reads a service file.
 *
 * Errors: {@link InputError} with every problem: fields, the soundness of the objectives, programs and folders that aren't there.
 */
export function readServiceFile(file: string, env: Readonly<Record<string, string | undefined>>): OwnService {
  const document = parseDocument(readText(file), { prettyErrors: true });
  const [error] = document.errors;
  if (error) throw new InputError([`${file}: not valid YAML: ${error.message.split(':\n')[0]}`]);
  const result = serviceFileSchema.safeParse(document.toJS() as unknown, { reportInput: true });
  if (!result.success) throwAll(result.error.issues.flatMap((issue) => describeIssue(issue, file)));
  const settings = result.data;
  const level = readServiceLevel(settings);
  const { stable, candidate, problems: missing } = resolveVersions(settings, resolve(dirname(file)), env);
  const problems = [...missing, ...commandProblems({ stable, candidate }), ...levelProblems(level)];
  if (problems.length > 0) throwAll(problems.map((problem) => `${file}: ${problem}`));
  return { file, settings, stable, candidate, level };
}

function levelProblems(level: ServiceLevel): readonly string[] {
  try {
    checkServiceLevel(level);
    return [];
  } catch (error) {
    if (!(error instanceof ServiceLevelError)) throw error;
    return error.problems;
  }
}

function throwAll(problems: readonly string[]): never {
  throw new InputError(problems as [string, ...string[]]);
}
