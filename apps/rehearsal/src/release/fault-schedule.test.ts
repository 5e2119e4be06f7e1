import type { Fault } from '@observed-rollouts/contract';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EventBody } from './event.ts';
import { FaultSchedule, type Injected } from './fault-schedule.ts';
import { judge } from './verdict.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const release: EventBody = { type: 'release', stableHash: 'a', canaryHash: 'b' };
const step = (index: number): EventBody => ({ type: 'step', index, steps: 8, description: '', weight: 20 });
const ready = (role: 'canary' | 'stable'): EventBody => ({ type: 'pod', pod: 'p', role, phase: 'ready' });

const kill: Fault = { kind: 'kill-pod', of: 'canary', when: 'canary-ready', afterMs: 2_000 };
const slow: Fault = { kind: 'slow-network', delayMs: 300, when: 'release', afterMs: 0, forMs: 10_000 };
const stop: Fault = { kind: 'stop-prometheus', when: { step: 2 }, afterMs: 0 };
const restart: Fault = { kind: 'restart-controller', when: 'decision', afterMs: 0, forMs: 5_000 };

function scheduleOf(faults: readonly Fault[], inject?: (fault: Fault) => Promise<Injected>) {
  const said: string[] = [];
  const failures: unknown[] = [];
  const start = Date.now();
  const schedule = new FaultSchedule({
    faults,
    inject: inject ?? (({ kind }) => Promise.resolve({ message: kind, undo: () => Promise.resolve(`un-${kind}`) })),
    emit: (event) =>
      event.type === 'fault' &&
      said.push(`${(Date.now() - start) / 1000} s: ${event.fault} ${event.phase}: ${event.message}`),
    fail: (error) => failures.push(error),
  });
  return { schedule, said, failures };
}

it('injects each fault at its moment and undoes it when its time is over; a moment counts once', async () => {
  const { schedule, said } = scheduleOf([kill, slow, stop, restart]);
  schedule.take(step(0));
  schedule.take(release);
  await vi.advanceTimersByTimeAsync(3_000);
  schedule.take(ready('stable'));
  schedule.take(ready('canary'));
  schedule.take(step(1));
  await vi.advanceTimersByTimeAsync(5_000);
  schedule.take(ready('canary'));
  schedule.take(step(1));
  expect(schedule.outstanding).toEqual([restart]);
  schedule.take({ type: 'decision', decision: 'abort', message: '' });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(said).toEqual([
    '0 s: slow-network by 300 ms injected: slow-network',
    '3 s: stop-prometheus injected: stop-prometheus',
    '5 s: kill-pod of canary injected: kill-pod',
    '8 s: restart-controller injected: restart-controller',
    '10 s: slow-network by 300 ms undone: un-slow-network',
  ]);
  expect(schedule.outstanding).toEqual([]);
});

it('does nothing any longer once it is closed', async () => {
  const { schedule, said } = scheduleOf([kill, slow]);
  schedule.take(release);
  schedule.take(ready('canary'));
  await vi.advanceTimersByTimeAsync(1_000);
  schedule.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said).toEqual(['0 s: slow-network by 300 ms injected: slow-network']);
  expect(schedule.outstanding).toEqual([kill]);
});

it('fails the rehearsal when a fault cannot be injected', async () => {
  const { schedule, failures } = scheduleOf([stop], () => Promise.reject(new Error('cannot')));
  schedule.take(step(1));
  await vi.advanceTimersByTimeAsync(0);
  expect(failures).toEqual([new Error('cannot')]);
});

it('makes a release that ended before its faults came unexpected, however it ended', () => {
  const end = { outcome: 'aborted', message: 'because' } as const;
  expect(judge(end, 'aborted', [])).toEqual({
    expected: 'aborted',
    outcome: 'aborted',
    asExpected: true,
    message: 'because',
  });
  expect(judge(end, 'aborted', [kill, stop])).toEqual({
    expected: 'aborted',
    outcome: 'aborted',
    asExpected: false,
    message: 'because; it ended before its fault kill-pod of canary, stop-prometheus came',
  });
});
