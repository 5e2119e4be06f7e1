import { evaluateCondition, type QueryResult } from './expression/evaluation.ts';
import { parseExpression } from './expression/parser.ts';
import { ExpressionError } from './expression/syntax.ts';
import type { MeasurementPhase, Metric } from './metric.ts';

export interface Judgement {
  readonly phase: MeasurementPhase;
  /** Why the phase is Error. */
  readonly message?: string;
}

/**
 * Judges a result by a metric's conditions, in Argo Rollouts' order.
 *
 * Edge: without any condition every answer is a success; with one, the other phase is its opposite; with both, failure wins and
 *       neither is inconclusive. A condition that can't be evaluated is an error, never a failure.
 */
export function judge(
  result: QueryResult,
  { successCondition, failureCondition }: Pick<Metric, 'successCondition' | 'failureCondition'>,
): Judgement {
  try {
    const success = successCondition === undefined ? undefined : holds(successCondition, result);
    const failure = failureCondition === undefined ? undefined : holds(failureCondition, result);
    return { phase: phaseOf(success, failure) };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { phase: 'Error', message: error.message };
  }
}

function phaseOf(success: boolean | undefined, failure: boolean | undefined): MeasurementPhase {
  if (failure ?? success === false) return 'Failed';
  return (success ?? true) ? 'Successful' : 'Inconclusive';
}

function holds(condition: string, result: QueryResult): boolean {
  return evaluateCondition(parseExpression(condition), result);
}
