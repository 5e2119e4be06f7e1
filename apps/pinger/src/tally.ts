import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { pingAnswered, type PingFailure, pingFailures, type PingOutcome } from '@observed-rollouts/contract';
import type { EndedPing, PingObserver, SentPing } from './loop.ts';

/** Milliseconds, to three significant digits. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** What happened so far; scheduled = sent + dropped, and sent = ok + every failed + in flight. */
export interface PingCounts {
  readonly scheduled: number;
  readonly sent: number;
  readonly ok: number;
  /** Every kind of failure, also those that didn't occur. */
  readonly failed: Readonly<Record<PingFailure, number>>;
  readonly dropped: number;
  readonly inFlight: number;
}

/** Counts the pings of one run and keeps its latencies in HDR histograms: constant memory, however long the run. */
export class Tally implements PingObserver {
  private readonly endedBy = new Map<PingOutcome, number>();
  private scheduledCount = 0;
  private droppedCount = 0;
  private sentCount = 0;
  private endedCount = 0;
  private readonly latency = createDurations();
  private readonly serviceTime = createDurations();
  private readonly lag = createDurations();

  scheduled(): void {
    this.scheduledCount += 1;
  }

  dropped(): void {
    this.droppedCount += 1;
  }

  sent({ intendedAtMs, startedAtMs }: SentPing): void {
    this.sentCount += 1;
    recordMs(this.lag, startedAtMs - intendedAtMs);
  }

  ended({ intendedAtMs, startedAtMs, endedAtMs, end }: EndedPing): void {
    this.endedCount += 1;
    this.endedBy.set(end.outcome, this.countOf(end.outcome) + 1);
    recordMs(this.latency, endedAtMs - intendedAtMs);
    recordMs(this.serviceTime, endedAtMs - startedAtMs);
  }

  counts(): PingCounts {
    const failed = Object.fromEntries(pingFailures.map((kind) => [kind, this.countOf(kind)]));
    return {
      scheduled: this.scheduledCount,
      sent: this.sentCount,
      ok: this.countOf(pingAnswered),
      failed: failed as Record<PingFailure, number>,
      dropped: this.droppedCount,
      inFlight: this.sentCount - this.endedCount,
    };
  }

  /** From the intended start to the end of every ping that ended, failed ones included. */
  latencyMs(): Percentiles | undefined {
    return percentilesOf(this.latency);
  }

  /** From the real start to the end. */
  serviceTimeMs(): Percentiles | undefined {
    return percentilesOf(this.serviceTime);
  }

  /** From the intended to the real start of every ping that was sent. */
  scheduleLagMs(): Percentiles | undefined {
    return percentilesOf(this.lag);
  }

  private countOf(outcome: PingOutcome): number {
    return this.endedBy.get(outcome) ?? 0;
  }
}

/** Microseconds from 1 to a day: longer than any ping can take, even across a suspended process. */
function createDurations(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: 86_400_000_000, figures: 3 });
}

function recordMs(histogram: RecordableHistogram, milliseconds: number): void {
  histogram.record(Math.max(1, Math.round(milliseconds * 1000)));
}

function percentilesOf(histogram: RecordableHistogram): Percentiles | undefined {
  if (histogram.count === 0) return undefined;
  // An HDR histogram answers with the upper end of a bucket: only the three digits that were measured are given on.
  const toMs = (microseconds: number): number => Number((microseconds / 1000).toPrecision(3));
  const at = (percent: number): number => toMs(Math.min(histogram.percentile(percent), histogram.max));
  return { p50: at(50), p90: at(90), p99: at(99), max: toMs(histogram.max) };
}
