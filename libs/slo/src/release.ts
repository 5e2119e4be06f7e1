/** What a release of a service takes: for those who draw services, without the rules, the panels and the curves, which take as long again to load. */
export { pingMetric } from './answer-metric.ts';
export { type ServiceLevel, serviceLevelFor } from './objective.ts';
export { analysisArguments, type AnalysisMetric, releaseAnalysis } from './release-analysis.ts';
export { releaseDwellMs } from './release-dwell.ts';
export { releaseSteps, type ReleaseStep } from './release-steps.ts';
export { pingServiceLevel } from './story.ts';
