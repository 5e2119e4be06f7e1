import { pingTraffic } from '@observed-rollouts/slo';
import { podsAt, type RecordedRelease } from './recorded-release.ts';
import { Rollout, type Rule, type Verdict } from './rollout.ts';

/**
 * A Flagger-style analysis: the canary's shares of the last minute, once a minute.
 *
 * A check that fails holds the weight and is counted; the limit of failed checks rolls back; a check that passes raises the weight, and promotes from the
 * last one. No answers are a failed check.
 *
 * Source: Flagger, docs "Metrics Analysis" and pkg/controller/scheduler.go, scheduler_metrics.go. In its code the rollback comes a minute after the last failed
 * check; its documentation says interval × threshold, which is what is taken here.
 */
export interface MinuteSettings {
  readonly key: string;
  readonly title: string;
  /** Least share of answers that succeed, and that are as fast as the latency objective asks. */
  readonly leastSuccess: number;
  readonly leastFast: number;
}

/** `interval` and `threshold` as in Flagger's documentation. */
export const minute = { intervalSeconds: 60, failedChecks: 5 } as const;

export function minuteRule({ key, title, leastSuccess, leastFast }: MinuteSettings): Rule {
  return {
    key,
    title,
    longestSeconds: (pingTraffic.weights.length + minute.failedChecks) * minute.intervalSeconds,
    historySeconds: 0,
    judge: (release) => judge(release, leastSuccess, leastFast),
  };
}

function judge(release: RecordedRelease, leastSuccess: number, leastFast: number): Verdict {
  const [first, ...later] = pingTraffic.weights;
  const waiting: number[] = [...later];
  const rollout = new Rollout(release, podsAt(first));
  let failedChecks = 0;
  for (let now = minute.intervalSeconds; ; now += minute.intervalSeconds) {
    const { total, failed, slow } = rollout.canaryBetween(now - minute.intervalSeconds, now);
    const passes = (total - failed) / total >= leastSuccess && (total - slow) / total >= leastFast;
    if (!passes) {
      if (++failedChecks === minute.failedChecks) return rollout.end('aborted', now);
      continue;
    }
    const weight = waiting.shift();
    if (weight === undefined) return rollout.end('promoted', now);
    rollout.moveTo(podsAt(weight), now);
  }
}
