import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isAlive, startHttpSubject, startProgram } from './http-subject.ts';

test('a subject is ready when it answers, takes CPU for what it is asked, and ends when it is closed', async () => {
  const { subject, url } = await startHttpSubject();
  await using _ = subject;
  await subject.ready(async () => (await fetch(url)).ok);
  const before = await subject.usage();
  for (let request = 0; request < 300; request++) await (await fetch(url)).text();
  const after = await subject.usage();
  expect(after.cpuSeconds).toBeGreaterThan(before.cpuSeconds);
  expect(before.cpuSeconds).toBeGreaterThan(0.005);
  // A Node process that serves takes some tens of megabytes.
  expect(after.rssBytes).toBeGreaterThan(20e6);
  expect(after.rssBytes).toBeLessThan(1e9);

  await subject.close();
  expect(isAlive(subject.pid)).toBe(false);
  await subject.close();
  await expect(subject.usage()).rejects.toThrow(
    /^bench: server was ended by SIGTERM before it answered; its last output:\nport \d+$/,
  );
});

test('questions about usage that overlap are answered each, beside messages of the program itself', async () => {
  await using subject = await startProgram(
    'chatty',
    `process.send({ hello: 1 }); process.on('message', (message) => process.send(message)); setInterval(() => {}, 1e6); console.log('up');`,
  );
  await subject.ready(() => Promise.resolve(subject.output.includes('up')));
  const [first, second] = await Promise.all([subject.usage(), subject.usage()]);
  for (const usage of [first, second]) {
    expect(Object.keys(usage)).toEqual(['cpuSeconds', 'rssBytes']);
    expect(usage.cpuSeconds).toBeGreaterThan(0);
  }
});

test('a subject that ends before it is ready says how, and what it wrote last', async () => {
  await using subject = await startProgram('broken', `console.error('no such setting'); process.exit(78);`);
  await expect(subject.ready(() => Promise.resolve(false))).rejects.toThrow(
    'bench: broken ended with 78 before it was ready; its last output:\nno such setting',
  );
});

test('a subject that is killed before it is ready is not waited for', async () => {
  await using subject = await startProgram('killed', `process.kill(process.pid, 'SIGKILL');`);
  await expect(subject.ready(() => Promise.resolve(false))).rejects.toThrow(
    'bench: killed was ended by SIGKILL before it was ready; it wrote nothing',
  );
});

test('a subject that never answers is given up, with what the last question met', async () => {
  await using subject = await startProgram('mute', `setInterval(() => {}, 1e6);`);
  const refused = subject.ready(() => Promise.reject(new Error('nobody listens')), { withinMs: 300 });
  await expect(refused).rejects.toThrow(`bench: mute wasn't ready within 300 ms; it wrote nothing`);
  await expect(refused.catch((error: Error) => (error.cause as Error).message)).resolves.toBe('nobody listens');
  await expect(subject.ready(() => new Promise(() => {}), { withinMs: 100 })).rejects.toThrow('within 100 ms');
});

test('a subject that ignores SIGTERM is killed', async () => {
  const subject = await startProgram(
    'stubborn',
    `process.on('SIGTERM', () => console.log('no')); setInterval(() => {}, 1e6); console.log('up');`,
  );
  await subject.ready(() => Promise.resolve(subject.output.includes('up')));
  await subject.close(200);
  expect(isAlive(subject.pid)).toBe(false);
  expect(subject.output).toBe('up\nno\n');
});

test('a subject ends when the process that measures has gone, however that ended', async () => {
  const parent = await startProgram(
    'parent',
    `import { spawn } from 'node:child_process';
     const args = process.execArgv.flatMap((arg, index, all) => (arg === '--import' ? [arg, all[index + 1]] : []));
     const child = spawn(process.execPath, [...args, '--eval', 'setInterval(() => {}, 1e6)'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
     child.on('message', () => { console.log('child ' + child.pid); process.kill(process.pid, 'SIGKILL'); });
     child.send({ usageQuestion: 1 });`,
  );
  await expect(parent.ready(() => Promise.resolve(false))).rejects.toThrow('was ended by SIGKILL');
  const child = Number(/child (\d+)/.exec(parent.output)?.[1]);
  for (let look = 0; look < 500 && isAlive(child); look++) await wait(20);
  expect(isAlive(child)).toBe(false);
});
