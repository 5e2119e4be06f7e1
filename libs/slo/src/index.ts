export { answerMetricOf, checkServiceLevel, nearestBuckets, ServiceLevelError, serviceLevelFor } from './objective.ts';
export type { Indicator, Objective, ReleasePromise, ReleaseTraffic, ServiceLevel } from './objective.ts';
export { logLikelihoodRatio, sequentialTest } from './sequential-test.ts';
export type { ErrorRates, SequentialTest } from './sequential-test.ts';
export { analysisArguments, releaseAnalysis } from './release-analysis.ts';
export type { AnalysisMetric, ReleaseAnalysis } from './release-analysis.ts';
export { answersPerLook, errorRatesOfTests, gateRun, gateTest, laterAnswersPerLook } from './release-tests.ts';
export { caughtAtLeast, objectiveDwell, releaseDwellMs } from './release-dwell.ts';
export { releaseSteps } from './release-steps.ts';
export type { ReleaseStep } from './release-steps.ts';
export { releaseWarnings } from './release-warnings.ts';
export { bucketBound, matcher, pingMetric, scrapedLabel } from './answer-metric.ts';
export type { AnswerMetric, Matchers } from './answer-metric.ts';
export { badShare, bucketSelector, judgedAnswers, pingAnswers, totalSelector } from './promql.ts';
export { answerRecords } from './recorded-answers.ts';
export { objectiveNames, pingServiceLevel, pingTraffic } from './story.ts';
export {
  alertLabels,
  badShareRecord,
  canaryBeingJudged,
  downAlerts,
  heartbeatReceiver,
  platformRules,
  serviceLevelRules,
  watchdog,
} from './rules.ts';
export type { AlertingRule, RecordingRule, RuleGroup, Severity, WatchedPlatform } from './rules.ts';
export * from './panels/index.ts';
export * from './exact/index.ts';
export { comparisonBound, comparisonWalk, decisive, riskRatio } from './comparison.ts';
export { watchEvidence } from './watch.ts';
export {
  AncestorJudge,
  ancestorMetricLabel,
  ancestorQuery,
  ancestorRule,
  ancestorSeconds,
  projectAncestor,
} from './ancestor-rule.ts';
export type { AncestorMetric, AncestorProjection, VersionShares } from './ancestor-rule.ts';
export { exemplarSelector, sampledCounts, sampledQuantiles, sampleLabels, sampleQueries } from './release-samples.ts';
export type { SampledCount, SampleQueries } from './release-samples.ts';
