import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Release } from '@observed-rollouts/contract';
import type { CommandLine } from '../command-line.ts';
import { readManifests } from '../manifests/manifests.ts';
import { type RehearsalPlan, readPlan } from '../release/plan.ts';
import { readReleases, readStory } from '../release/release-file.ts';
import { planOwnService } from './own-plan.ts';
import { readServiceFile } from './service-file.ts';

/** What a command line asks to be played. */
export interface ChosenReleases {
  readonly plan: RehearsalPlan;
  readonly releases: readonly Release[];
  /** What to know before it is played, one line each. */
  readonly warnings: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The releases of ping-service that are named, or the story; or the one of a service file.
 *
 * Errors: {@link InputError} with everything that is wrong with the files.
 */
export function chooseReleases(commandLine: CommandLine, root: string, env: Environment): ChosenReleases {
  const { file, releases, releasesFolder, manifests } = commandLine;
  if (file !== undefined) {
    const { release, ...own } = planOwnService(
      readServiceFile(fromCaller(file, env), env),
      readManifests(manifests),
      root,
    );
    return { ...own, releases: [release] };
  }
  const chosen = releases.length === 0 ? readStory(releasesFolder) : readReleases(releasesFolder, releases);
  return { plan: readPlan(readManifests(manifests), root), releases: chosen, warnings: [] };
}

/** npm starts its scripts in the workspace's folder; a path is meant from where npm was called. */
export function fromCaller(file: string, { INIT_CWD: caller }: Environment): string {
  if (isAbsolute(file) || caller === undefined) return file;
  return relative(process.cwd(), resolve(join(caller, file))) || '.';
}
