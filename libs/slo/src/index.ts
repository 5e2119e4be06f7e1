export { checkServiceLevel, ServiceLevelError } from './objective.ts';
export type { Indicator, Objective, ReleasePromise, ServiceLevel } from './objective.ts';
export { logLikelihoodRatio, sequentialTest } from './sequential-test.ts';
export type { ErrorRates, SequentialTest } from './sequential-test.ts';
export { gateArguments, gateErrorRates, gateMetricName, gateTest, releaseGate, walkQuery } from './release-gate.ts';
export type { GateMetric } from './release-gate.ts';
export { answersOfVersion, badShare, bucketSelector, countsSinceStart, pingAnswers, totalSelector } from './promql.ts';
export type { Matchers } from './promql.ts';
export { pingServiceLevel } from './story.ts';
