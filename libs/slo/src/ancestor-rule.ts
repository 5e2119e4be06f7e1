import { answerMetricOf, type ServiceLevel } from './objective.ts';
import { bucketSelector, totalSelector } from './promql.ts';
import { answersIn } from './release-samples.ts';

/**
 * The analysis of the demo that this project descends from, as its manifests have it.
 *
 * Source: observe-argo-rollout, manifests/application/analysis-template.yaml and app.yaml at 3eb76e5: all pods of the job pooled, `rate()` over 20 s, an answer
 * each 20 s from the first weight on; success share over 0.80 with the default failureLimit 0; 90th percentile below 1 s with failureLimit 3; pauses
 * of 60, 60, 30 and 30 s. Argo Rollouts fails a metric with `failed > failureLimit`, NaN meets no condition, and more than four errors in a row end a run.
 */
export const ancestorRule = {
  windowSeconds: 20,
  intervalSeconds: 20,
  leastSuccess: 0.8,
  quantile: 0.9,
  /** Seconds that the quantile must stay below. */
  slowSeconds: 1,
  slowFailureLimit: 3,
  consecutiveErrorLimit: 4,
  steps: [
    { weight: 20, seconds: 60 },
    { weight: 40, seconds: 60 },
    { weight: 60, seconds: 30 },
    { weight: 80, seconds: 30 },
  ],
} as const;

/** Seconds from the first weight to the promotion. */
export const ancestorSeconds = ancestorRule.steps.reduce((sum, { seconds }) => sum + seconds, 0);

/** The rule's two metrics. */
export type AncestorMetric = 'success' | 'p90';

/** The label by which {@link ancestorQuery} tells the rule's two metrics apart; its values are {@link AncestorMetric}s. */
export const ancestorMetricLabel = 'ancestor_metric';

/** PromQL of both metrics in one vector, as the rule asks for them: all pods of the service pooled. NaN without answers in the window. */
export function ancestorQuery(level: ServiceLevel, namespace: string): string {
  const metric = answerMetricOf(level);
  const matchers = answersIn(namespace, metric);
  const window = `[${ancestorRule.windowSeconds}s]`;
  const rate = (selector: string) => `sum(rate(${selector}${window}))`;
  const total = rate(totalSelector(matchers, metric));
  const failed = rate(totalSelector([...matchers, metric.failed], metric));
  const success = `(${total} - (${failed} or 0 * ${total})) / ${total}`;
  const toSeconds = metric.unit === 'milliseconds' ? ' / 1000' : '';
  const p90 = `histogram_quantile(${ancestorRule.quantile}, sum by (le) (rate(${bucketSelector(matchers, metric)}${window})))${toSeconds}`;
  const labelled = (query: string, metric: AncestorMetric) =>
    `label_replace(${query}, "${ancestorMetricLabel}", "${metric}", "", "")`;
  return `${labelled(success, 'success')} or ${labelled(p90, 'p90')}`;
}

/** The rule's limits, one look after the other. */
export class AncestorJudge {
  #slow = 0;
  #errors = 0;

  /**
   * Which metric makes the rule abort at this look; `undefined` while it goes on.
   *
   * Units: `success` is a share from 0 to 1, NaN without answers: that is not over the line.
   * Edge:  no success share at all is an error of the query, which is tolerated a few times.
   */
  look(success: number | undefined, isFast: boolean): AncestorMetric | undefined {
    if (success === undefined) return ++this.#errors > ancestorRule.consecutiveErrorLimit ? 'success' : undefined;
    this.#errors = 0;
    if (!(success > ancestorRule.leastSuccess)) return 'success';
    if (!isFast && ++this.#slow > ancestorRule.slowFailureLimit) return 'p90';
    return undefined;
  }
}

/** Shares of one version's answers, 0 to 1. */
export interface VersionShares {
  readonly failed: number;
  readonly slow: number;
}

/** What the rule would come to in its whole time, and on what. */
export interface AncestorProjection {
  readonly outcome: 'aborted' | 'promoted';
  /** Seconds since the first weight. */
  readonly seconds: number;
  /** Percent of the pods that run the new version at the look that aborts, over its window; 100 for a promotion. */
  readonly weight: number;
  readonly metric?: AncestorMetric;
}

/**
 * The rule's verdict in the mean, had it gone through all of its steps with versions that behave like these: no draws, so none of its luck.
 *
 * Edge: the first look is at the start, when only stable has answers.
 */
export function projectAncestor(canary: VersionShares, stable: VersionShares): AncestorProjection {
  const judge = new AncestorJudge();
  const { windowSeconds, intervalSeconds, quantile } = ancestorRule;
  for (let now = 0; now < ancestorSeconds; now += intervalSeconds) {
    const weight = meanWeight(now - windowSeconds, now);
    const pooled = (bad: keyof VersionShares) => weight * canary[bad] + (1 - weight) * stable[bad];
    const metric = judge.look(1 - pooled('failed'), 1 - pooled('slow') > quantile);
    if (metric) return { outcome: 'aborted', seconds: now, weight: Math.round(weight * 100), metric };
  }
  return { outcome: 'promoted', seconds: ancestorSeconds, weight: 100 };
}

/** Mean share of pods with the new version between two times, 0 to 1. */
function meanWeight(from: number, to: number): number {
  let start = 0;
  let weighted = 0;
  for (const { weight, seconds } of ancestorRule.steps) {
    const overlap = Math.max(0, Math.min(to, start + seconds) - Math.max(from, start));
    weighted += (overlap * weight) / 100;
    start += seconds;
  }
  return weighted / (to - from);
}
