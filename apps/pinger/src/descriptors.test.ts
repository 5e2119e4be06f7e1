import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { makeRoomForSockets } from './descriptors.ts';

const onLinux = process.platform === 'linux';

/** Descriptors that the process's table has room for (proc(5)). */
const roomOf = (process: string) =>
  Number(/^FDSize:\s*(\d+)$/m.exec(readFileSync(`/proc/${process}/status`, 'utf8'))?.[1]);

test.skipIf(!onLinux)('the table of descriptors has room for all sockets, and nothing stays open', () => {
  const open = readdirSync('/proc/self/fd').length;
  const count = roomOf('self') + 1;
  expect(makeRoomForSockets(count)).toBe(count);
  expect(roomOf('self')).toBeGreaterThan(count);
  expect(readdirSync('/proc/self/fd')).toHaveLength(open);
});

test.skipIf(!onLinux)('ends at the limit of open files', async () => {
  const module = JSON.stringify(new URL('./descriptors.ts', import.meta.url).href);
  const program = `import(${module}).then((m) => process.stdout.write(String(m.makeRoomForSockets(1000))))`;
  const limited = ['-c', 'ulimit -n 100; exec "$0" -e "$1"', process.execPath, program];
  const { stdout } = await promisify(execFile)('sh', limited);
  expect(Number(stdout)).toBeGreaterThan(0);
  expect(Number(stdout)).toBeLessThan(100);
});
