import type { Stage } from '../benchmark.ts';
import { type ArrivalErrors, arrivalErrors } from './arrivals.ts';
import { freePort } from '../harness/free-port.ts';
import { type PingerReport, runPinger } from './pinger-run.ts';
import type { Target } from './target.ts';

export interface Point {
  readonly ratePerSecond: number;
  readonly seconds: number;
  readonly report: PingerReport;
  /** What the target saw of the second half of the run; absent when nobody listens, or when not every ping of the schedule arrived. */
  readonly arrived?: ArrivalErrors;
}

export interface PointOptions {
  readonly stage: Stage;
  /** Absent: the port is closed. */
  readonly target: Target | undefined;
  readonly collector: string;
  readonly ratePerSecond: number;
  /** @default what the rate needs for its p99 */
  readonly seconds?: number;
}

/** The cold start of a process takes a few seconds of the machine. */
const warmUpShare = 0.5;

/** One run of the pinger, with both views of it. Errors: rejects when pings are missing in the pinger's counts, or at the target. */
export async function measurePoint({
  stage,
  target,
  collector,
  ratePerSecond,
  seconds = secondsOf(stage.effort, ratePerSecond),
}: PointOptions): Promise<Point> {
  await target?.arrivals();
  const report = await runPinger({
    target: target?.pingUrl ?? `http://127.0.0.1:${await freePort()}/`,
    collector,
    ratePerSecond,
    seconds,
    cleanUp: stage.cleanUp,
    signal: stage.signal,
  });
  const point = { ratePerSecond, seconds, report };
  if (target === undefined) return point;
  const instants = await target.arrivals();
  if (instants.length < report.ok || instants.length > report.sent) {
    throw new Error(
      `bench: the target and the pinger disagree, got ${instants.length} arrivals, expected from ${report.ok} (answered) to ${report.sent} (sent)`,
    );
  }
  const isWhole = instants.length === report.scheduled;
  return isWhole ? { ...point, arrived: arrivalErrors(instants, ratePerSecond, warmUpShare) } : point;
}

/** At low rates as long as it takes to have a p99 that a single ping doesn't decide; a rate out of reach takes longer than its schedule. */
export function secondsOf(effort: Stage['effort'], ratePerSecond: number): number {
  if (effort === 'quick') return 3;
  if (ratePerSecond <= 10) return 40;
  return ratePerSecond > 1_000 ? 4 : 10;
}
