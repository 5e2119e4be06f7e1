import { Yaml } from 'cdk8s';
import type { Construct } from 'constructs';
import { platformPorts, systems } from '../components.ts';
import type { AlertmanagerOptions } from '../environments/environment.ts';
import type { Image } from '../environments/images.ts';
import { alertmanagerConfig } from './alertmanager-config.ts';
import { ConfiguredSystem } from './configured-system.ts';
import { contentHash } from './content-hash.ts';
import { restrictedPod } from './restricted-pod.ts';
import { configFiles, dataVolume, optionalSecretFiles } from './volumes.ts';

export interface AlertmanagerProps extends AlertmanagerOptions {
  readonly image: Image;
}

const configFolder = '/etc/alertmanager/config';
const receiversFolder = '/etc/alertmanager/receivers';
const dataFolder = '/alertmanager';
const port = platformPorts.alertmanager;

/** Secret with a webhook URL per receiver, never part of the manifests; it may be created, changed and removed while Alertmanager runs. */
const receiversSecret = 'alertmanager-receivers';

/** Alertmanager as a single server: routes by severity, groups, and keeps back what another alert explains. */
export class Alertmanager extends ConfiguredSystem {
  constructor(scope: Construct, props: AlertmanagerProps) {
    super(scope, systems.alertmanager);
    const config = Yaml.stringify(alertmanagerConfig(receiversFolder));
    this.addServiceAccount();
    this.addConfigMap('alertmanager-config', { 'alertmanager.yml': config });
    this.addService([port]);
    this.addServer(props, config);
  }

  private addServer({ image, resources, storage }: AlertmanagerProps, config: string): void {
    const { mount, claims } = dataVolume('data', dataFolder, storage);
    const ready = { httpGet: { path: '/-/ready', port: port.name } };
    const pod = restrictedPod({
      system: this.identity,
      image,
      resources,
      // It reads its configuration again only when asked over HTTP, which nobody may: a change starts it anew.
      annotations: contentHash(config),
      args: [
        `--config.file=${configFolder}/alertmanager.yml`,
        `--storage.path=${dataFolder}`,
        `--web.listen-address=0.0.0.0:${port.number}`,
        // One server: without peers there is nothing to gossip with.
        '--cluster.listen-address=',
        '--enable-feature=utf8-strict-mode,receiver-name-in-metrics,auto-gomemlimit',
        '--log.format=json',
      ],
      ports: [{ name: port.name, containerPort: port.number, protocol: 'TCP' }],
      startupProbe: { ...ready, periodSeconds: 2, failureThreshold: 60 },
      readinessProbe: { ...ready, periodSeconds: 5, timeoutSeconds: 3 },
      livenessProbe: { httpGet: { path: '/-/healthy', port: port.name }, periodSeconds: 20, timeoutSeconds: 5 },
      mounts: [
        configFiles('config', configFolder, 'alertmanager-config'),
        optionalSecretFiles('receivers', receiversFolder, receiversSecret),
        mount,
      ],
      // Silences and the memory of what was told are written on the way out.
      terminationGracePeriodSeconds: 30,
    });
    this.addStatefulSet(pod, claims);
  }
}
