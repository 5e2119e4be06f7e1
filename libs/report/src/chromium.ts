import { type Browser, chromium } from 'playwright-core';
import { type DebianProgram, findDebianProgram } from '@observed-rollouts/command-line/testing';

const program: DebianProgram = {
  title: 'Chromium',
  names: ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'],
  debianPackage: 'chromium',
  neededFor: 'the tests of reports',
  variable: 'CHROME_PATH',
};

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
  const executablePath = await findDebianProgram(program);
  return chromium.launch({ executablePath, args: flags, timeout: 120_000 });
}
