export { budgetSections } from '../rules/budget.ts';
export { dashboardVariables, judgedSeries, valueOf, variableQueries, versionOfSeries } from './dashboard-variables.ts';
export { burnLines, leastAnswersLine, objectivePanelQueries } from './objective-panels.ts';
export { pingerLines, pingerPanelQueries } from './pinger-panels.ts';
export { platformPanelQueries } from './platform-panels.ts';
export { annotationQueries, releaseLines, releasePanelQueries } from './release-panels.ts';
export { servicePanelQueries } from './service-panels.ts';
