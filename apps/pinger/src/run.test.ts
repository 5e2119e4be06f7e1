import { pingerSettings, readSettings } from '@observed-rollouts/contract';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startHttpTarget, startRawTarget } from '../test/targets.ts';
import type { EndedPing, PingObserver, SentPing } from './loop.ts';
import { createRun, stopWithin } from './run.ts';

/** Keeps every ping of a run. */
class Recording implements PingObserver {
  readonly sentPings: SentPing[] = [];
  readonly endedPings: EndedPing[] = [];
  droppedPings = 0;
  readonly #onSent: (count: number) => void;

  constructor(onSent: (count: number) => void = () => undefined) {
    this.#onSent = onSent;
  }

  scheduled(): void {}
  dropped(): void {
    this.droppedPings += 1;
  }
  sent(ping: SentPing): void {
    this.sentPings.push(ping);
    this.#onSent(this.sentPings.length);
  }
  ended(ping: EndedPing): void {
    this.endedPings.push(ping);
  }
}

function createRunWith(flags: Readonly<Record<string, string>>, recording: Recording) {
  return createRun(readSettings('pinger', pingerSettings, { env: {}, flags }), [recording]);
}

/** A target that answers nothing for `stallMs` from its first request on, then everything at once. */
async function startStallingTarget(stallMs: number) {
  const held: (() => void)[] = [];
  let isStalled = true;
  const target = await startHttpTarget((_request, response) => {
    const answer = (): void => void response.end('pong');
    if (!isStalled) return answer();
    if (held.length === 0) {
      setTimeout(() => {
        isStalled = false;
        for (const release of held) release();
      }, stallMs);
    }
    held.push(answer);
  });
  onTestFinished(() => target.close());
  return target;
}

describe('a run over real sockets', () => {
  test('shows a stall of 1 s in the latency of every ping that fell into it', async () => {
    const { url } = await startStallingTarget(1_000);
    const recording = new Recording();
    const run = createRunWith({ '--target': url, '--rate': '20', '--duration': '1s' }, recording);
    run.loop.start();
    await run.loop.done;
    // Ping k waits for the rest of the stall, 1000 - 50k ms at least; a closed loop would show a single slow answer.
    const latencies = recording.endedPings.map(({ index, intendedAtMs, endedAtMs }) => [
      index,
      endedAtMs - intendedAtMs,
    ]);
    expect(latencies).toHaveLength(20);
    expect(latencies.filter(([index = 0, latency = 0]) => latency < 1_000 - 50 * index - 5)).toEqual([]);
    expect(run.report()).toMatchObject({ scheduled: 20, ok: 20, dropped: 0 });
    expect(run.report().latencyMs?.max).toBeGreaterThanOrEqual(990);
  });

  test('drops and counts what is due beyond the bound while the target hangs', async () => {
    const target = await startRawTarget(() => undefined);
    const recording = new Recording();
    const flags = { '--rate': '100', '--duration': '500ms', '--max-in-flight': '3', '--timeout': '1m' };
    const run = createRunWith({ '--target': target.url, ...flags }, recording);
    run.loop.start();
    while (run.report().scheduled < 50) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(run.report()).toMatchObject({ scheduled: 50, sent: 3, ok: 0, dropped: 47, inFlight: 3 });
    await target.close();
    await run.loop.done;
    expect(run.report()).toMatchObject({ scheduled: 50, sent: 3, dropped: 47, inFlight: 0 });
    expect(run.report().failed.connection_reset).toBe(3);
    expect(recording.droppedPings).toBe(47);
  });

  test('keeps the schedule on the real clock: never early, never drifting', async () => {
    const target = await startHttpTarget((_request, response) => response.end());
    onTestFinished(() => target.close());
    const recording = new Recording();
    const run = createRunWith({ '--target': target.url, '--rate': '100', '--duration': '1s' }, recording);
    run.loop.start();
    await run.loop.done;
    const [first] = recording.sentPings;
    const offsets = recording.sentPings.map(({ intendedAtMs }) => intendedAtMs - (first?.intendedAtMs ?? 0));
    expect(offsets.map((offset) => Math.round(offset))).toEqual(Array.from({ length: 100 }, (_, k) => k * 10));
    expect(recording.sentPings.filter(({ startedAtMs, intendedAtMs }) => startedAtMs < intendedAtMs)).toEqual([]);
    expect(target.connections()).toBe(100);
  });

  test('abandons what is in flight when the bound of a stop is over', async () => {
    const target = await startRawTarget(() => undefined);
    onTestFinished(() => target.close());
    const { promise: sent, resolve } = Promise.withResolvers<void>();
    const recording = new Recording((count) => count === 2 && resolve());
    const run = createRunWith({ '--target': target.url, '--timeout': '1m' }, recording);
    run.loop.start();
    await sent;
    await stopWithin(run, 50);
    expect(run.report()).toMatchObject({ scheduled: 2, sent: 2, ok: 0, dropped: 0, inFlight: 2 });
  });
});
