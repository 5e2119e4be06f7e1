import { timerErrorMs } from '@observed-rollouts/contract';
import { describe, expect, test } from 'vitest';
import { type EndedPing, type PingObserver, PingLoop, realClock, type SentPing } from './loop.ts';
import type { PingEnd } from './outcome.ts';
import { constantRate, type Schedule } from './pacer.ts';
import { Tally } from './tally.ts';
import { FakeClock, turnMs } from '../test/fake-clock.ts';

/** Answers by hand, in any order. */
class ManualTarget {
  readonly waiting: { ping: SentPing; answer: (end: PingEnd) => void; fail: (error: unknown) => void }[] = [];

  readonly send = (ping: SentPing): Promise<PingEnd> =>
    new Promise((answer, fail) => this.waiting.push({ ping, answer, fail }));

  async answer(count = this.waiting.length, end: PingEnd = { outcome: 'ok', status: 200 }): Promise<void> {
    for (const waiting of this.waiting.splice(0, count)) waiting.answer(end);
    await Promise.resolve();
    await Promise.resolve();
  }
}

/** Keeps what happened, and checks the invariant at every event: scheduled = ended + dropped + in flight. */
class Witness implements PingObserver {
  readonly tally = new Tally();
  readonly sentPings: SentPing[] = [];
  readonly endedPings: EndedPing[] = [];

  scheduled(): void {
    this.expectBalance(0);
    this.tally.scheduled();
    this.expectBalance(1);
  }

  dropped(): void {
    this.tally.dropped();
    this.expectBalance(0);
  }

  sent(ping: SentPing): void {
    this.sentPings.push(ping);
    this.tally.sent(ping);
    this.expectBalance(0);
  }

  ended(ping: EndedPing): void {
    this.endedPings.push(ping);
    this.tally.ended(ping);
    this.expectBalance(0);
  }

  private expectBalance(undecided: number): void {
    const { scheduled, ok, failed, dropped, inFlight } = this.tally.counts();
    const failures = Object.values(failed).reduce((sum, count) => sum + count, 0);
    expect(scheduled).toBe(ok + failures + dropped + inFlight + undecided);
  }
}

function createRun({
  schedule = constantRate(10),
  maxInFlight = 1_000,
}: {
  schedule?: Schedule;
  maxInFlight?: number;
}) {
  const clock = new FakeClock(5_000);
  const target = new ManualTarget();
  const witness = new Witness();
  const loop = new PingLoop({ schedule, maxInFlight, clock, send: target.send, observers: [witness] });
  return { clock, target, witness, loop };
}

describe('PingLoop', () => {
  test('starts every ping at its intended instant when timers are exact', () => {
    const { clock, witness, loop } = createRun({ schedule: constantRate(40) });
    loop.start();
    clock.advance(100);
    expect(witness.sentPings).toEqual(
      [0, 1, 2, 3, 4].map((index) => {
        const at = 5_000 + index * 25;
        return { index, intendedAtMs: at, startedAtMs: at };
      }),
    );
  });

  test.each([
    { ratePerSecond: 10, lateByMs: 0 },
    { ratePerSecond: 10, lateByMs: 0.7 },
    { ratePerSecond: 10, lateByMs: 5 },
    { ratePerSecond: 25, lateByMs: timerErrorMs },
    { ratePerSecond: 3, lateByMs: timerErrorMs },
    { ratePerSecond: 0.1, lateByMs: 4.4 },
  ])(
    'starts pings at $ratePerSecond per second at their intended instants, though timers are $lateByMs ms late',
    ({ ratePerSecond, lateByMs }) => {
      const { clock, witness, loop } = createRun({ schedule: constantRate(ratePerSecond) });
      clock.lateByMs = lateByMs;
      loop.start();
      clock.advance(30_000);
      expect(witness.sentPings.length).toBeGreaterThanOrEqual(3);
      const lags = witness.sentPings.map(({ startedAtMs, intendedAtMs }) => startedAtMs - intendedAtMs);
      expect(lags.filter((lag) => lag !== 0)).toEqual([]);
    },
  );

  test('stays awake for the sake of precision at most 2 % of the time', () => {
    const awakeShares = [0.1, 1, 10, 12.5, 25, 32, 100, 1_000].map((ratePerSecond) => {
      const { clock, loop } = createRun({ schedule: constantRate(ratePerSecond), maxInFlight: 1e6 });
      loop.start();
      clock.advance(20_000);
      const spunMs = clock.spins.reduce((sum, spin) => sum + spin, 0);
      return { ratePerSecond, share: (clock.turns * turnMs + spunMs) / 20_000 };
    });
    expect(awakeShares.filter(({ share }) => share > 0.021)).toEqual([]);
    expect(awakeShares.filter(({ share }) => share > 0).map(({ ratePerSecond }) => ratePerSecond)).toEqual([
      0.1, 1, 10, 12.5, 25,
    ]);
  });

  test('stands still for an eighth of a millisecond at a time before a ping, with a turn for answers after each, and spins through the last quarter', () => {
    const { clock, loop } = createRun({ schedule: constantRate(10) });
    loop.start();
    clock.advance(100);
    const [spun = 0, ...others] = clock.spins;
    expect(others).toEqual([]);
    expect(spun).toBeLessThanOrEqual(0.25);
    expect(new Set(clock.standstills)).toEqual(new Set([0.125]));
    expect(clock.turns).toBe(clock.standstills.length);
    expect(clock.turns * (0.125 + turnMs) + spun).toBe(5);
  });

  test('does not drift when every wake-up is late', () => {
    // 15.625 ms apart: exact in binary, so that 7 stays 7.
    const { clock, witness, loop } = createRun({ schedule: constantRate(64), maxInFlight: 1e6 });
    clock.lateByMs = 7;
    loop.start();
    clock.advance(60_000);
    const lags = witness.sentPings.slice(1).map(({ startedAtMs, intendedAtMs }) => startedAtMs - intendedAtMs);
    expect(lags).toEqual(Array.from({ length: 3839 }, () => 7));
  });

  test('catches up with every ping that fell due while the process was blocked, then keeps the old schedule', () => {
    const { clock, witness, loop } = createRun({});
    loop.start();
    clock.block(1_050);
    clock.advance(100);
    expect(witness.sentPings.map(({ intendedAtMs }) => intendedAtMs - 5_000)).toEqual([
      0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100,
    ]);
    // Eight at a time, so that answers are read in between.
    const startedAt = witness.sentPings.slice(1).map(({ startedAtMs }) => startedAtMs);
    expect(startedAt).toEqual([...Array.from({ length: 8 }, () => 6_050), 6_050 + turnMs, 6_050 + turnMs, 6_100]);
  });

  test('reads answers between the pings of a schedule that it cannot keep up with', async () => {
    // Sending takes longer than the interval: every look at the clock finds the next ping due.
    const clock = new FakeClock(0);
    const sent: number[] = [];
    const send = ({ index }: SentPing): Promise<PingEnd> => {
      clock.block(1);
      sent.push(index);
      return Promise.resolve({ outcome: 'ok', status: 200 });
    };
    const witness = new Witness();
    const options = { schedule: constantRate(5_000, 10), maxInFlight: 10, clock, send, observers: [witness] };
    const loop = new PingLoop(options);
    loop.start();
    expect(sent).toHaveLength(8);
    while (witness.tally.counts().scheduled < 50) {
      await new Promise(setImmediate);
      clock.advance(turnMs);
    }
    await loop.done;
    expect(witness.tally.counts()).toMatchObject({ scheduled: 50, sent: 50, ok: 50, dropped: 0 });
    expect(witness.sentPings.at(-1)?.startedAtMs).toBeGreaterThan(49);
  });

  test('never waits for an answer, and never asks for a negative delay', () => {
    const { clock, witness, loop } = createRun({});
    loop.start();
    clock.advance(2_000);
    expect(witness.tally.counts()).toMatchObject({ scheduled: 21, sent: 21, inFlight: 21 });
    expect(Math.min(...clock.delays)).toBeGreaterThanOrEqual(0);
  });

  test('drops and counts what is due beyond the bound, and sends again when there is room', async () => {
    const { clock, target, witness, loop } = createRun({ maxInFlight: 3 });
    loop.start();
    clock.advance(900);
    expect(witness.tally.counts()).toMatchObject({ scheduled: 10, sent: 3, dropped: 7, inFlight: 3 });
    await target.answer(2);
    clock.advance(300);
    expect(witness.tally.counts()).toMatchObject({ scheduled: 13, sent: 5, ok: 2, dropped: 8, inFlight: 3 });
    expect(witness.sentPings.map(({ index }) => index)).toEqual([0, 1, 2, 10, 11]);
  });

  test('shows a stalled target in the latency from the intended time', async () => {
    const { clock, target, witness, loop } = createRun({ maxInFlight: 1, schedule: constantRate(10) });
    loop.start();
    clock.block(1_000);
    await target.answer();
    clock.advance(0);
    await target.answer();
    const [first, late] = witness.endedPings;
    expect(first).toMatchObject({ index: 0, intendedAtMs: 5_000, startedAtMs: 5_000, endedAtMs: 6_000 });
    expect(late).toMatchObject({ index: 1, intendedAtMs: 5_100, startedAtMs: 6_000, endedAtMs: 6_000 });
  });

  test('is done when the schedule is over and the last answer is in', async () => {
    const { clock, target, witness, loop } = createRun({ schedule: constantRate(10, 500) });
    let isDone = false;
    void loop.done.then(() => (isDone = true));
    loop.start();
    clock.advance(10_000);
    expect(witness.tally.counts()).toMatchObject({ scheduled: 5, inFlight: 5 });
    await target.answer(4);
    expect(isDone).toBe(false);
    await target.answer(1);
    await loop.done;
    expect(witness.tally.counts()).toMatchObject({ scheduled: 5, ok: 5, inFlight: 0 });
    expect(clock.pendingWakes).toBe(0);
  });

  test('sends nothing after a stop, and waits for what is in flight', async () => {
    const { clock, target, witness, loop } = createRun({});
    loop.start();
    clock.advance(200);
    loop.stop();
    loop.stop();
    clock.advance(5_000);
    expect(witness.tally.counts()).toMatchObject({ scheduled: 3, inFlight: 3 });
    await target.answer();
    await loop.done;
    expect(witness.tally.counts()).toMatchObject({ scheduled: 3, ok: 3, inFlight: 0 });
  });

  test('leaves abandoned pings in flight: aborted, counted under no outcome', async () => {
    const clock = new FakeClock(0);
    const witness = new Witness();
    const signals: AbortSignal[] = [];
    const send = (_ping: SentPing, abandoned: AbortSignal): Promise<PingEnd> => {
      signals.push(abandoned);
      return new Promise((resolve) => abandoned.addEventListener('abort', () => resolve({ outcome: 'other' })));
    };
    const loop = new PingLoop({ schedule: constantRate(10), maxInFlight: 9, clock, send, observers: [witness] });
    loop.start();
    clock.advance(150);
    loop.abandon();
    await loop.done;
    await new Promise(setImmediate);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(witness.endedPings).toEqual([]);
    expect(witness.tally.counts()).toMatchObject({ scheduled: 2, sent: 2, inFlight: 2 });
  });

  test('counts a transport that rejects as a ping that failed', async () => {
    const { target, witness, loop } = createRun({});
    loop.start();
    target.waiting[0]?.fail(new Error('defect'));
    await new Promise(setImmediate);
    expect(witness.endedPings[0]?.end).toEqual({ outcome: 'other', detail: 'defect' });
    expect(witness.tally.counts()).toMatchObject({ scheduled: 1, inFlight: 0 });
  });
});

test('the real clock spins up to the instant, and not at all towards one that is over', () => {
  const startMs = realClock.now();
  realClock.spin(startMs + 1);
  expect(realClock.now()).toBeGreaterThanOrEqual(startMs + 1);
  realClock.spin(startMs);
});
