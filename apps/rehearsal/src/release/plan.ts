import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { InputError, Problems } from '@observed-rollouts/command-line';
import { workloads } from '@observed-rollouts/contract';
import { pingServiceLevel, type ServiceLevel } from '@observed-rollouts/slo';
import { checkEnds, metricsOfRun } from '../analysis/metrics-of-run.ts';
import type { Metric } from '../analysis/metric.ts';
import { readTemplate } from '../analysis/template.ts';
import { readContainer } from '../cluster/container.ts';
import type { ReadyDeadline } from '../cluster/pod.ts';
import type { ContainerProcess } from '../cluster/pod-factory.ts';
import { argumentValues } from '../controller/arguments.ts';
import { readRollout, type Rollout } from '../controller/rollout.ts';
import type { AnalysisReference, PodTemplate } from '../controller/rollout-schema.ts';
import { type Manifests, whereIs } from '../manifests/manifests.ts';
import { type PrometheusDeployment, readDeployment } from '../prometheus/deployment.ts';

/** What the manifests say, read and checked before anything is started. */
export interface RehearsalPlan {
  readonly rollout: Rollout;
  readonly pinger: { readonly template: PodTemplate; readonly namespace: string };
  readonly prometheus: PrometheusDeployment;
  /** The metrics of an analysis of this Rollout, for a release with these hashes. */
  readonly metricsOf: (
    reference: AnalysisReference,
    hashes: { latestHash: string; stableHash: string },
  ) => readonly Metric[];
  /** What the analysis was rendered from, for what is shown beside it. */
  readonly level: ServiceLevel;
  /** What is different when the service isn't the one of this workspace. */
  readonly own?: OwnServicePlan;
}

/** A service that isn't one of this workspace, and its release. */
export interface OwnServicePlan {
  /** The service file, as the user named it. */
  readonly file: string;
  /** The pod template that is released; the Rollout's own is the stable one. */
  readonly candidate: PodTemplate;
  readonly process: ContainerProcess;
  /** Of each pod of the stable version, before the release. */
  readonly readyWithin: ReadyDeadline;
  /** Looks at the metrics of the stable version once it is scraped. Rejects with an {@link InputError} when no release can be judged by them. */
  readonly checkDeployed: (prometheusUrl: string, signal: AbortSignal) => Promise<void>;
}

/**
 * Reads what a rehearsal needs from the manifests.
 *
 * @param service name of the Rollout.
 *
 * Errors: {@link InputError} with everything that is missing, wrong, not built, or not emulated.
 */
export function readPlan(manifests: Manifests, root: string, service: string = workloads.pingService): RehearsalPlan {
  const problems = new Problems();
  const rollout = problems.collect(() => readRollout(manifests, service));
  const pinger = problems.collect(() => readPinger(manifests));
  const prometheus = problems.collect(() => readDeployment(manifests));
  const metricsOf = rollout && analysisReader(manifests, rollout);
  if (rollout && metricsOf) checkAnalyses(rollout, metricsOf, problems);
  for (const [name, template] of [
    [workloads.pingService, service === workloads.pingService ? rollout?.template : undefined],
    [workloads.pinger, pinger?.template],
  ] as const) {
    if (template) problems.collect(() => checkBuilt(template, name, root));
  }
  problems.throwIfAny();
  return { rollout, pinger, prometheus, metricsOf, level: pingServiceLevel } as RehearsalPlan;
}

/** Stand for the hashes that only a release knows, when the manifests are checked. */
const sampleHashes = { latestHash: 'latest', stableHash: 'stable' };

function analysisReader(manifests: Manifests, rollout: Rollout): RehearsalPlan['metricsOf'] {
  return ({ templates, args = [] }, hashes) =>
    metricsOfRun({
      templates: templates.map(({ templateName }) => readTemplate(manifests, templateName)),
      args: argumentValues(args, rollout, hashes),
    });
}

function checkAnalyses(rollout: Rollout, metricsOf: RehearsalPlan['metricsOf'], problems: Problems): void {
  for (const reference of analysesOf(rollout)) {
    const metrics = problems.collect(() => metricsOf(reference, sampleHashes));
    const step = rollout.steps.findIndex(({ analysis }) => analysis === reference);
    if (metrics && step >= 0)
      problems.collect(() => checkEnds(metrics, `Rollout ${rollout.name}: analysis of step ${step + 1}`));
  }
}

/** Every analysis that the Rollout can run. */
export function analysesOf({ steps, background }: Rollout): readonly AnalysisReference[] {
  const inline = steps.map((step) => step.analysis).filter((analysis) => analysis !== undefined);
  return background ? [...inline, background] : inline;
}

function readPinger(manifests: Manifests): RehearsalPlan['pinger'] {
  const found = manifests.get('Deployment', workloads.pinger);
  const { template } = (found.object['spec'] ?? {}) as { template?: PodTemplate };
  if (template?.spec?.containers === undefined)
    throw new InputError([`${whereIs(found)}: spec.template: missing, expected a pod template`]);
  return { template, namespace: found.object.metadata.namespace ?? 'default' };
}

/** A program that the container starts stands in the workspace only after a build. */
function checkBuilt(template: PodTemplate, name: string, root: string): void {
  const container = readContainer(template, name);
  const programs = [...container.command, ...(container.args ?? [])].filter((part) => /^[\w./-]+\.m?js$/.test(part));
  const [missing] = programs.filter((program) => !existsSync(join(root, program)));
  if (missing === undefined) return;
  const file = relative(process.cwd(), join(root, missing));
  throw new InputError([`${file}: not found, expected the built ${name}; run "npx nx run ${name}:build"`]);
}
