import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLatencyMix, pingServiceSettings } from '@observed-rollouts/contract';
import { gateRun, type Objective, pingServiceLevel, quantileOf, sumOf, verdictChances } from '@observed-rollouts/slo';
import { parse } from 'yaml';
import { root } from '../harness/workspace-root.ts';

/** Seconds from the canary's first answer to a verdict. */
export interface PredictedSeconds {
  readonly mean: number;
  readonly median: number;
}

/** The environment that a release file declares, over the service's defaults. */
export function environmentOf(release: string): Readonly<Record<string, string>> {
  const text = readFileSync(join(root, 'releases', `${release}.yaml`), 'utf8');
  return (parse(text) as { readonly environment?: Readonly<Record<string, string>> }).environment ?? {};
}

/** Share of an objective's bad answers, 0 to 1, that an environment declares. */
export function declaredShare({ indicator }: Objective, environment: Readonly<Record<string, string>>): number {
  const textOf = ({ name, default: usual }: { readonly name: string; readonly default: string | undefined }) =>
    environment[name] ?? usual ?? '';
  if (indicator.kind === 'availability') return 1 - Number(textOf(pingServiceSettings.successPercent)) / 100;
  const mix = parseLatencyMix(textOf(pingServiceSettings.latencyMix));
  const slow = mix.filter(({ latencyMs }) => latencyMs > indicator.boundSeconds * 1000);
  return slow.reduce((sum, { percent }) => sum + percent, 0) / 100;
}

/**
 * What the exact walk says about the time to a verdict, with the story's traffic dealt out evenly: to the first reject of any objective of a release that
 * is refused, to the last accept of one that passes.
 *
 * Edge: without the comparison with stable, which has no exact walk and can only make a refusal later; objectives count as independent of each other.
 */
export function predictedSeconds(
  environment: Readonly<Record<string, string>>,
  verdict: 'refused' | 'passed',
): PredictedSeconds {
  const { objectives, promise } = pingServiceLevel;
  const walks = objectives.map((objective) =>
    verdictChances(gateRun(objective, pingServiceLevel, 'fixed'), declaredShare(objective, environment)),
  );
  const looks = walks[0]?.rejects.length ?? 0;
  const reachedBy = new Float64Array(looks);
  const sums = walks.map(() => 0);
  for (let look = 0; look < looks; look++) {
    for (const [index, walk] of walks.entries()) {
      sums[index] = (sums[index] as number) + ((verdict === 'refused' ? walk.rejects : walk.accepts)[look] as number);
    }
    reachedBy[look] =
      verdict === 'refused'
        ? 1 - sums.reduce((product, sum) => product * (1 - sum), 1)
        : sums.reduce((product, sum) => product * sum, 1);
  }
  const chances = reachedBy.map((chance, look) => chance - (look === 0 ? 0 : (reachedBy[look - 1] as number)));
  const total = sumOf(chances);
  const seconds = promise.lookIntervalMs / 1000;
  return {
    mean: (chances.reduce((sum, chance, look) => sum + chance * (look + 1), 0) / total) * seconds,
    median: quantileOf(chances, total / 2) * seconds,
  };
}
