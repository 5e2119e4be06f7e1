import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { InputError, programOnPath } from '@observed-rollouts/command-line';
import { fileErrorReason } from '@observed-rollouts/report/files';

export interface Toolchain {
  /** Path of the `prometheus` binary. */
  readonly prometheus: string;
  readonly promtool: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Both programs from the folders of PATH; `undefined` unless both are there. */
export function toolchainOnPath(env: Environment): Toolchain | undefined {
  const prometheus = programOnPath('prometheus', env);
  const promtool = programOnPath('promtool', env);
  return prometheus !== undefined && promtool !== undefined ? { prometheus, promtool } : undefined;
}

/** Both programs of one folder; `undefined` unless both are there. */
export function toolchainIn(folder: string): Toolchain | undefined {
  return toolchainOnPath({ PATH: folder });
}

/** `$XDG_CACHE_HOME/observed-rollouts`, or `~/.cache/observed-rollouts`; a relative `XDG_CACHE_HOME` doesn't count, as its specification says. */
export function cacheFolder(env: Environment): string {
  const base = env['XDG_CACHE_HOME'];
  const home = env['HOME'] ?? homedir();
  return join(base !== undefined && isAbsolute(base) ? base : join(home, '.cache'), 'observed-rollouts');
}

/**
 * Fills a folder of the cache once: `fill` works in a folder of its own, which becomes the cached one as a whole.
 *
 * Several callers at once are safe: the first one wins, the others take its folder.
 * Errors: {@link InputError} when the cache can't be written; whatever `fill` rejects with.
 */
export async function fillOnce(
  cache: string,
  name: string,
  fill: (folder: string) => Promise<string>,
): Promise<string> {
  const target = join(cache, name);
  const work = makeWorkFolder(cache);
  try {
    const filled = await fill(work);
    moveUnlessThere(filled, target);
    return target;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function makeWorkFolder(cache: string): string {
  try {
    mkdirSync(cache, { recursive: true });
    return mkdtempSync(join(cache, 'fetching-'));
  } catch (error) {
    throw new InputError([
      `${cache}: ${fileErrorReason(error)}, expected a cache folder that can be written; set XDG_CACHE_HOME to one`,
    ]);
  }
}

function moveUnlessThere(from: string, target: string): void {
  try {
    renameSync(from, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}
