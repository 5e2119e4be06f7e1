import type { Alert } from './rule.ts';

/** Name of the alert that always fires. */
export const watchdog = 'Watchdog';

/** A dead man's switch: an outside service that stops hearing it tells that alerting is broken. */
export const watchdogAlert: Alert = {
  alert: watchdog,
  expr: 'vector(1)',
  labels: { severity: 'none' },
  annotations: {
    summary: 'Alerting works',
    description: 'Always fires (value {{ $value }}): its absence at the receiver means that alerting is broken.',
  },
};
