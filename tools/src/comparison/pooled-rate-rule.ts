import { AncestorJudge, ancestorRule, ancestorSeconds } from '@observed-rollouts/slo';
import { add, noAnswers, podsAt, type RecordedRelease } from './recorded-release.ts';
import { Rollout, type Rule, type Verdict } from './rollout.ts';

export { ancestorRule as pooledRate } from '@observed-rollouts/slo';

/** {@link ancestorRule} as a rule of the comparison: its bound of slowness is taken for that of the latency objective. */
export const pooledRateRule: Rule = {
  key: 'pooled-rate',
  title: 'pooled rate, 20 s',
  longestSeconds: ancestorSeconds,
  historySeconds: ancestorRule.windowSeconds,
  judge,
};

function judge(release: RecordedRelease): Verdict {
  const { windowSeconds, intervalSeconds, quantile, steps } = ancestorRule;
  const [first, ...later] = steps;
  const rollout = new Rollout(release, podsAt(first.weight));
  let from: number = first.seconds;
  for (const { weight, seconds } of later) {
    rollout.moveTo(podsAt(weight), from);
    from += seconds;
  }
  const rule = new AncestorJudge();
  // A background analysis measures at once, and is ended with the last step.
  for (let now = 0; now < ancestorSeconds; now += intervalSeconds) {
    const start = now - windowSeconds;
    const canary = now > 0 ? rollout.canaryBetween(start, now) : noAnswers;
    const { total, failed, slow } = add(canary, rollout.stableBetween(start, now));
    // As the query divides: 0/0 is NaN. The quantile is below a bucket's bound when more than its share is.
    if (rule.look((total - failed) / total, (total - slow) / total > quantile)) return rollout.end('aborted', now);
  }
  return rollout.end('promoted', ancestorSeconds);
}
