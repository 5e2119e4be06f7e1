import {
  type BinaryOperator,
  type Expression,
  ExpressionError,
  type FunctionName,
  functionNames,
  type QuantifierName,
  quantifierNames,
} from './syntax.ts';
import { type Token, tokenize } from './tokens.ts';

/** How strongly an operator binds, as in the expression language: or, and, comparison, sum, product. */
const binaryPrecedence: Readonly<Record<BinaryOperator, number>> = {
  '||': 10,
  '&&': 15,
  '==': 20,
  '!=': 20,
  '<': 20,
  '<=': 20,
  '>': 20,
  '>=': 20,
  '+': 30,
  '-': 30,
  '*': 60,
  '/': 60,
  '%': 60,
};
const unaryPrecedence = { '!': 50, '-': 90, '+': 90 } as const;

const arities: Readonly<Record<FunctionName, number>> = {
  len: 1,
  isNaN: 1,
  isInf: 1,
  isNil: 1,
  asFloat: 1,
  asInt: 1,
  default: 2,
};

/**
 * Parses a condition in the subset of Argo Rollouts' expression language that a Prometheus result can use: numbers, `result`,
 * indexing, `!`, `&&`, `||`, comparisons, arithmetic, `len isNaN isInf isNil asFloat asInt default`, and `all any none one` with `#`.
 *
 * Errors: {@link ExpressionError} that names what is outside the subset and where.
 */
export function parseExpression(text: string): Expression {
  const parser = new Parser(tokenize(text));
  const expression = parser.parse(0);
  parser.expectEnd();
  return expression;
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;
  #quantifierDepth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Parses operators that bind at least as strongly as `minimum`. */
  parse(minimum: number): Expression {
    let left = this.#unary();
    for (;;) {
      const operator = asBinaryOperator(this.#next);
      if (operator === undefined || binaryPrecedence[operator] < minimum) return left;
      this.#advance();
      const right = this.parse(binaryPrecedence[operator] + 1);
      left = { kind: 'binary', operator, left, right, at: left.at };
    }
  }

  expectEnd(): void {
    if (this.#next.kind !== 'end') throw unexpected(this.#next, 'an operator or the end');
  }

  #unary(): Expression {
    const { kind, text, at } = this.#next;
    if (kind !== 'operator' || !(text === '!' || text === '-' || text === '+')) return this.#indexed();
    this.#advance();
    return { kind: 'unary', operator: text, operand: this.parse(unaryPrecedence[text]), at };
  }

  #indexed(): Expression {
    let target = this.#primary();
    while (this.#next.text === '[') {
      this.#advance();
      const index = this.parse(0);
      this.#expect(']');
      target = { kind: 'index', target, index, at: target.at };
    }
    return target;
  }

  #primary(): Expression {
    const token = this.#advance();
    const { at, text } = token;
    if (token.kind === 'number') return { kind: 'number', value: Number(text), integer: /^\d+$/.test(text), at };
    if (token.kind === 'name') return this.#named(token);
    if (text === '#' && this.#quantifierDepth > 0) return { kind: 'element', at };
    if (text !== '(') throw unexpected(token, 'a number, result, a function or a parenthesis');
    const inner = this.parse(0);
    this.#expect(')');
    return inner;
  }

  #named({ text, at }: Token): Expression {
    if (text === 'result') return { kind: 'result', at };
    if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true', at };
    const quantifier = quantifierNames.find((name) => name === text);
    if (quantifier) return this.#quantifier(quantifier, at);
    const name = functionNames.find((candidate) => candidate === text);
    if (name) return this.#call(name, at);
    throw new ExpressionError(
      `unsupported name ${text} at character ${at + 1}, expected result, ${[...functionNames, ...quantifierNames].join(', ')}`,
    );
  }

  #call(name: FunctionName, at: number): Expression {
    this.#expect('(');
    const args: Expression[] = [];
    while (this.#next.text !== ')') {
      if (args.length > 0) this.#expect(',');
      args.push(this.parse(0));
    }
    this.#expect(')');
    if (args.length !== arities[name]) {
      throw new ExpressionError(`${name} takes ${arities[name]} argument(s), got ${args.length}`);
    }
    return { kind: 'call', name, args, at };
  }

  #quantifier(name: QuantifierName, at: number): Expression {
    this.#expect('(');
    const over = this.parse(0);
    this.#expect(',');
    this.#quantifierDepth++;
    const braced = this.#next.text === '{';
    if (braced) this.#advance();
    const predicate = this.parse(0);
    if (braced) this.#expect('}');
    this.#quantifierDepth--;
    this.#expect(')');
    return { kind: 'quantifier', name, over, predicate, at };
  }

  get #next(): Token {
    return this.#tokens[this.#position] as Token;
  }

  #advance(): Token {
    const token = this.#next;
    if (token.kind !== 'end') this.#position++;
    return token;
  }

  #expect(text: string): void {
    const token = this.#advance();
    if (token.text !== text || token.kind === 'end') throw unexpected(token, JSON.stringify(text));
  }
}

function asBinaryOperator({ kind, text }: Token): BinaryOperator | undefined {
  return kind === 'operator' && text in binaryPrecedence ? (text as BinaryOperator) : undefined;
}

function unexpected({ text, at, kind }: Token, expected: string): ExpressionError {
  const what = kind === 'end' ? text : `${JSON.stringify(text)} at character ${at + 1}`;
  return new ExpressionError(`unexpected ${what}, expected ${expected}`);
}
