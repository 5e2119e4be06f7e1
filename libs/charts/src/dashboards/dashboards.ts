import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { ServiceLevel } from '@observed-rollouts/slo';
import { dashboard, type DashboardSpec } from './dashboard.ts';
import { objectivesDashboard } from './objectives.ts';
import { pingServiceDashboard } from './ping-service.ts';
import { pingerDashboard } from './pinger.ts';
import { platformDashboard } from './platform.ts';
import { releaseDashboard } from './release.ts';

/** What each dashboard shows, in the order in which they are looked at. */
export function dashboardSpecs(level: ServiceLevel): readonly DashboardSpec[] {
  return [
    releaseDashboard(level),
    pingServiceDashboard(level),
    pingerDashboard(level),
    objectivesDashboard(level),
    platformDashboard(),
  ];
}

/** Every dashboard as Grafana loads it. */
export function dashboards(level: ServiceLevel, runbookUrl: string): readonly Dashboard[] {
  return dashboardSpecs(level).map((spec) => dashboard(spec, runbookUrl));
}
