/** The expression language's functions that Argo Rollouts' conditions use, each of one or two arguments. */
export const functionNames = ['len', 'isNaN', 'isInf', 'isNil', 'asFloat', 'asInt', 'default'] as const;
export type FunctionName = (typeof functionNames)[number];

/** `all(result, # < 1)`: the predicate sees each element as `#`. */
export const quantifierNames = ['all', 'any', 'none', 'one'] as const;
export type QuantifierName = (typeof quantifierNames)[number];

export type LogicalOperator = '&&' | '||';
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export type BinaryOperator = LogicalOperator | ComparisonOperator | ArithmeticOperator;

/** A parsed condition. Every node knows its first character, counted from 0, for errors. */
export type Expression = { readonly at: number } & (
  | { readonly kind: 'number'; readonly value: number; readonly integer: boolean }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'result' }
  | { readonly kind: 'element' }
  | { readonly kind: 'index'; readonly target: Expression; readonly index: Expression }
  | { readonly kind: 'unary'; readonly operator: '!' | '-' | '+'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Expression[] }
  | {
      readonly kind: 'quantifier';
      readonly name: QuantifierName;
      readonly over: Expression;
      readonly predicate: Expression;
    }
);

/** A condition that doesn't parse, doesn't type-check, or fails when it is evaluated. */
export class ExpressionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExpressionError';
  }
}
