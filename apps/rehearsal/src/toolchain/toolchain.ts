import { join } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { cacheFolder, fillOnce, type Toolchain, toolchainIn, toolchainOnPath } from './cache.ts';
import { fetchDebianPackage } from './debian-package.ts';
import { archiveFor, pinnedVersion } from './pinned-release.ts';
import { fetchReleaseArchive } from './release-archive.ts';
import { run } from './run.ts';

/** The archive and what is in it, for as long as both are there. */
const neededMegabytes = 500;

export interface FetchSettings {
  /** Says what happens, one line at a time. */
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface ToolchainSettings extends FetchSettings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As Node.js names them; this machine's by default. */
  readonly platform?: string;
  readonly architecture?: string;
}

/** Somewhere that both programs can be had from. */
interface Source {
  readonly description: string;
  /** Folder of the cache. */
  readonly name: string;
  readonly fetch: (folder: string) => Promise<string>;
}

/**
 * Finds `prometheus` and `promtool`: on PATH, else in the cache, else fetches them once into the cache.
 *
 * Errors: {@link InputError} with one message that says what was tried and what to install.
 */
export async function findToolchain(settings: ToolchainSettings): Promise<Toolchain> {
  const { env, note, signal } = settings;
  const installed = toolchainOnPath(env);
  if (installed) return installed;
  const cache = cacheFolder(env);
  const sources = sourcesFor(settings);
  const cached = sources.map(({ name }) => toolchainIn(join(cache, name))).find((toolchain) => toolchain !== undefined);
  if (cached) return cached;
  note(`Prometheus isn't installed: fetching it once into ${cache}`);
  const failures: string[] = [];
  for (const { description, name, fetch } of sources) {
    try {
      const folder = await fillOnce(cache, name, async (work) => prove(await fetch(work), signal));
      return toolchainIn(folder) as Toolchain;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof InputError) throw error;
      if (isDiskFull(error)) throw new InputError([describeFullDisk(cache)]);
      failures.push(`${description} (${(error as Error).message})`);
      note(`  ${description}: ${(error as Error).message}`);
    }
  }
  const tried = failures.length === 0 ? 'there is no download for this platform' : `tried ${failures.join(' and ')}`;
  throw new InputError([
    `Prometheus: not found on PATH and could not be fetched, ${tried}; install it so that prometheus and promtool are on PATH, e.g. apt-get install prometheus, or brew install prometheus`,
  ]);
}

function sourcesFor({
  platform = process.platform,
  architecture = process.arch,
  note,
  signal,
}: ToolchainSettings): readonly Source[] {
  const archive = archiveFor(platform, architecture);
  const release: Source[] = archive
    ? [
        {
          description: 'the release archive',
          name: `prometheus-${pinnedVersion}`,
          fetch: (folder) => fetchReleaseArchive(archive, folder, { note, signal }),
        },
      ]
    : [];
  const debian: Source = {
    description: "Debian's package",
    name: 'prometheus-debian',
    fetch: (folder) => fetchDebianPackage(folder, { note, signal }),
  };
  return platform === 'linux' ? [...release, debian] : release;
}

/** Another source would need the same room. Programs that unpack say it in words. */
function isDiskFull(error: unknown): boolean {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || /No space left on device|Disk quota exceeded/.test(message);
}

function describeFullDisk(cache: string): string {
  return `${cache}: no space left, expected ${neededMegabytes} MB for Prometheus; free some, or set XDG_CACHE_HOME to a folder on another disk`;
}

/** What was fetched must start here, or it doesn't enter the cache: it may be for another C library or processor. */
async function prove(folder: string, signal: AbortSignal): Promise<string> {
  const toolchain = toolchainIn(folder);
  if (!toolchain) throw new Error('it has no prometheus and promtool');
  await run(toolchain.prometheus, ['--version'], { cwd: folder, signal });
  return folder;
}
