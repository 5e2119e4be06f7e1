/** One metric as it stands in the manifest, with Argo Rollouts' defaults for limits that are left out. */
export interface ManifestMetric {
  readonly name: string;
  readonly query: string;
  readonly address: string;
  readonly intervalMs: number;
  /** Absent: measured until the release ends. */
  readonly count?: number;
  readonly successCondition: string;
  readonly failureCondition: string;
  readonly failureLimit: number;
  readonly consecutiveSuccessLimit: number;
  readonly inconclusiveLimit: number;
  readonly consecutiveErrorLimit: number;
}

export type MeasurementPhase = 'Successful' | 'Failed' | 'Inconclusive' | 'Error';

/** Whether a reading meets a condition. */
export type Condition = (reading: number) => boolean;

/** Reads `result[0] <op> <number>`, several of them joined by `||`; anything else is refused. */
export function parseCondition(text: string): Condition {
  const parts = text.split(' || ').map(parseBound);
  return (reading) => parts.some(({ operator, bound }) => compare(operator, reading, bound));
}

export interface Bound {
  readonly operator: string;
  readonly bound: number;
}

export function parseBound(text: string): Bound {
  const [, operator, bound] = /^result\[0\] (<=|>=|==|!=|<|>) (-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (operator === undefined) {
    throw new RangeError(
      `condition: got ${JSON.stringify(text)}, expected a comparison with a number, e.g. result[0] < 1`,
    );
  }
  return { operator, bound: Number(bound) };
}

function compare(operator: string, reading: number, bound: number): boolean {
  switch (operator) {
    case '<':
      return reading < bound;
    case '<=':
      return reading <= bound;
    case '>':
      return reading > bound;
    case '>=':
      return reading >= bound;
    case '==':
      return reading === bound;
    default:
      return reading !== bound;
  }
}

/** Judges a reading as Argo Rollouts does: failure is asked first, neither is Inconclusive. */
export function judgeOf({ successCondition, failureCondition }: ManifestMetric): (reading: number) => MeasurementPhase {
  const success = parseCondition(successCondition);
  const failure = parseCondition(failureCondition);
  return (reading) => (failure(reading) ? 'Failed' : success(reading) ? 'Successful' : 'Inconclusive');
}

/** Counts of one metric's measurements, and what Argo Rollouts makes of them. */
export class MetricRun {
  readonly #metric: ManifestMetric;
  readonly #judge: (reading: number) => MeasurementPhase;
  #measured = 0;
  #failed = 0;
  #inconclusive = 0;
  #errorsInARow = 0;
  #successesInARow = 0;
  #phase: MeasurementPhase | undefined;

  constructor(metric: ManifestMetric, judge = judgeOf(metric)) {
    this.#metric = metric;
    this.#judge = judge;
  }

  /** The verdict; absent while the metric is measured. */
  get phase(): MeasurementPhase | undefined {
    return this.#phase;
  }

  /** Takes a measurement; no sample at all is an Error, as `result[0]` of an empty result is. */
  measure(reading: number | undefined): void {
    if (this.#phase !== undefined) return;
    const phase = reading === undefined ? 'Error' : this.#judge(reading);
    if (phase !== 'Error') this.#measured++;
    if (phase === 'Failed') this.#failed++;
    if (phase === 'Inconclusive') this.#inconclusive++;
    this.#errorsInARow = phase === 'Error' ? this.#errorsInARow + 1 : 0;
    this.#successesInARow = phase === 'Successful' ? this.#successesInARow + 1 : 0;
    this.#phase = this.#assess();
  }

  /** In Argo Rollouts' order: limits first, then successes in a row, then the count. */
  #assess(): MeasurementPhase | undefined {
    const metric = this.#metric;
    if (metric.failureLimit >= 0 && this.#failed > metric.failureLimit) return 'Failed';
    if (this.#inconclusive > metric.inconclusiveLimit) return 'Inconclusive';
    if (this.#errorsInARow > metric.consecutiveErrorLimit) return 'Error';
    const needed = metric.consecutiveSuccessLimit;
    if (needed > 0 && this.#successesInARow >= needed) return 'Successful';
    if (metric.count === undefined || this.#measured < metric.count) return undefined;
    return needed === 0 ? 'Successful' : 'Inconclusive';
  }
}
