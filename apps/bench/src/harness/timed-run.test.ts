import { expect, test } from 'vitest';
import { timedRun } from './timed-run.ts';

const { signal } = new AbortController();

test('takes the time from the start of a process to its end, in milliseconds', async () => {
  const time = await timedRun({ command: [process.execPath, '-e', 'setTimeout(() => {}, 300)'], signal });
  expect(time).toBeGreaterThan(300);
});

test('a process that fails is told with what it wrote last', async () => {
  const script = 'console.error("no such cluster"); process.exitCode = 3';
  await expect(timedRun({ command: [process.execPath, '-e', script], signal })).rejects.toThrow('no such cluster');
});

test('a variable that is removed is not inherited', async () => {
  const script = 'process.exitCode = process.env.PATH === undefined && process.env.KEPT === "1" ? 0 : 1';
  const env = { PATH: undefined, KEPT: '1' };
  await timedRun({ command: [process.execPath, '-e', script], env, signal });
});

test('the end of the bench ends the process', async () => {
  const abortion = new AbortController();
  const run = timedRun({ command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'], signal: abortion.signal });
  abortion.abort(new Error('interrupted'));
  await expect(run).rejects.toThrow('interrupted');
});
