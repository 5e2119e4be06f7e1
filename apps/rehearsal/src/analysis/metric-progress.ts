import type { AnalysisPhase, Measurement, Metric } from './metric.ts';

/** As many as Argo Rollouts keeps. */
const keptMeasurements = 10;

/** What has been measured of one metric. Counts are cumulative; the consecutive ones restart. */
export interface MetricProgress {
  readonly metric: Metric;
  readonly phase: AnalysisPhase;
  /** Measurements that weren't errors. */
  readonly count: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly consecutiveError: number;
  readonly consecutiveSuccess: number;
  /** All measurements, errors too. */
  readonly taken: number;
  /** The last ones, oldest first; the counts keep what the others were. */
  readonly measurements: readonly Measurement[];
  /** Which limit ended it, in Argo Rollouts' words. */
  readonly message?: string;
}

export function startProgress(metric: Metric): MetricProgress {
  return {
    metric,
    phase: 'Pending',
    count: 0,
    failed: 0,
    inconclusive: 0,
    consecutiveError: 0,
    consecutiveSuccess: 0,
    taken: 0,
    measurements: [],
  };
}

/** Adds a finished measurement and assesses the metric; a completed metric keeps its phase. */
export function recordMeasurement(progress: MetricProgress, measurement: Measurement): MetricProgress {
  const { phase } = measurement;
  const counted: MetricProgress = {
    ...progress,
    count: progress.count + (phase === 'Error' ? 0 : 1),
    failed: progress.failed + (phase === 'Failed' ? 1 : 0),
    inconclusive: progress.inconclusive + (phase === 'Inconclusive' ? 1 : 0),
    consecutiveError: phase === 'Error' ? progress.consecutiveError + 1 : 0,
    consecutiveSuccess: phase === 'Successful' ? progress.consecutiveSuccess + 1 : 0,
    taken: progress.taken + 1,
    measurements: [...progress.measurements, measurement].slice(-keptMeasurements),
  };
  return { ...counted, ...assess(counted) };
}

interface Assessment {
  readonly phase: AnalysisPhase;
  readonly message?: string;
}

function assess(progress: MetricProgress): Assessment {
  const { metric, count, consecutiveSuccess } = progress;
  const exceeded = assessLimits(progress);
  if (exceeded) return exceeded;
  const successLimit = metric.consecutiveSuccessLimit;
  if (successLimit > 0 && consecutiveSuccess >= successLimit) {
    return { phase: 'Successful', message: `consecutiveSuccessLimit (${successLimit}) reached` };
  }
  if (metric.count === undefined || count < metric.count) return { phase: 'Running' };
  return assessComplete(metric, metric.count);
}

/** All measurements are taken and no limit was exceeded. */
function assessComplete({ consecutiveSuccessLimit, failureLimit }: Metric, count: number): Assessment {
  if (consecutiveSuccessLimit === 0) return { phase: 'Successful', message: `count (${count}) reached` };
  const message = `consecutiveSuccessLimit (${consecutiveSuccessLimit}) not reached in ${count} measurements`;
  return { phase: failureLimit >= 0 ? 'Inconclusive' : 'Failed', message };
}

/** The three limits in Argo Rollouts' order: the last one that is exceeded decides. */
function assessLimits({ metric, failed, inconclusive, consecutiveError }: MetricProgress): Assessment | undefined {
  if (consecutiveError > metric.consecutiveErrorLimit) {
    const message = `consecutiveErrors (${consecutiveError}) > consecutiveErrorLimit (${metric.consecutiveErrorLimit})`;
    return { phase: 'Error', message };
  }
  if (inconclusive > metric.inconclusiveLimit) {
    return {
      phase: 'Inconclusive',
      message: `inconclusive (${inconclusive}) > inconclusiveLimit (${metric.inconclusiveLimit})`,
    };
  }
  if (metric.failureLimit >= 0 && failed > metric.failureLimit) {
    return { phase: 'Failed', message: `failed (${failed}) > failureLimit (${metric.failureLimit})` };
  }
  return undefined;
}
