import type { KubernetesObject } from '../synth/kubernetes-object.ts';
import { describe, type ManifestIndex } from './objects.ts';
import { showWeight } from './weights.ts';

/** One step of a canary, with the parts that the checks read. */
interface Step {
  readonly setWeight?: number;
  readonly analysis?: Analysis;
  readonly [kind: string]: unknown;
}

/** An analysis of a Rollout: inline in a step, or in the background of all of them. */
export interface Analysis {
  readonly templates?: readonly { readonly templateName: string; readonly clusterScope?: boolean }[];
  readonly args?: readonly { readonly name: string; readonly value?: unknown }[];
  readonly startingStep?: number;
}

/** A canary Rollout does what its steps say: weights that its pods can show, limits that Argo Rollouts reads as meant. */
export function checkRollouts(manifests: ManifestIndex): string[] {
  return manifests
    .ofKind('Rollout')
    .flatMap((rollout) => [
      ...stepProblems(rollout),
      ...limitProblems(rollout),
      ...serviceProblems(manifests, rollout),
      ...routerProblems(rollout),
    ]);
}

export function stepsOf(rollout: KubernetesObject): readonly Step[] {
  return rollout['spec']?.strategy?.canary?.steps ?? [];
}

function stepProblems(rollout: KubernetesObject): string[] {
  const steps = stepsOf(rollout);
  const problems: string[] = [];
  if (steps.length > 0 && steps[0]?.setWeight === undefined) {
    problems.push(
      `${describe(rollout)}: steps[0] is ${kindOf(steps[0])}, expected setWeight: before it there is no canary`,
    );
  }
  steps.forEach((step, index) => {
    const kinds = Object.keys(step);
    if (kinds.length !== 1) {
      problems.push(
        `${describe(rollout)}: steps[${index}] has ${kinds.join(' and ') || 'nothing'}, expected exactly one kind`,
      );
    }
    problems.push(...weightProblems(rollout, step.setWeight, index));
  });
  return problems;
}

function kindOf(step: Step | undefined): string {
  return Object.keys(step ?? {})[0] ?? 'empty';
}

function weightProblems(rollout: KubernetesObject, weight: number | undefined, index: number): string[] {
  const { replicas, strategy } = rollout['spec'] ?? {};
  if (weight === undefined || typeof replicas !== 'number' || strategy.canary.trafficRouting !== undefined) return [];
  const place = `${describe(rollout)}: steps[${index}].setWeight`;
  if (!Number.isInteger(weight) || weight < 0 || weight > 100) {
    return [`${place}: got ${weight}, expected a whole number from 0 to 100`];
  }
  const { canary, stable, percent } = showWeight(replicas, weight, surgePods(strategy.canary.maxSurge, replicas));
  if (Math.abs(percent - weight) < 1e-9) return [];
  return [
    `${place}: got ${weight}, which ${replicas} replicas show as ${canary} + ${stable} pods = ${Number(percent.toFixed(1))} %, ` +
      `expected a multiple of ${Number((100 / replicas).toFixed(2))}`,
  ];
}

/** A percentage is rounded up; the controller's own default is a quarter. */
function surgePods(maxSurge: unknown, replicas: number): number {
  if (typeof maxSurge === 'number') return maxSurge;
  return Math.ceil((replicas * (typeof maxSurge === 'string' ? parseInt(maxSurge, 10) : 25)) / 100);
}

function limitProblems(rollout: KubernetesObject): string[] {
  const { strategy, progressDeadlineSeconds = 600, minReadySeconds = 0 } = rollout['spec'] ?? {};
  const canary = strategy?.canary ?? {};
  const problems = (['maxSurge', 'maxUnavailable'] as const).flatMap((field) => {
    const value: unknown = canary[field];
    if (Number.isInteger(value) || (typeof value === 'string' && /^\d+%$/.test(value))) return [];
    return [
      `${describe(rollout)}: ${field}: got ${JSON.stringify(value)}, expected a number of pods or a percentage, e.g. 1 or "25%"`,
    ];
  });
  if ([0, '0%'].includes(canary.maxSurge) && [0, '0%'].includes(canary.maxUnavailable)) {
    problems.push(`${describe(rollout)}: maxSurge and maxUnavailable are both 0, expected one of them above 0`);
  }
  if (progressDeadlineSeconds <= minReadySeconds) {
    problems.push(
      `${describe(rollout)}: progressDeadlineSeconds: got ${progressDeadlineSeconds}, expected more than minReadySeconds (${minReadySeconds})`,
    );
  }
  return problems;
}

function serviceProblems(manifests: ManifestIndex, rollout: KubernetesObject): string[] {
  const canary = rollout['spec']?.strategy?.canary ?? {};
  return (['canaryService', 'stableService'] as const).flatMap((field) => {
    const name: string | undefined = canary[field];
    if (name === undefined || manifests.find('Service', rollout.metadata.namespace, name) !== undefined) return [];
    return [`${describe(rollout)}: ${field} ${name} doesn't exist in its namespace, expected it in the manifests`];
  });
}

/** Fields and steps that Argo Rollouts refuses without a traffic router. */
function routerProblems(rollout: KubernetesObject): string[] {
  const canary = rollout['spec']?.strategy?.canary ?? {};
  if (canary.trafficRouting !== undefined) return [];
  const fields = ['scaleDownDelaySeconds', 'dynamicStableScale'].filter((field) => canary[field] !== undefined);
  const steps = ['setCanaryScale', 'setHeaderRoute', 'setMirrorRoute'].filter((kind) =>
    stepsOf(rollout).some((step) => step[kind] !== undefined),
  );
  return [...fields, ...steps].map(
    (field) => `${describe(rollout)}: ${field} works only with a traffic router, expected it to be left out`,
  );
}
