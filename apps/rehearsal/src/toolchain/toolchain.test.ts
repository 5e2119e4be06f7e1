import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pinnedVersion } from './pinned-release.ts';
import { findToolchain, type ToolchainSettings } from './toolchain.ts';

const archiveUrl = `https://github.com/prometheus/prometheus/releases/download/v${pinnedVersion}/prometheus-${pinnedVersion}.linux-amd64.tar.gz`;

let folder: string;
let notes: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'toolchain-'));
  notes = [];
  mkdirSync(join(folder, 'bin'));
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`);
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed', { cause: new Error('no route to host') })));
  writeProgram('bin/apt-get', 'echo "E: Unable to locate package prometheus" >&2; exit 100');
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true, force: true });
});

function writeProgram(path: string, script = 'echo "prometheus, version 3.14.0"'): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

/** Debian's tools: the download is an empty file, and unpacking it yields programs with this script. */
function writeDebianTools(script: string): void {
  const sample = writeProgram('sample', script);
  writeProgram('bin/apt-get', 'touch prometheus_1.deb');
  writeProgram(
    'bin/dpkg-deb',
    `mkdir -p "$3/usr/bin"; cp ${sample} "$3/usr/bin/prometheus"; cp ${sample} "$3/usr/bin/promtool"`,
  );
}

/** Looks on an empty PATH and in an empty cache of this test. */
function find(settings: Partial<ToolchainSettings> = {}) {
  return findToolchain({
    env: { PATH: join(folder, 'installed'), XDG_CACHE_HOME: join(folder, 'cache') },
    platform: 'linux',
    architecture: 'x64',
    note: (text) => notes.push(text.replaceAll(folder, 'F')),
    signal: new AbortController().signal,
    ...settings,
  });
}

const cacheOf = (name: string, program: string) => join(folder, 'cache/observed-rollouts', name, program);

async function messageOf(result: Promise<unknown>): Promise<string> {
  const error: unknown = await result.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message.replaceAll(folder, 'F');
}

describe('Prometheus', () => {
  it('is taken from PATH first, each program from the first folder that has it', async () => {
    const prometheus = writeProgram('installed/prometheus');
    const promtool = writeProgram('other/promtool');
    writeProgram('other/prometheus');
    const env = { PATH: `${join(folder, 'installed')}:${join(folder, 'other')}`, XDG_CACHE_HOME: folder };
    expect(await find({ env })).toEqual({ prometheus, promtool });
    expect(notes).toEqual([]);
  });

  it('is taken from the cache when PATH lacks one of both programs', async () => {
    writeProgram('installed/prometheus');
    const prometheus = writeProgram(`cache/observed-rollouts/prometheus-${pinnedVersion}/prometheus`);
    const promtool = writeProgram(`cache/observed-rollouts/prometheus-${pinnedVersion}/promtool`);
    expect(await find()).toEqual({ prometheus, promtool });
    expect(notes).toEqual([]);
  });

  it("is fetched once as Debian's package when the release can't be reached", async () => {
    writeDebianTools('exit 0');
    const expected = {
      prometheus: cacheOf('prometheus-debian', 'prometheus'),
      promtool: cacheOf('prometheus-debian', 'promtool'),
    };
    expect(await find()).toEqual(expected);
    expect(notes).toEqual([
      "Prometheus isn't installed: fetching it once into F/cache/observed-rollouts",
      `fetching ${archiveUrl}`,
      `  the release archive: ${archiveUrl}: no route to host`,
      "fetching Debian's package prometheus",
    ]);
    writeProgram('bin/apt-get', 'exit 1');
    notes = [];
    expect([await find(), notes]).toEqual([expected, []]);
    expect(readdirSync(join(folder, 'cache/observed-rollouts'))).toEqual(['prometheus-debian']);
  });

  it('is fetched as a release archive, checked against the published list where no checksum is pinned', async () => {
    const archive = packArchive(`prometheus-${pinnedVersion}.linux-arm64`);
    const checksum = createHash('sha256').update(archive).digest('hex');
    const list = `${'0'.repeat(64)}  other.tar.gz\n${checksum}  prometheus-${pinnedVersion}.linux-arm64.tar.gz\n`;
    vi.stubGlobal('fetch', (url: string) => Promise.resolve(new Response(url.endsWith('.txt') ? list : archive)));
    const { prometheus } = await find({ architecture: 'arm64' });
    expect(prometheus).toBe(cacheOf(`prometheus-${pinnedVersion}`, 'prometheus'));
    expect(notes[1]).toMatch(/^no checksum for linux-arm64 is pinned here: checking against https:.*sha256sums\.txt$/);
  });

  it('is refused when the archive is not the pinned one, and nothing of it stays', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('something else')));
    expect(await messageOf(find())).toContain(
      `tried the release archive (${archiveUrl}: got SHA-256 ${createHash('sha256').update('something else').digest('hex')}, expected `,
    );
    expect(readdirSync(join(folder, 'cache/observed-rollouts'))).toEqual([]);
  });

  it('does not enter the cache when it does not start here', async () => {
    writeDebianTools('echo "libc.so.6: version GLIBC_9 not found" >&2; exit 1');
    expect(await messageOf(find())).toContain('libc.so.6: version GLIBC_9 not found');
    expect(existsSync(cacheOf('prometheus-debian', 'prometheus'))).toBe(false);
  });

  it('ends in one message when neither source can be reached', async () => {
    expect(await messageOf(find())).toBe(
      `Prometheus: not found on PATH and could not be fetched, tried the release archive (${archiveUrl}: no route to host) and Debian's package (apt-get update: E: Unable to locate package prometheus); install it so that prometheus and promtool are on PATH, e.g. apt-get install prometheus, or brew install prometheus`,
    );
  });

  it('ends in one message on a platform without a download', async () => {
    expect(await messageOf(find({ platform: 'win32' }))).toBe(
      'Prometheus: not found on PATH and could not be fetched, there is no download for this platform; install it so that prometheus and promtool are on PATH, e.g. apt-get install prometheus, or brew install prometheus',
    );
  });

  // A write to /dev/full fails as one to a full disk does, for root, too.
  it.skipIf(process.platform !== 'linux').each([
    ['while it is downloaded', () => symlinkSync('/dev/full', join(workFolder(), `${archiveName}.tar.gz`))],
    ['while it is unpacked', () => writeProgram('bin/tar', 'cat "$2" > /dev/full')],
  ])('names the full disk %s, tries no other source, and leaves nothing', async (_when, fill) => {
    const archive = packArchive(archiveName);
    const checksum = createHash('sha256').update(archive).digest('hex');
    vi.stubGlobal('fetch', (url: string) => {
      if (url.endsWith('.txt')) return Promise.resolve(new Response(`${checksum}  ${archiveName}.tar.gz\n`));
      fill();
      return Promise.resolve(new Response(archive));
    });
    expect(await messageOf(find({ architecture: 'arm64' }))).toBe(
      'F/cache/observed-rollouts: no space left, expected 500 MB for Prometheus; free some, or set XDG_CACHE_HOME to a folder on another disk',
    );
    expect(readdirSync(join(folder, 'cache/observed-rollouts'))).toEqual([]);
  });

  // Nobody can make a folder there, root neither.
  it.skipIf(process.platform !== 'linux')('names the cache on a read-only file system', async () => {
    expect(await messageOf(find({ env: { PATH: '', XDG_CACHE_HOME: '/sys' } }))).toMatch(
      /^\/sys\/observed-rollouts: (permission denied|read-only file system), expected a cache folder that can be written; set XDG_CACHE_HOME to one$/,
    );
  });

  it("names the cache that can't be written, and how to choose another", async () => {
    writeFileSync(join(folder, 'file'), '');
    const env = { PATH: '', XDG_CACHE_HOME: join(folder, 'file') };
    expect(await messageOf(find({ env }))).toBe(
      'F/file/observed-rollouts: a part of the path is a file, expected a cache folder that can be written; set XDG_CACHE_HOME to one',
    );
  });
});

const archiveName = `prometheus-${pinnedVersion}.linux-arm64`;

/** The folder that a download works in. */
function workFolder(): string {
  const cache = join(folder, 'cache/observed-rollouts');
  const [work] = readdirSync(cache).filter((name) => name.startsWith('fetching-'));
  return join(cache, work as string);
}

function packArchive(name: string): Buffer {
  writeProgram(`${name}/prometheus`);
  writeProgram(`${name}/promtool`);
  execFileSync('tar', ['-czf', 'a.tar.gz', name], { cwd: folder });
  return readFileSync(join(folder, 'a.tar.gz'));
}
