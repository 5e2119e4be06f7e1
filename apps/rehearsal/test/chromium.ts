import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const programs = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'];

/** Nothing but the page: no update, no sync, no first-run page, no look-up of the network. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a headless Chromium with an empty profile. Errors: rejects when there is none and none can be installed. */
export async function startChromium(): Promise<Browser> {
  const executablePath = programOnPath() ?? (await installed());
  return chromium.launch({ executablePath, args: flags, timeout: 120_000 });
}

function programOnPath(): string | undefined {
  const { CHROME_PATH, PATH = '' } = process.env;
  if (CHROME_PATH !== undefined && CHROME_PATH !== '') return CHROME_PATH;
  const folders = PATH.split(delimiter).filter((folder) => folder !== '');
  return programs.flatMap((program) => folders.map((folder) => join(folder, program))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Debian's package can't be used unpacked only, as Prometheus' is: it needs some eighty libraries beside it. */
async function installed(): Promise<string> {
  const next = 'set CHROME_PATH to a Chromium or Chrome, or install one, e.g. apt-get install chromium';
  if (process.getuid?.() !== 0)
    throw new Error(
      `Chromium: found none of ${programs.join(', ')} on PATH, expected one for the test of the report; ${next}`,
    );
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' } };
  const apt = (...args: readonly string[]) => promisify(execFile)('apt-get', ['-q', ...args], options);
  const install = () => apt('install', '-y', '--no-install-recommends', 'chromium');
  try {
    console.log("installing Debian's package chromium for the test of the report");
    await install().catch(async () => {
      // apt's lists may be absent or stale.
      await apt('update');
      await install();
    });
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new Error(
      `Chromium: can't install Debian's package: ${stderr.trim().split('\n').at(-1) || message}; ${next}`,
      {
        cause: error,
      },
    );
  }
  const path = programOnPath();
  if (path === undefined) throw new Error(`Chromium: Debian's package brought none of ${programs.join(', ')}; ${next}`);
  return path;
}
