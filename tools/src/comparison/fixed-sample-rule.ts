import { binomial, type ErrorRates, type Objective, pingTraffic } from '@observed-rollouts/slo';
import type { StoryGate } from '../story-gates.ts';
import { badOf, podsAt, type RecordedRelease } from './recorded-release.ts';
import { Rollout, type Rule, type Verdict } from './rollout.ts';

/** How many answers a fixed-sample test needs, and from how many bad ones among them it rejects. */
export interface SamplePlan {
  readonly answers: number;
  readonly reject: number;
}

/**
 * The smallest sample whose exact binomial test keeps both error rates.
 *
 * Edge: searched upward from one answer; the error rates are not monotonous in the sample, the first sample that keeps both is taken.
 */
export function planSample(
  { acceptable, refused }: Pick<Objective, 'acceptable' | 'refused'>,
  rates: ErrorRates,
): SamplePlan {
  for (let answers = 1; ; answers++) {
    const reject = leastRejected(answers, acceptable, rates.alpha);
    if (1 - chanceOfAtLeast(answers, refused, reject) <= rates.beta) return { answers, reject };
  }
}

/** Least number of bad answers whose chance at the acceptable share, or that of more, is at most α. */
function leastRejected(answers: number, acceptable: number, alpha: number): number {
  const { first, weights } = binomial(answers, acceptable);
  let tail = 0;
  for (let index = weights.length - 1; index >= 0; index--) {
    tail += weights[index] as number;
    if (tail > alpha) return first + index + 1;
  }
  return first;
}

function chanceOfAtLeast(answers: number, share: number, least: number): number {
  const { first, weights } = binomial(answers, share);
  return weights.reduce((sum, weight, index) => (first + index >= least ? sum + weight : sum), 0);
}

/**
 * A test of one planned sample per objective, at the first weight, with the same promise as the gate.
 *
 * Looks as often as the gate, to see that the sample is complete, and judges all answers that have come by then with the line for their number. Promotes when no objective's
 * sample is over its line, without later weights; pauses when the samples aren't complete within the gate's budget.
 */
export function fixedSampleRule(gates: readonly StoryGate[]): Rule {
  const plans = gates.map(({ objective, rates }) => ({ objective, rates, plan: planSample(objective, rates) }));
  const [gate] = gates;
  if (gate === undefined) throw new Error('comparison: got no gate, expected at least one');
  const { lookSeconds } = gate;
  const looks = gate.run('fixed').looks;
  const lines = new Map<string, number>();
  const isRejected = ({ objective, rates }: (typeof plans)[number], bad: number, total: number): boolean => {
    const key = `${objective.name} ${total}`;
    const line = lines.get(key) ?? leastRejected(total, objective.acceptable, rates.alpha);
    lines.set(key, line);
    return bad >= line;
  };
  const judge = (release: RecordedRelease): Verdict => {
    const rollout = new Rollout(release, podsAt(pingTraffic.weights[0]));
    let open = plans;
    for (let look = 1; look <= looks; look++) {
      const now = look * lookSeconds;
      const canary = rollout.canaryBetween(0, now);
      const complete = open.filter(({ plan }) => canary.total >= plan.answers);
      if (complete.some((each) => isRejected(each, badOf(canary, each.objective.indicator.kind), canary.total))) {
        return rollout.end('aborted', now);
      }
      open = open.filter((each) => !complete.includes(each));
      if (open.length === 0) return rollout.end('promoted', now);
    }
    return rollout.end('paused', looks * lookSeconds);
  };
  return { key: 'fixed-sample', title: 'fixed sample', longestSeconds: looks * lookSeconds, historySeconds: 0, judge };
}
