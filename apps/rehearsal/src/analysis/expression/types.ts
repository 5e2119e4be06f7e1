import { type BinaryOperator, type Expression, ExpressionError, type FunctionName } from './syntax.ts';

/** Static types of the language, as far as a Prometheus result needs them. `any` is only known when evaluated. */
export type ExpressionType = 'bool' | 'int' | 'float' | 'vector' | 'any';

/** Type of `result`: a scalar query yields a number, an instant vector its samples in response order. */
export type ResultType = 'float' | 'vector';

const returnTypes: Readonly<Record<FunctionName, ExpressionType>> = {
  len: 'int',
  isNaN: 'bool',
  isInf: 'bool',
  isNil: 'bool',
  asFloat: 'float',
  asInt: 'int',
  default: 'any',
};

/**
 * Types an expression the way the controller compiles it: `isNaN(result)` on a vector is an error before anything is evaluated.
 *
 * Errors: {@link ExpressionError} on an operation that the types don't allow.
 */
export function typeOf(expression: Expression, result: ResultType): ExpressionType {
  switch (expression.kind) {
    case 'number':
      return expression.integer ? 'int' : 'float';
    case 'boolean':
      return 'bool';
    case 'result':
      return result;
    case 'element':
      return 'float';
    case 'index':
      return typeOfIndex(typeOf(expression.target, result), typeOf(expression.index, result));
    case 'unary':
      return typeOfUnary(expression.operator, typeOf(expression.operand, result));
    case 'binary':
      return typeOfBinary(expression.operator, typeOf(expression.left, result), typeOf(expression.right, result));
    case 'call':
      return typeOfCall(expression.name, expression.args, result);
    case 'quantifier':
      return typeOfQuantifier(expression, result);
  }
}

function typeOfIndex(target: ExpressionType, index: ExpressionType): ExpressionType {
  require(accepts(['vector'], target), `type ${target} can't be indexed`);
  require(accepts(['int'], index), `an index must be a whole number, got type ${index}`);
  return target === 'any' ? 'any' : 'float';
}

function typeOfUnary(operator: '!' | '-' | '+', operand: ExpressionType): ExpressionType {
  if (operator === '!') {
    require(accepts(['bool'], operand), `operator ! doesn't apply to type ${operand}`);
    return 'bool';
  }
  require(accepts(['int', 'float'], operand), `operator ${operator} doesn't apply to type ${operand}`);
  return operand;
}

function typeOfBinary(operator: BinaryOperator, left: ExpressionType, right: ExpressionType): ExpressionType {
  const allowed = (types: readonly ExpressionType[]) => accepts(types, left) && accepts(types, right);
  const mismatch = `operator ${operator} doesn't apply to types ${left} and ${right}`;
  switch (operator) {
    case '&&':
    case '||':
      require(allowed(['bool']), mismatch);
      return 'bool';
    case '==':
    case '!=':
      require(allowed(['bool']) || allowed(['int', 'float']), mismatch);
      return 'bool';
    case '<':
    case '<=':
    case '>':
    case '>=':
      require(allowed(['int', 'float']), mismatch);
      return 'bool';
    case '%':
      require(allowed(['int']), mismatch);
      return 'int';
    case '/':
      require(allowed(['int', 'float']), mismatch);
      return 'float';
    case '+':
    case '-':
    case '*':
      require(allowed(['int', 'float']), mismatch);
      return left === 'int' && right === 'int' ? 'int' : left === 'any' || right === 'any' ? 'any' : 'float';
  }
}

function typeOfCall(name: FunctionName, args: readonly Expression[], result: ResultType): ExpressionType {
  const [first = 'any'] = args.map((argument) => typeOf(argument, result));
  const mismatch = `${name} doesn't apply to type ${first}`;
  if (name === 'len') require(accepts(['vector'], first), mismatch);
  // Whole-number literals become floats where a float is asked for; a computed whole number such as len() doesn't.
  if (name === 'isNaN' || name === 'isInf') {
    require(accepts(['float'], first) || (first === 'int' && isLiteral(args[0] as Expression)), mismatch);
  }
  return returnTypes[name];
}

function typeOfQuantifier(expression: Extract<Expression, { kind: 'quantifier' }>, result: ResultType): ExpressionType {
  const over = typeOf(expression.over, result);
  require(accepts(['vector'], over), `${expression.name} doesn't apply to type ${over}`);
  const predicate = typeOf(expression.predicate, result);
  require(accepts(
    ['bool'],
    predicate,
  ), `the predicate of ${expression.name} must be a condition, got type ${predicate}`);
  return 'bool';
}

function isLiteral(expression: Expression): boolean {
  if (expression.kind === 'unary') return isLiteral(expression.operand);
  if (expression.kind === 'binary') return isLiteral(expression.left) && isLiteral(expression.right);
  return expression.kind === 'number';
}

function accepts(types: readonly ExpressionType[], type: ExpressionType): boolean {
  return type === 'any' || types.includes(type);
}

function require(holds: boolean, message: string): void {
  if (!holds) throw new ExpressionError(message);
}
