import { platformServices, targetLabels } from '@observed-rollouts/contract';
import type { Alert } from './rule.ts';

const service = platformServices.alertmanager;
const own = `${targetLabels.service}="${service}"`;

/** Receiver of the dead man's switch; the outside service that it calls notices by itself when nothing comes. */
export const heartbeatReceiver = 'heartbeat';

export const alertmanagerAlerts: readonly Alert[] = [
  {
    alert: 'AlertmanagerConfigReloadFailed',
    expr: `max_over_time(alertmanager_config_last_reload_successful{${own}}[5m]) == 0`,
    for: '5m',
    labels: { severity: 'ticket', service },
    annotations: {
      summary: 'Alertmanager runs with an old configuration',
      description: 'The configuration that is mounted was refused; success of the last reload: {{ $value }}.',
    },
  },
  {
    alert: 'AlertmanagerNotificationsFailing',
    expr:
      'sum by (receiver_name, integration) ' +
      `(increase(alertmanager_notifications_failed_total{${own},receiver_name!="${heartbeatReceiver}"}[15m])) > 0`,
    for: '5m',
    labels: { severity: 'page', service },
    annotations: {
      summary: 'Alerts for receiver {{ $labels.receiver_name }} reach nobody',
      description: '{{ $value | humanize }} notifications over {{ $labels.integration }} failed within 15 minutes.',
    },
  },
];
