import { expect, it } from 'vitest';
import { RestartBackOff } from './restart-back-off.ts';
import { StartGate } from './start-gate.ts';

it('lets as many processes start at once as it is wide, and the others in the order in which they came', async () => {
  const gate = new StartGate(2);
  const inside: string[] = [];
  const leave = new Map<string, () => void>();
  const enter = async (name: string) => {
    leave.set(name, await gate.enter());
    inside.push(name);
  };
  const all = ['a', 'b', 'c', 'd'].map(enter);
  await Promise.all(all.slice(0, 2));
  expect(inside).toEqual(['a', 'b']);
  leave.get('b')?.();
  leave.get('b')?.();
  await all[2];
  expect(inside).toEqual(['a', 'b', 'c']);
  leave.get('a')?.();
  await all[3];
  expect(inside).toEqual(['a', 'b', 'c', 'd']);
});

it('waits before each restart as a kubelet does: not at all, then 10 s, doubled up to 5 minutes', () => {
  const backOff = new RestartBackOff();
  let now = 1_000_000;
  const waits = Array.from({ length: 8 }, () => {
    const wait = backOff.next(now);
    // It runs for a second each time.
    now += wait + 1_000;
    return wait / 1000;
  });
  expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  expect(backOff.next(now + 599_000)).toBe(300_000);
  expect(backOff.next(now + 599_000 + 300_000 + 600_001)).toBe(0);
});
