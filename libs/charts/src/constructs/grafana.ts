import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { Yaml } from 'cdk8s';
import type { Construct } from 'constructs';
import { platformPorts, systems } from '../components.ts';
import { dataSourceProvisioning, type DataSourceProps } from '../dashboards/data-sources.ts';
import type { GrafanaOptions } from '../environments/environment.ts';
import type { Image } from '../environments/images.ts';
import { ConfiguredSystem } from './configured-system.ts';
import { contentHash } from './content-hash.ts';
import { restrictedPod } from './restricted-pod.ts';
import { configFiles, filesOfConfigMaps, scratch } from './volumes.ts';

export interface GrafanaProps extends GrafanaOptions {
  readonly image: Image;
  readonly dataSources: DataSourceProps;
  readonly dashboards: readonly Dashboard[];
}

const port = platformPorts.grafana;
const provisioningFolder = '/etc/grafana/provisioning';
const dashboardFolder = '/var/lib/grafana-dashboards';
const settingsMap = 'grafana-settings';
const noAdminVariable = 'GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION';

/**
 * Secret with the account of Grafana's administrator, never part of the manifests; without it there is no administrator at all.
 *
 * Its keys are Grafana's variables and win over the settings of the manifests. `npm run deploy` reads this description from the Deployment's
 * annotation and creates the Secret when it is missing.
 */
const adminSecret = {
  name: 'grafana-admin',
  fixed: { [noAdminVariable]: 'false' },
  random: ['GF_SECURITY_ADMIN_PASSWORD', 'GF_SECURITY_SECRET_KEY'],
} as const;

/** Grafana without state of its own: data sources and dashboards come from files, nothing that is clicked together survives the pod. */
export class Grafana extends ConfiguredSystem {
  constructor(scope: Construct, props: GrafanaProps) {
    super(scope, systems.grafana);
    const dataSources = Yaml.stringify(dataSourceProvisioning(props.dataSources));
    const settings = settingsOf(props);
    this.addServiceAccount();
    this.addConfigMap(settingsMap, settings);
    this.addConfigMap('grafana-data-sources', { 'data-sources.yaml': dataSources });
    this.addConfigMap('grafana-dashboard-provider', { 'dashboards.yaml': Yaml.stringify(dashboardProvider) });
    // One each: an object is at most 1 MiB, and `kubectl apply` keeps a copy of it in an annotation of at most 256 KiB.
    for (const it of props.dashboards) {
      this.addConfigMap(dashboardMap(it), { [`${it.uid}.json`]: `${JSON.stringify(it, null, 2)}\n` });
    }
    this.addService([port]);
    // Dashboards are read again every few seconds; settings and data sources only at the start.
    this.addServer(props, contentHash(dataSources, JSON.stringify(settings)));
  }

  private addServer({ image, resources, dashboards }: GrafanaProps, annotations: Record<string, string>): void {
    const health = { httpGet: { path: '/api/health', port: port.name } };
    const pod = restrictedPod({
      system: this.identity,
      image,
      resources,
      annotations,
      // A later source wins over an earlier one, so that the Secret can switch the administrator on.
      envFrom: [{ configMapRef: { name: settingsMap } }, { secretRef: { name: adminSecret.name, optional: true } }],
      ports: [{ name: port.name, containerPort: port.number, protocol: 'TCP' }],
      // The database is made anew at every start: up to a minute on a slow node.
      startupProbe: { ...health, periodSeconds: 2, failureThreshold: 120 },
      readinessProbe: { ...health, periodSeconds: 5, timeoutSeconds: 4 },
      livenessProbe: { httpGet: { path: '/healthz', port: port.name }, periodSeconds: 20, timeoutSeconds: 5 },
      mounts: [
        configFiles('data-sources', `${provisioningFolder}/datasources`, 'grafana-data-sources'),
        configFiles('dashboard-provider', `${provisioningFolder}/dashboards`, 'grafana-dashboard-provider'),
        filesOfConfigMaps('dashboards', dashboardFolder, dashboards.map(dashboardMap)),
        scratch('data', '/var/lib/grafana', 512),
        scratch('tmp', '/tmp', 64),
      ],
      terminationGracePeriodSeconds: 30,
    });
    this.addDeployment(pod, { 'observed-rollouts/generated-secret': JSON.stringify(adminSecret) });
  }
}

function dashboardMap({ uid }: Dashboard): string {
  return `grafana-dashboard-${uid}`;
}

const dashboardProvider = {
  apiVersion: 1,
  providers: [
    {
      name: 'observed-rollouts',
      type: 'file',
      folder: 'Releases',
      disableDeletion: true,
      allowUiUpdates: false,
      updateIntervalSeconds: 30,
      options: { path: dashboardFolder },
    },
  ],
};

/** Grafana's settings as its variables. */
function settingsOf({ anonymousViewer }: GrafanaOptions): Record<string, string> {
  return {
    // The default administrator would be admin/admin: there is none unless the Secret brings one.
    [noAdminVariable]: 'true',
    GF_SECURITY_DISABLE_GRAVATAR: 'true',
    GF_SECURITY_COOKIE_SAMESITE: 'strict',
    GF_AUTH_ANONYMOUS_ENABLED: `${anonymousViewer}`,
    GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
    GF_AUTH_ANONYMOUS_HIDE_VERSION: 'true',
    // An exemplar's link opens Explore, which a Viewer may otherwise not use; nothing can be saved there.
    GF_USERS_VIEWERS_CAN_EDIT: 'true',
    GF_USERS_ALLOW_SIGN_UP: 'false',
    // No calls to the outside: no telemetry, no update checks, no news, no plugin downloads.
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
    GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: 'false',
    GF_NEWS_NEWS_FEED_ENABLED: 'false',
    GF_SNAPSHOTS_EXTERNAL_ENABLED: 'false',
    // At start Grafana would replace bundled plugins by newer ones, which fails on a read-only file system and leaves none.
    GF_PLUGINS_PREINSTALL_DISABLED: 'true',
    GF_PLUGINS_PREINSTALL_AUTO_UPDATE: 'false',
    GF_PLUGINS_PLUGIN_ADMIN_ENABLED: 'false',
    GF_LOG_MODE: 'console',
    GF_LOG_CONSOLE_FORMAT: 'json',
  };
}
