import type { ComparisonOperator, Expression } from './syntax.ts';

/** The number that a condition compares its result with. */
export interface Bound {
  readonly operator: ComparisonOperator;
  readonly value: number;
}

const mirrored: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** The bound of a condition of the form `result[0] <= -4.6` or `result > 1`, either side first; `undefined` for any other form. */
export function boundOf(expression: Expression): Bound | undefined {
  if (expression.kind !== 'binary' || !(expression.operator in mirrored)) return undefined;
  const operator = expression.operator as ComparisonOperator;
  const { left, right } = expression;
  const rightValue = literalOf(right);
  if (isReading(left) && rightValue !== undefined) return { operator, value: rightValue };
  const leftValue = literalOf(left);
  if (isReading(right) && leftValue !== undefined) return { operator: mirrored[operator], value: leftValue };
  return undefined;
}

function isReading(expression: Expression): boolean {
  return expression.kind === 'result' || (expression.kind === 'index' && expression.target.kind === 'result');
}

function literalOf(expression: Expression): number | undefined {
  if (expression.kind === 'number') return expression.value;
  if (expression.kind !== 'unary' || expression.operator === '!') return undefined;
  const value = literalOf(expression.operand);
  return value === undefined || expression.operator === '+' ? value : -value;
}
