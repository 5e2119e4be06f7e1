import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { type Archive, archiveChecksums, checksumListUrl } from './pinned-release.ts';
import { run } from './run.ts';
import type { FetchSettings } from './toolchain.ts';

/** How long a server may take to begin its answer; the rest may take as long as it needs. */
const answerTimeoutMs = 15_000;
const bytesPerMegabyte = 1_000_000;

/**
 * Downloads the pinned release, checks it, and unpacks it.
 *
 * Shape:  returns the folder that holds `prometheus` and `promtool`.
 * Errors: rejects when it can't be reached and when its checksum isn't the expected one.
 */
export async function fetchReleaseArchive(
  archive: Archive,
  folder: string,
  { note, signal }: FetchSettings,
): Promise<string> {
  const expected = archiveChecksums[archive.platform] ?? (await publishedChecksum(archive, { note, signal }));
  note(`fetching ${archive.url}`);
  const file = join(folder, `${archive.name}.tar.gz`);
  const answer = await open(archive.url, signal);
  const actual = await save(answer, file, note);
  if (actual !== expected) throw new Error(`${archive.url}: got SHA-256 ${actual}, expected ${expected}`);
  await run('tar', ['-xzf', file, '-C', folder], { cwd: folder, signal });
  return join(folder, archive.name);
}

async function publishedChecksum({ name, platform }: Archive, { note, signal }: FetchSettings): Promise<string> {
  const list = await (await open(checksumListUrl, signal)).text();
  const checksum = new RegExp(`^([0-9a-f]{64})\\s+${name.replaceAll('.', '\\.')}\\.tar\\.gz$`, 'm').exec(list)?.[1];
  if (checksum === undefined) throw new Error(`${checksumListUrl}: no checksum of ${name}.tar.gz`);
  note(`no checksum for ${platform} is pinned here: checking against ${checksumListUrl}`);
  return checksum;
}

async function open(url: string, signal: AbortSignal): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer in ${answerTimeoutMs / 1000} s`)), answerTimeoutMs);
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, late.signal]) });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return answer;
  } catch (error) {
    signal.throwIfAborted();
    const { message, cause } = error as Error;
    throw new Error(`${url}: ${cause instanceof Error ? cause.message : message}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Writes a body to a file, says how far it is, and returns its SHA-256. */
async function save(answer: Response, file: string, note: (text: string) => void): Promise<string> {
  const total = Number(answer.headers.get('content-length') ?? 0);
  const hash = createHash('sha256');
  let received = 0;
  let shownTenths = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      received += chunk.length;
      const tenths = total === 0 ? 0 : Math.floor((10 * received) / total);
      if (tenths > shownTenths) note(`  ${tenths * 10} % of ${Math.round(total / bytesPerMegabyte)} MB`);
      shownTenths = tenths;
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), meter, createWriteStream(file));
  return hash.digest('hex');
}
