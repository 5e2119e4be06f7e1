import { exemplarLabels } from '@observed-rollouts/contract';
import { Yaml } from 'cdk8s';
import type { Construct } from 'constructs';
import { platformPorts, systems } from '../components.ts';
import type { TempoOptions } from '../environments/environment.ts';
import type { Image } from '../environments/images.ts';
import { ConfiguredSystem } from './configured-system.ts';
import { contentHash } from './content-hash.ts';
import { restrictedPod } from './restricted-pod.ts';
import { configFiles, dataVolume, scratch } from './volumes.ts';

export interface TempoProps extends Omit<TempoOptions, 'sampleRatio'> {
  readonly image: Image;
  /** URL of the Prometheus that the metrics made from spans are written to. */
  readonly prometheus: string;
}

const { tempo: http, tempoOtlpGrpc: otlpGrpc, tempoOtlpHttp: otlpHttp } = platformPorts;
const configFolder = '/etc/tempo';
const dataFolder = '/var/tempo';

/** Tempo as a single process on local disk: takes OTLP, answers Grafana, writes metrics of spans with exemplars to Prometheus. */
export class Tempo extends ConfiguredSystem {
  constructor(scope: Construct, props: TempoProps) {
    super(scope, systems.tempo);
    const config = Yaml.stringify(tempoConfig(props));
    this.addServiceAccount();
    this.addConfigMap('tempo-config', { 'tempo.yaml': config });
    this.addService([http, otlpGrpc, otlpHttp]);
    this.addServer(props, config);
  }

  private addServer({ image, resources, storage }: TempoProps, config: string): void {
    const { mount, claims } = dataVolume('data', dataFolder, storage);
    const ready = { httpGet: { path: '/ready', port: http.name } };
    const pod = restrictedPod({
      system: this.identity,
      image,
      resources,
      annotations: contentHash(config),
      args: ['-target=all', `-config.file=${configFolder}/tempo.yaml`],
      ports: [http, otlpGrpc, otlpHttp].map(({ name, number }) => ({
        name,
        containerPort: number,
        protocol: 'TCP',
      })),
      startupProbe: { ...ready, periodSeconds: 2, failureThreshold: 90 },
      readinessProbe: { ...ready, periodSeconds: 5, timeoutSeconds: 3 },
      // Only that it listens: while it stops, and while a part of it recovers, /ready is not 200 and a restart would lose what it holds.
      livenessProbe: { tcpSocket: { port: http.name }, periodSeconds: 20, timeoutSeconds: 5 },
      mounts: [configFiles('config', configFolder, 'tempo-config'), mount, scratch('tmp', '/tmp', 64)],
      terminationGracePeriodSeconds: 60,
    });
    // Of one pod: the scheduler inside is a singleton.
    this.addStatefulSet(pod, claims);
  }
}

/** Tempo's configuration file as plain data; it refuses to start on an unknown key. */
export function tempoConfig({
  retention,
  prometheus,
  maxActiveSeries,
}: Pick<TempoProps, 'retention' | 'prometheus' | 'maxActiveSeries'>): object {
  return {
    server: { http_listen_port: http.number, log_format: 'json', log_level: 'info' },
    usage_report: { reporting_enabled: false },
    memory: { automemlimit_enabled: true },
    // Lets Grafana stream search results over the HTTP port.
    stream_over_http_enabled: true,
    distributor: {
      // Tempo's default is localhost, where nobody else reaches it.
      receivers: {
        otlp: {
          protocols: {
            grpc: { endpoint: `0.0.0.0:${otlpGrpc.number}` },
            http: { endpoint: `0.0.0.0:${otlpHttp.number}` },
          },
        },
      },
    },
    live_store: {
      wal: { path: `${dataFolder}/live-store/traces` },
      shutdown_marker_dir: `${dataFolder}/live-store/shutdown-marker`,
    },
    backend_scheduler: {
      local_work_path: `${dataFolder}/scheduler`,
      provider: { compaction: { compaction: { block_retention: retention } } },
    },
    backend_worker: { compaction: { block_retention: retention } },
    storage: {
      trace: { backend: 'local', local: { path: `${dataFolder}/blocks` }, wal: { path: `${dataFolder}/wal` } },
    },
    metrics_generator: {
      storage: {
        path: `${dataFolder}/generator`,
        remote_write: [{ url: `${prometheus}/api/v1/write`, send_exemplars: true }],
      },
    },
    overrides: {
      defaults: {
        metrics_generator: {
          processors: ['service-graphs', 'span-metrics'],
          // Without a bound one attribute with a value per request would fill Prometheus.
          max_active_series: maxActiveSeries,
          // The apps' exemplars use this name: one link from every exemplar to its trace.
          trace_id_label_name: exemplarLabels.traceId,
        },
      },
    },
  };
}
