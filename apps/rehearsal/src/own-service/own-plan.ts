import { InputError } from '@observed-rollouts/command-line';
import { releaseDwellMs, releaseWarnings } from '@observed-rollouts/slo';
import type { Release } from '@observed-rollouts/contract';
import type { Manifests } from '../manifests/manifests.ts';
import { type RehearsalPlan, readPlan } from '../release/plan.ts';
import { checkMetrics } from './metric-check.ts';
import { ownManifests, podTemplate } from './own-manifests.ts';
import { ownProcess } from './own-process.ts';
import { ownPrometheus } from './own-prometheus.ts';
import type { OwnService } from './service-file.ts';

/** The rehearsal of an own service. */
export interface OwnRehearsal {
  readonly plan: RehearsalPlan;
  readonly release: Release;
  /** What is sound but will disappoint, one line each. */
  readonly warnings: readonly string[];
}

/**
 * Plans the rehearsal of an own service by the same analysis, controller and steps as the workspace's.
 *
 * @param root folder that holds the workspace, with the built pinger.
 *
 * Errors: {@link InputError} when the traffic is too little for the objectives, or the pinger isn't built.
 */
export function planOwnService(service: OwnService, manifests: Manifests, root: string): OwnRehearsal {
  const { settings, level, file } = service;
  checkDwell(service);
  const plan = readPlan(ownManifests(service, manifests), root, settings.name);
  return {
    plan: {
      ...plan,
      level,
      prometheus: ownPrometheus(service, plan.prometheus, plan.pinger.namespace),
      own: {
        file,
        candidate: podTemplate(service, 'candidate'),
        process: ownProcess,
        readyWithin: { milliseconds: settings.readiness.timeout, setting: `${file}: readiness.timeout` },
        checkDeployed: (prometheusUrl, signal) => checkMetrics(service, prometheusUrl, signal),
      },
    },
    release: {
      name: settings.name,
      description: settings.description ?? `the candidate of ${file}`,
      environment: {},
      stable: {},
      traffic: 'usual',
      faults: [],
      expect: settings.expect,
      withinMs: settings.within,
    },
    warnings: releaseWarnings(level),
  };
}

function checkDwell({ file, level }: OwnService): void {
  try {
    releaseDwellMs(level);
  } catch (error) {
    if (error instanceof RangeError) throw new InputError([`${file}: ${error.message}`]);
    throw error;
  }
}
