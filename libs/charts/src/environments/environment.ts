import type { LatencyMix } from '@observed-rollouts/contract';
import type { ServiceLevel } from '@observed-rollouts/slo';
import type { ImageTable } from './images.ts';

/** CPU in cores (`50m`) and memory in bytes (`128Mi`) of one container, as Kubernetes quantities. */
export interface Resources {
  readonly cpu: { readonly request: string; readonly limit: string };
  readonly memory: { readonly request: string; readonly limit: string };
}

/** Where a component keeps its data. */
export type Storage =
  /** In the pod, gone with it: for clusters without a storage provisioner. */
  | { readonly kind: 'ephemeral'; readonly mebibytes: number }
  /** A claim of its own; without a class the cluster's default is used. */
  | { readonly kind: 'claim'; readonly mebibytes: number; readonly storageClass?: string };

/** A component that these manifests install, or one that the cluster already has. */
export type Component<Installed, Existing> =
  ({ readonly install: true } & Installed) | ({ readonly install: false } & Existing);

/** How a release of ping-service behaves; exact, not approximate. */
export interface DeclaredBehaviour {
  /** Version in metrics, logs and traces. */
  readonly version: string;
  readonly latency: LatencyMix;
  /** From 0 to 100. */
  readonly successPercent: number;
}

export interface PingServiceOptions {
  readonly resources: Resources;
  /** The release that a first deploy makes stable. */
  readonly initial: DeclaredBehaviour;
}

export interface PrometheusOptions {
  readonly storage: Storage;
  readonly resources: Resources;
  /** Prometheus duration, such as `7d`. */
  readonly retentionTime: string;
  /** Prometheus size, such as `3GB`: about 80 % of the storage, since the write-ahead log isn't counted until it is cut. */
  readonly retentionSize: string;
}

export interface AlertmanagerOptions {
  /** Silences and the memory of what was told live here. */
  readonly storage: Storage;
  readonly resources: Resources;
}

export interface TempoOptions {
  readonly storage: Storage;
  readonly resources: Resources;
  /** Go duration, such as `48h`. */
  readonly retention: string;
  /** Share of the traces that are kept, from 0 to 1, decided when a trace starts. */
  readonly sampleRatio: number;
  /** Series that may be made from spans: above it new ones are left out, and an alert says so. */
  readonly maxActiveSeries: number;
}

export interface GrafanaOptions {
  readonly resources: Resources;
  /** Whether anyone who reaches Grafana may look, as Viewer, without an account. */
  readonly anonymousViewer: boolean;
}

/** Everything that differs between clusters, in one place. */
export interface Environment {
  readonly name: string;
  readonly images: ImageTable;
  /** Also says how many pods there are, how often they are pinged, and the weights: the analysis is calibrated for them. */
  readonly serviceLevel: ServiceLevel;
  readonly pingService: PingServiceOptions;
  readonly pinger: { readonly resources: Resources };
  /** An existing controller is scraped in its namespace. */
  readonly argoRollouts: Component<{ readonly resources: Resources }, { readonly namespace: string }>;
  /** An existing Prometheus is queried at its URL; it must attach the target labels of the contract by itself. */
  readonly prometheus: Component<PrometheusOptions, { readonly url: string }>;
  /** An existing Alertmanager is told at its URL; without one alerts are only shown. */
  readonly alertmanager: Component<AlertmanagerOptions, { readonly url: string | undefined }>;
  readonly tempo: TempoOptions;
  readonly grafana: Component<GrafanaOptions, object>;
  /** Address of docs/runbook.md as people reach it; every alert links to a section of it. */
  readonly runbookUrl: string;
  /** The Git repository that Argo CD watches. */
  readonly repository: { readonly url: string; readonly revision: string };
}
