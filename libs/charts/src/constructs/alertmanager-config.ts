import {
  alertLabels,
  canaryBeingJudged,
  downAlerts,
  heartbeatReceiver,
  type Severity,
  watchdog,
} from '@observed-rollouts/slo';
import { targetLabels } from '@observed-rollouts/contract';

/** Who is told; each is a key of the Secret with the URL of a webhook. */
export const receivers = { page: 'page', ticket: 'ticket', heartbeat: heartbeatReceiver } as const;

/** Receives what is only there for machines. */
const nobody = 'nobody';

/**
 * Alertmanager's configuration file as plain data.
 *
 * @param receiversFolder where the Secret's files are; a receiver whose file is missing fails to tell, and says so in log and metrics.
 */
export function alertmanagerConfig(receiversFolder: string): object {
  return {
    route: {
      // Whatever has no known severity becomes a ticket instead of nothing.
      receiver: receivers.ticket,
      group_by: ['alertname', targetLabels.namespace, targetLabels.service, 'name'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '12h',
      routes: [
        {
          matchers: [`alertname="${watchdog}"`],
          receiver: receivers.heartbeat,
          group_wait: '0s',
          group_interval: '1m',
          repeat_interval: '5m',
        },
        { matchers: [severityIs('none')], receiver: nobody },
        { matchers: [severityIs('page')], receiver: receivers.page, group_wait: '10s', repeat_interval: '1h' },
      ],
    },
    inhibit_rules: inhibitions,
    receivers: [
      { name: nobody },
      ...Object.values(receivers).map((name) => ({
        name,
        webhook_configs: [
          { url_file: `${receiversFolder}/${name}`, send_resolved: name !== receivers.heartbeat, max_alerts: 100 },
        ],
      })),
    ],
  };
}

/** Labels that are absent on both sides count as equal: each rule names the ones that it needs on its source. */
const inhibitions = [
  // A version that a release is judging pages nobody while the others are fine: see docs/decisions/0011.
  {
    source_matchers: [`alertname="${canaryBeingJudged}"`],
    target_matchers: [severityIs('page')],
    equal: [targetLabels.namespace, targetLabels.service, alertLabels.objective, alertLabels.window],
  },
  // The budget that somebody was woken for needs no ticket beside.
  {
    source_matchers: [severityIs('page'), `${alertLabels.objective}=~".+"`],
    target_matchers: [severityIs('ticket')],
    equal: [targetLabels.namespace, targetLabels.service, alertLabels.objective],
  },
  // Of a system that is away nothing else is news.
  {
    source_matchers: [`alertname=~"${downAlerts.join('|')}"`],
    target_matchers: [severityIs('ticket'), `alertname!~"${downAlerts.join('|')}"`],
    equal: [targetLabels.service],
  },
];

function severityIs(severity: Severity): string {
  return `${alertLabels.severity}="${severity}"`;
}
