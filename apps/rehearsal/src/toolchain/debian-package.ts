import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';
import type { FetchSettings } from './toolchain.ts';

/** As root, apt would download as its own user, who can't write here, and warn. */
const aptOptions = ['-o', 'APT::Sandbox::User=root', '-q'];

/**
 * Downloads Debian's package and unpacks it without installing it; needs no privileges.
 *
 * Shape:  returns the folder that holds `prometheus` and `promtool`.
 * Errors: rejects when apt can't reach a mirror that has the package.
 */
export async function fetchDebianPackage(folder: string, settings: FetchSettings): Promise<string> {
  settings.note("fetching Debian's package prometheus");
  const unpacked = join(folder, 'unpacked');
  await unpackDebianPackage('prometheus', folder, unpacked, settings);
  const binaries = join(unpacked, 'usr/bin');
  // Newer Debian has promtool in a package of its own.
  if (!existsSync(join(binaries, 'promtool'))) {
    await unpackDebianPackage('promtool', folder, unpacked, settings);
  }
  return binaries;
}

/** Downloads a package into `folder` and unpacks it into `target`; rejects when apt can't reach a mirror that has it. */
export async function unpackDebianPackage(
  name: string,
  folder: string,
  target: string,
  { signal, note }: FetchSettings,
): Promise<void> {
  const downloads = join(folder, `download-${name}`);
  mkdirSync(downloads, { recursive: true });
  const options = { cwd: downloads, signal };
  try {
    await run('apt-get', [...aptOptions, 'download', name], options);
  } catch {
    signal.throwIfAborted();
    note("  apt's lists don't have it: reading them anew, for this download only");
    const privateLists = privateAptOptions(folder);
    await run('apt-get', [...aptOptions, ...privateLists, 'update'], options);
    await run('apt-get', [...aptOptions, ...privateLists, 'download', name], options);
  }
  const file = readdirSync(downloads).find((entry) => entry.endsWith('.deb'));
  if (file === undefined) throw new Error(`apt-get download ${name}: no package came`);
  await run('dpkg-deb', ['-x', file, target], options);
}

/** Lists and caches in a folder of our own: the machine's may be absent, stale, or somebody else's. */
function privateAptOptions(folder: string): string[] {
  const lists = join(folder, 'apt/lists');
  const cache = join(folder, 'apt/cache');
  for (const path of [lists, cache])
    mkdirSync(join(path, path === lists ? 'partial' : 'archives/partial'), { recursive: true });
  return ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${cache}`];
}
