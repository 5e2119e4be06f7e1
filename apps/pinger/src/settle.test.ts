import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { settle } from './settle.ts';

/** A thread that uses what it gets of a core for so long, and then ends. */
async function startBusyThread(forMs: number) {
  const program = `
    const { parentPort } = require('node:worker_threads');
    const untilMs = performance.now() + ${forMs};
    parentPort.postMessage('busy');
    while (performance.now() < untilMs);`;
  const thread = new Worker(program, { eval: true });
  onTestFinished(async () => void (await thread.terminate()));
  let hasEnded = false;
  thread.once('exit', () => (hasEnded = true));
  await once(thread, 'message');
  return { hasEnded: () => hasEnded };
}

test('waits until threads of the process have nothing left to do', { timeout: 60_000 }, async () => {
  const thread = await startBusyThread(500);
  await settle(50_000);
  expect(thread.hasEnded()).toBe(true);
});

test('waits no longer than it may', { timeout: 60_000 }, async () => {
  const thread = await startBusyThread(50_000);
  await settle(100);
  expect(thread.hasEnded()).toBe(false);
});
