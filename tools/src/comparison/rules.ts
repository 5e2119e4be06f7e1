import type { Indicator, ServiceLevel } from '@observed-rollouts/slo';
import { fixedSampleRule } from './fixed-sample-rule.ts';
import { type GateRelease, gateRule } from './gate-rule.ts';
import { minuteRule, type MinuteSettings } from './minute-rule.ts';
import { objectiveOf } from './objective-of.ts';
import { pooledRateRule } from './pooled-rate-rule.ts';
import type { Rule } from './rollout.ts';

/** The rules of the page, this project's first. */
export function rulesOf(release: GateRelease, level: ServiceLevel): Rule[] {
  return [gateRule(release), pooledRateRule, ...minuteVariants(level).map(minuteRule), fixedSampleRule(release.gates)];
}

/** Flagger's documented success rate, its line moved to the objective, and the line in the middle between objective and refused share. */
export function minuteVariants(level: ServiceLevel): MinuteSettings[] {
  const share = (kind: Indicator['kind'], part: number) => {
    const { acceptable, refused } = objectiveOf(level, kind);
    return 1 - (acceptable + part * (refused - acceptable));
  };
  const titled = (key: string, leastSuccess: number, leastFast: number): MinuteSettings => ({
    key,
    title: `per minute, ${Number((leastSuccess * 100).toFixed(2))} %`,
    leastSuccess,
    leastFast,
  });
  return [
    titled('minute-documented', 0.99, share('latency', 0)),
    titled('minute-objective', share('availability', 0), share('latency', 0)),
    titled('minute-middle', share('availability', 0.5), share('latency', 0.5)),
  ];
}
