import { type BinaryOperator, type Expression, ExpressionError, type FunctionName } from './syntax.ts';
import { typeOf } from './types.ts';

/** What a query yields: a number for a scalar, the samples of an instant vector in response order. */
export type QueryResult = number | readonly number[];

type Value = number | boolean | readonly number[];

/**
 * Evaluates a condition against a result.
 *
 * Edge:   NaN and infinities compare as IEEE 754 says; a negative index counts from the end.
 * Errors: {@link ExpressionError} on a type mismatch, an index outside the vector, or a value that isn't a condition.
 */
export function evaluateCondition(expression: Expression, result: QueryResult): boolean {
  const type = typeOf(expression, typeof result === 'number' ? 'float' : 'vector');
  if (type !== 'bool' && type !== 'any') throw new ExpressionError(`expected a condition, got type ${type}`);
  return asBoolean(evaluate(expression, { result }));
}

interface Scope {
  readonly result: QueryResult;
  readonly element?: number;
}

function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'number':
    case 'boolean':
      return expression.value;
    case 'result':
      return scope.result;
    case 'element':
      return scope.element as number;
    case 'index':
      return elementAt(asVector(evaluate(expression.target, scope)), asNumber(evaluate(expression.index, scope)));
    case 'unary':
      return applyUnary(expression.operator, evaluate(expression.operand, scope));
    case 'binary':
      return applyBinary(expression, scope);
    case 'call':
      return call(
        expression.name,
        expression.args.map((argument) => evaluate(argument, scope)),
        scope,
      );
    case 'quantifier':
      return quantify(expression, scope);
  }
}

function elementAt(vector: readonly number[], index: number): number {
  const value = vector.at(index);
  if (value !== undefined) return value;
  throw new ExpressionError(`index out of range: ${index} (the result has ${vector.length} samples)`);
}

function applyUnary(operator: '!' | '-' | '+', operand: Value): Value {
  if (operator === '!') return !asBoolean(operand);
  return operator === '-' ? -asNumber(operand) : asNumber(operand);
}

function applyBinary(expression: Extract<Expression, { kind: 'binary' }>, scope: Scope): Value {
  const { operator } = expression;
  const left = evaluate(expression.left, scope);
  // The right side is only looked at when it decides: len(result) == 0 || result[0] > 1 is safe on an empty vector.
  if (operator === '&&') return asBoolean(left) && asBoolean(evaluate(expression.right, scope));
  if (operator === '||') return asBoolean(left) || asBoolean(evaluate(expression.right, scope));
  const right = evaluate(expression.right, scope);
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  return applyNumeric(operator, asNumber(left), asNumber(right));
}

function applyNumeric(operator: Exclude<BinaryOperator, '&&' | '||' | '==' | '!='>, a: number, b: number): Value {
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      if (b === 0) throw new ExpressionError('integer divide by zero');
      return a % b;
  }
}

function call(name: FunctionName, args: readonly Value[], { result }: Scope): Value {
  const [first] = args as [Value];
  switch (name) {
    case 'len':
      return asVector(first).length;
    case 'isNaN':
      return Number.isNaN(asNumber(first));
    case 'isInf':
      return Math.abs(asNumber(first)) === Infinity;
    case 'asFloat':
      return asNumber(first);
    case 'asInt':
      return Math.trunc(asNumber(first));
    // Both look at the whole result and never at their argument; a Prometheus result is never nil, not even an empty one.
    case 'isNil':
      return false;
    case 'default':
      return result;
  }
}

function quantify(expression: Extract<Expression, { kind: 'quantifier' }>, scope: Scope): boolean {
  const holds = asVector(evaluate(expression.over, scope)).map((element) =>
    asBoolean(evaluate(expression.predicate, { ...scope, element })),
  );
  const matches = holds.filter(Boolean).length;
  switch (expression.name) {
    case 'all':
      return matches === holds.length;
    case 'any':
      return matches > 0;
    case 'none':
      return matches === 0;
    case 'one':
      return matches === 1;
  }
}

function asNumber(value: Value): number {
  if (typeof value !== 'number') throw new ExpressionError(`expected a number, got ${describe(value)}`);
  return value;
}

function asBoolean(value: Value): boolean {
  if (typeof value !== 'boolean') throw new ExpressionError(`expected a condition, got ${describe(value)}`);
  return value;
}

function asVector(value: Value): readonly number[] {
  if (typeof value !== 'object') throw new ExpressionError(`expected a vector, got ${describe(value)}`);
  return value;
}

function describe(value: Value): string {
  return typeof value === 'object' ? `[${value.join(',')}]` : `${value}`;
}
