import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { programOnPath } from '@observed-rollouts/command-line';
import { cacheFolder, fillOnce } from '../src/toolchain/cache.ts';
import { unpackDebianPackage } from '../src/toolchain/debian-package.ts';

/** Finds `amtool`: on PATH, else in the cache, else in Debian's package, which is fetched once. */
export async function findAmtool(): Promise<string> {
  const installed = programOnPath('amtool', process.env);
  if (installed !== undefined) return installed;
  const cache = cacheFolder(process.env);
  const name = 'alertmanager-debian';
  const cached = join(cache, name, 'amtool');
  if (existsSync(cached)) return cached;
  const settings = { note: (text: string) => console.log(text), signal: new AbortController().signal };
  const folder = await fillOnce(cache, name, async (work) => {
    const unpacked = join(work, 'unpacked');
    await unpackDebianPackage('prometheus-alertmanager', work, unpacked, settings);
    return join(unpacked, 'usr/bin');
  });
  return join(folder, 'amtool');
}
