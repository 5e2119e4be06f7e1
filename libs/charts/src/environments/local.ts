import { pingServiceLevel } from '@observed-rollouts/slo/release';
import type { Environment, Resources } from './environment.ts';
import { type Image, platformImages } from './images.ts';

/**
 * One cluster for development and demonstration: the environment of `dist/manifests`.
 *
 * Data lives in the pods, so that a bare cluster without a storage provisioner can run it; the apps' images are local names that
 * a development machine builds or loads.
 */
export const local: Environment = {
  name: 'local',
  images: { pingService: development('ping-service'), pinger: development('pinger'), ...platformImages },
  serviceLevel: pingServiceLevel,
  pingService: {
    // The limits are far above the use: a throttled CPU would show as latency, and the gate would judge the throttling.
    resources: resources({ cpu: ['25m', '1'], memory: ['96Mi', '256Mi'] }),
    initial: {
      version: 'initial',
      latency: [
        { percent: 90, latencyMs: 500 },
        { percent: 10, latencyMs: 200 },
      ],
      successPercent: 95,
    },
  },
  pinger: {
    resources: resources({ cpu: ['25m', '1'], memory: ['96Mi', '256Mi'] }),
  },
  argoRollouts: { install: true, resources: resources({ cpu: ['50m', '1'], memory: ['64Mi', '512Mi'] }) },
  prometheus: {
    install: true,
    storage: { kind: 'ephemeral', mebibytes: 4096 },
    resources: resources({ cpu: ['50m', '2'], memory: ['192Mi', '1Gi'] }),
    retentionTime: '7d',
    retentionSize: '3GB',
  },
  alertmanager: {
    install: true,
    storage: { kind: 'ephemeral', mebibytes: 128 },
    resources: resources({ cpu: ['10m', '500m'], memory: ['32Mi', '128Mi'] }),
  },
  tempo: {
    storage: { kind: 'ephemeral', mebibytes: 4096 },
    resources: resources({ cpu: ['50m', '2'], memory: ['192Mi', '1Gi'] }),
    retention: '48h',
    sampleRatio: 1,
    maxActiveSeries: 5_000,
  },
  grafana: {
    install: true,
    resources: resources({ cpu: ['50m', '1'], memory: ['192Mi', '512Mi'] }),
    anonymousViewer: true,
  },
  runbookUrl: 'https://git.example.com/observed-rollouts/blob/main/docs/runbook.md',
  // Whoever uses Argo CD puts the URL of their own copy here.
  repository: { url: 'https://git.example.com/observed-rollouts.git', revision: 'main' },
};

function development(name: string): Image {
  return { repository: `observed-rollouts/${name}`, tag: 'dev', pullPolicy: 'IfNotPresent' };
}

function resources({
  cpu,
  memory,
}: {
  readonly cpu: readonly [request: string, limit: string];
  readonly memory: readonly [request: string, limit: string];
}): Resources {
  return {
    cpu: { request: cpu[0], limit: cpu[1] },
    memory: { request: memory[0], limit: memory[1] },
  };
}
