import { type PlatformService, platformServices, targetLabels } from '@observed-rollouts/contract';
import type { Alert } from './rule.ts';

/** What is lost while a system is away. */
const losses: Readonly<Record<PlatformService, string>> = {
  [platformServices.prometheus]:
    'nothing is measured, no release can be judged, and alerts other than this one are blind',
  [platformServices.alertmanager]: 'alerts fire in Prometheus and reach nobody',
  [platformServices.tempo]: 'traces are lost; releases are judged as before',
  [platformServices.grafana]: 'there are no dashboards; measuring, judging and alerting go on',
  [platformServices.argoRollouts]: 'releases stand still at their weight: none goes on and none is rolled back',
};

/** Name of the alert that a system is away. */
export function downAlert(service: PlatformService): string {
  return `${service.replaceAll(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase())}Down`;
}

/** Names of all alerts that a system is away. */
export const downAlerts = Object.values(platformServices).map(downAlert);

/** Scrape targets that don't answer, and systems without any target that does: a pod that is gone has no target at all. */
export function targetAlerts(systems: readonly PlatformService[]): Alert[] {
  return [
    {
      alert: 'TargetDown',
      expr: 'up == 0',
      for: '2m',
      labels: { severity: 'ticket' },
      annotations: {
        summary: 'Prometheus cannot scrape {{ $labels.job }} {{ $labels.pod }}',
        description:
          'The target {{ $labels.instance }} has up = {{ $value }} for 2 minutes; what it measures is missing.',
      },
    },
    ...systems.map((service) => ({
      alert: downAlert(service),
      expr: `absent(up{${targetLabels.service}="${service}"} == 1)`,
      for: '5m',
      labels: { severity: severityOf(service), service },
      annotations: {
        summary: `Nothing of ${service} can be scraped`,
        description: `No pod of ${service} has answered a scrape for 5 minutes (absent = {{ $value }}): ${losses[service]}.`,
      },
    })),
  ];
}

/** Somebody is woken when trouble with the service would stay unseen; all else can wait for the morning. */
function severityOf(service: PlatformService): 'page' | 'ticket' {
  return service === platformServices.prometheus || service === platformServices.alertmanager ? 'page' : 'ticket';
}
