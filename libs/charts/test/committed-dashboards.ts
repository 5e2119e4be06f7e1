import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import { mountedFiles } from './expressions.ts';

/** A dashboard of the committed manifests, and the text that it is. */
export interface CommittedDashboard {
  readonly where: string;
  readonly bytes: number;
  readonly board: Dashboard;
  readonly panels: readonly Panel[];
}

export const committedDashboards: readonly CommittedDashboard[] = mountedFiles
  .filter(({ name }) => name.endsWith('.json'))
  .map(({ where, text }) => {
    const board = JSON.parse(text) as Dashboard;
    return { where, bytes: Buffer.byteLength(text), board, panels: (board.panels ?? []) as Panel[] };
  });

/** The queries of a panel; all of them are Prometheus'. */
export function queriesOf({ targets = [] }: Panel): readonly Dataquery[] {
  return targets as unknown as Dataquery[];
}
