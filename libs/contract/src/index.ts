export {
  clientClosedStatus,
  buildInfo,
  clientRequestDuration,
  durationBuckets,
  knownMethods,
  otherMethod,
  pingAnswered,
  pingFailures,
  pingLatency,
  pingOutcomes,
  pingsDropped,
  pingsEnded,
  pingsInFlight,
  pingsScheduled,
  processStartTime,
  scheduleLag,
  servedRoutes,
  serverActiveRequests,
  serverParseErrors,
  serverRequestDuration,
  unmatchedRoute,
  workloadMetrics,
} from './metrics.ts';
export type { PingFailure, PingOutcome, ServedRoute, ServerLabel } from './metrics.ts';
export { bucketMatcher } from './metric.ts';
export type {
  CounterDefinition,
  GaugeDefinition,
  HistogramDefinition,
  LabelDefinition,
  MetricDefinition,
} from './metric.ts';
export { otlp } from './otlp.ts';
export { pacing, timerErrorMs } from './pacing.ts';
export { drain, paths, ports, probes, problemMediaType, requestLimits, terminationGracePeriodSeconds } from './http.ts';
export {
  exemplarLabels,
  nameLabel,
  platformServices,
  podTemplateHashLabel,
  spanAttributes,
  spanNames,
  startCommands,
  targetLabels,
  versionLabel,
  workloads,
} from './labels.ts';
export type { PlatformService, Workload } from './labels.ts';
export { formatLatencyShare, LatencyMixError, parseLatencyMix } from './latency-mix.ts';
export type { LatencyMix, LatencyShare } from './latency-mix.ts';
export { formatDuration, toWholeSeconds, tryParseDuration } from './units.ts';
export * as settingTypes from './setting-types.ts';
export { configExitCode, readSettings, SettingsError } from './settings.ts';
export type { Reading, Setting, SettingsOf, SettingsSources, SettingsTable } from './settings.ts';
export { logLevels, pingerSettings, pingServiceSettings, processSettings } from './environment.ts';
export { describeFault, faultKinds } from './fault.ts';
export type { Fault, FaultKind, FaultMoment } from './fault.ts';
export { applyEnvironment, applyRelease, expectations, releaseEnds } from './release.ts';
export type { Expectation, PodTemplate, Release, ReleaseEnd, Traffic } from './release.ts';
export type {
  MeasurementSeries,
  MetricCounts,
  ReleaseRecording,
  RolloutPosition,
  TimelineChange,
  TimelineCommand,
  TimelineEntry,
  VersionReplicas,
} from './release-timeline.ts';
