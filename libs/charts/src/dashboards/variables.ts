import {
  judgedSeries,
  pingerPanelQueries,
  dashboardVariables as names,
  type ServiceLevel,
  variableQueries,
} from '@observed-rollouts/slo';
import type { Variable } from './dashboard.ts';

/** Chooses a service whose answers are judged, and its namespace. */
export function judgedService(level: ServiceLevel): readonly Variable[] {
  return [
    { name: names.namespace, label: 'Namespace', query: variableQueries.namespaces(judgedSeries(level, false)) },
    { name: names.service, label: 'Service', query: variableQueries.services(judgedSeries(level, true)) },
  ];
}

/** Chooses a pinger, and its namespace. */
export const pingers: readonly Variable[] = [
  { name: names.namespace, label: 'Namespace', query: variableQueries.namespaces(pingerPanelQueries.series(false)) },
  { name: names.service, label: 'Pinger', query: variableQueries.services(pingerPanelQueries.series(true)) },
];

/** Chooses any of a service's versions. */
export const versions: Variable = {
  name: names.version,
  label: 'Version',
  query: variableQueries.versions,
  several: true,
};

/** Chooses the two versions of a release. */
export const releasedVersions: readonly Variable[] = [
  { name: names.canary, label: 'Canary', query: variableQueries.canaries, versions: true },
  { name: names.stable, label: 'Stable', query: variableQueries.stables, versions: true },
];
