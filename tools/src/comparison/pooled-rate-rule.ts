import { add, noAnswers, podsAt, type RecordedRelease } from './recorded-release.ts';
import { Rollout, type Rule, type Verdict } from './rollout.ts';

/**
 * The analysis of the demo that this project descends from, as its manifests have it.
 *
 * Source: observe-argo-rollout, manifests/application/analysis-template.yaml and app.yaml at 3eb76e5: all pods of the job pooled, `rate()` over 20 s, an answer
 * each 20 s from the first weight on; success share over 0.80 with the default failureLimit 0; 90th percentile below 1 s with failureLimit 3; pauses
 * of 60, 60, 30 and 30 s. Its second is taken for the bound of the latency objective. Argo Rollouts fails a metric with `failed > failureLimit`, and NaN meets no condition.
 */
export const pooledRate = {
  windowSeconds: 20,
  intervalSeconds: 20,
  leastSuccess: 0.8,
  /** The 90th percentile is below a bucket's bound when more than this share is. */
  leastFast: 0.9,
  slowFailureLimit: 3,
  steps: [
    { weight: 20, seconds: 60 },
    { weight: 40, seconds: 60 },
    { weight: 60, seconds: 30 },
    { weight: 80, seconds: 30 },
  ],
} as const;

const longestSeconds = pooledRate.steps.reduce((sum, { seconds }) => sum + seconds, 0);

export const pooledRateRule: Rule = {
  key: 'pooled-rate',
  title: 'pooled rate, 20 s',
  longestSeconds,
  historySeconds: pooledRate.windowSeconds,
  judge,
};

function judge(release: RecordedRelease): Verdict {
  const { windowSeconds, intervalSeconds, leastSuccess, leastFast, slowFailureLimit, steps } = pooledRate;
  const [first, ...later] = steps;
  const rollout = new Rollout(release, podsAt(first.weight));
  let from: number = first.seconds;
  for (const { weight, seconds } of later) {
    rollout.moveTo(podsAt(weight), from);
    from += seconds;
  }
  let slowReadings = 0;
  // A background analysis measures at once, and is ended with the last step.
  for (let now = 0; now < longestSeconds; now += intervalSeconds) {
    const start = now - windowSeconds;
    const canary = now > 0 ? rollout.canaryBetween(start, now) : noAnswers;
    const { total, failed, slow } = add(canary, rollout.stableBetween(start, now));
    // Written as the query is: 0/0 is NaN, which is not over the line.
    if (!((total - failed) / total > leastSuccess)) return rollout.end('aborted', now);
    if (!((total - slow) / total > leastFast) && ++slowReadings > slowFailureLimit) return rollout.end('aborted', now);
  }
  return rollout.end('promoted', longestSeconds);
}
