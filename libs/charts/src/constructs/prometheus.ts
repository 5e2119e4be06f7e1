import { platformRules, serviceLevelRules, type ServiceLevel, type WatchedPlatform } from '@observed-rollouts/slo';
import { Yaml } from 'cdk8s';
import type { Construct } from 'constructs';
import type { IRole } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import type { IRoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding';
import { platformPorts, systems } from '../components.ts';
import type { PrometheusOptions } from '../environments/environment.ts';
import type { Image } from '../environments/images.ts';
import { TypedObject } from '../synth/typed-object.ts';
import { ConfiguredSystem } from './configured-system.ts';
import { type PodScrape, prometheusConfig, rulesFolder } from './prometheus-config.ts';
import { restrictedPod } from './restricted-pod.ts';
import { apiServerToken, configFiles, dataVolume } from './volumes.ts';

export interface PrometheusProps extends PrometheusOptions {
  readonly image: Image;
  readonly serviceLevel: ServiceLevel;
  /** What is scraped; each namespace gets a Role that lets Prometheus find its pods. */
  readonly scrapes: readonly PodScrape[];
  /** What is to be there beside the service: its absence is an alert. */
  readonly platform: WatchedPlatform;
  /** Base URL of Alertmanager; absent: alerts are only shown. */
  readonly alertmanager: string | undefined;
  readonly runbookUrl: string;
}

const configFolder = '/etc/prometheus/config';
const dataFolder = '/prometheus';
const port = platformPorts.prometheus;

/** Prometheus as a single server: pod discovery by Roles, exemplar storage, rules of the service level, remote write for Tempo's metrics. */
export class Prometheus extends ConfiguredSystem {
  constructor(scope: Construct, props: PrometheusProps) {
    super(scope, systems.prometheus);
    this.addServiceAccount();
    for (const namespace of new Set(props.scrapes.map((scrape) => scrape.namespace))) this.addPodDiscovery(namespace);
    this.addConfigMap('prometheus-config', {
      'prometheus.yml': Yaml.stringify(prometheusConfig(props.scrapes, props.alertmanager)),
    });
    this.addConfigMap('prometheus-rules', {
      'service-level.yml': Yaml.stringify({ groups: serviceLevelRules(props.serviceLevel, props.runbookUrl) }),
      'platform.yml': Yaml.stringify({ groups: platformRules(props.platform, props.runbookUrl) }),
    });
    this.addService([port]);
    this.addServer(props);
  }

  /** Reading pods in the scraped namespaces only: no ClusterRole. */
  private addPodDiscovery(namespace: string): void {
    const metadata = { ...this.metadata('prometheus-pod-discovery'), namespace };
    new TypedObject<IRole>(this, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
    });
    new TypedObject<IRoleBinding>(this, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: this.identity.name, namespace: this.identity.namespace }],
    });
  }

  private addServer({ image, resources, storage, retentionTime, retentionSize }: PrometheusProps): void {
    const { mount, claims } = dataVolume('data', dataFolder, storage);
    const pod = restrictedPod({
      system: this.identity,
      image,
      resources,
      args: serverArguments(retentionTime, retentionSize),
      ports: [{ name: port.name, containerPort: port.number, protocol: 'TCP' }],
      // Ready once the write-ahead log is replayed: minutes after a long life.
      startupProbe: { httpGet: { path: '/-/ready', port: port.name }, periodSeconds: 2, failureThreshold: 300 },
      readinessProbe: { httpGet: { path: '/-/ready', port: port.name }, periodSeconds: 5, timeoutSeconds: 4 },
      livenessProbe: { httpGet: { path: '/-/healthy', port: port.name }, periodSeconds: 15, timeoutSeconds: 5 },
      mounts: [
        configFiles('config', configFolder, 'prometheus-config'),
        configFiles('rules', rulesFolder, 'prometheus-rules'),
        mount,
        apiServerToken(),
      ],
      // The log is flushed on the way out.
      terminationGracePeriodSeconds: 120,
    });
    this.addStatefulSet(pod, claims);
  }
}

function serverArguments(retentionTime: string, retentionSize: string): string[] {
  return [
    `--config.file=${configFolder}/prometheus.yml`,
    // The mounted files follow their ConfigMaps: no endpoint that anyone could call to reload or stop the server.
    '--config.auto-reload',
    '--config.auto-reload-interval=15s',
    `--web.listen-address=0.0.0.0:${port.number}`,
    '--web.enable-remote-write-receiver',
    '--enable-feature=exemplar-storage',
    `--storage.tsdb.path=${dataFolder}`,
    `--storage.tsdb.retention.time=${retentionTime}`,
    `--storage.tsdb.retention.size=${retentionSize}`,
    '--log.format=json',
  ];
}
