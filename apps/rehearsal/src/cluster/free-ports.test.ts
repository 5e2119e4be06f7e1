import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { FreePorts } from './free-ports.ts';

it('gives two rehearsals different ports, also while nobody listens on them', async () => {
  const [mine, theirs] = await Promise.all([FreePorts.reserve(), FreePorts.reserve()]);
  const ports: number[] = [];
  for (let count = 0; count < 50; count++) ports.push(await mine.next(), await theirs.next());
  expect(new Set(ports).size).toBe(100);
  await Promise.all([mine.close(), theirs.close()]);
});

it('leaves out ports that somebody listens on, and comes round when all were given', async () => {
  const ports = await FreePorts.reserve();
  const first = await ports.next();
  const server = createServer().listen(first + 1, '127.0.0.1');
  await once(server, 'listening');
  const given = [first];
  for (let count = 0; count < 198; count++) given.push(await ports.next());
  expect(given).not.toContain(first + 1);
  expect(given.at(-1)).toBe(first);
  server.close();
  await ports.close();
  await ports.close();
});
