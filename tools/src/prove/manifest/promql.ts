/** What the queries of the analysis are made of; anything else is refused, so that nothing is read wrongly. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Expression[] }
  | { readonly kind: 'aggregate'; readonly leaf: Aggregate };

/** An aggregation over series: one sample without labels, or none when no series is there. */
export interface Aggregate {
  readonly by: 'sum' | 'count';
  readonly of: SeriesVector;
  /** The text, which tells it apart from others. */
  readonly text: string;
}

export type SeriesVector =
  | { readonly kind: 'instant'; readonly selector: Selector }
  | { readonly kind: 'changes'; readonly selector: Selector; readonly rangeMs: number }
  | { readonly kind: 'increase'; readonly selector: Selector; readonly rangeMs: number }
  /** Each series less its least value over a time, counted at the steps at which another series is there. */
  | {
      readonly kind: 'since seen';
      readonly selector: Selector;
      readonly base: Selector;
      readonly seen: Selector;
      readonly rangeMs: number;
      readonly stepMs: number;
    };

export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

export interface Token {
  readonly kind: 'number' | 'duration' | 'name' | 'string' | 'sign';
  readonly text: string;
  /** Index of the first character. */
  readonly at: number;
}

const tokenPattern =
  /(?<duration>\d+(?:ms|[smhd])\b)|(?<number>\d+(?:\.\d+)?)|(?<name>[A-Za-z_]\w*)|(?<string>"[^"\\]*")|(?<sign><=|>=|==|!=|=~|!~|[-+*/<>=(){}[\],:])/y;

export function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < query.length;) {
    if (query[at] === ' ') {
      at++;
      continue;
    }
    tokenPattern.lastIndex = at;
    const groups = tokenPattern.exec(query)?.groups;
    const [kind, text] = Object.entries(groups ?? {}).find(([, part]) => part !== undefined) ?? [];
    if (kind === undefined || text === undefined) throw new PromqlError('a token', query.slice(at, at + 20));
    tokens.push({ kind: kind as Token['kind'], text, at });
    at += text.length;
  }
  return tokens;
}

export class PromqlError extends Error {
  constructor(expected: string, got: string) {
    super(`query: got ${JSON.stringify(got)}, expected ${expected}`);
  }
}

/** Binary operators, the ones that bind least first; all of them are left-associative. */
const levels: readonly (readonly string[])[] = [['or'], ['<', '<=', '>', '>=', '==', '!='], ['+', '-'], ['*', '/']];
/** Functions and their operands, as Prometheus takes them: samples or numbers. */
const operandsOf: Readonly<Record<string, readonly ('samples' | 'number')[]>> = {
  exp: ['samples'],
  ln: ['samples'],
  clamp_min: ['samples', 'number'],
  clamp_max: ['samples', 'number'],
  scalar: ['samples'],
  vector: ['number'],
};

/**
 * Reads a query.
 *
 * Errors: a {@link PromqlError} for everything that the analysis has no use for, also where PromQL itself would take it.
 */
export function parsePromql(query: string): Expression {
  return new Parser(query).whole();
}

class Parser {
  readonly #query: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(query: string) {
    this.#query = query;
    this.#tokens = tokensOf(query);
  }

  whole(): Expression {
    const expression = this.#binary(0);
    if (this.#next < this.#tokens.length) throw this.#error('the end');
    return expression;
  }

  #binary(level: number): Expression {
    const operators = levels[level];
    if (operators === undefined) return this.#primary();
    let left = this.#binary(level + 1);
    while (operators.includes(this.#peek())) {
      const operator = this.#take();
      const right = this.#binary(level + 1);
      requireSamples(operator, left, right);
      left = { kind: 'binary', operator, left, right };
    }
    return left;
  }

  #primary(): Expression {
    const token = this.#tokens[this.#next];
    if (token?.kind === 'number') return { kind: 'number', value: Number(this.#take()) };
    if (this.#takeIf('-')) return { kind: 'number', value: -Number(this.#takeKind('number')) };
    if (this.#takeIf('(')) {
      const inner = this.#binary(0);
      this.#expect(')');
      return inner;
    }
    const name = this.#takeKind('name');
    if (name === 'sum' || name === 'count') return this.#aggregate(name);
    const kinds = operandsOf[name];
    if (kinds === undefined) throw new PromqlError(`one of ${Object.keys(operandsOf).join(', ')}, sum, count`, name);
    return { kind: 'call', name, operands: this.#operands(name, kinds) };
  }

  #operands(name: string, kinds: readonly ('samples' | 'number')[]): Expression[] {
    const operands = kinds.map((kind, index) => {
      this.#expect(index === 0 ? '(' : ',');
      const operand = this.#binary(0);
      if (isNumber(operand) !== (kind === 'number')) {
        throw new PromqlError(
          `${kind === 'number' ? 'a number' : 'samples'} as operand ${index + 1} of ${name}`,
          kind === 'number' ? 'samples' : 'a number',
        );
      }
      return operand;
    });
    this.#expect(')');
    return operands;
  }

  #aggregate(by: Aggregate['by']): Expression {
    const from = this.#tokens[this.#next]?.at ?? 0;
    this.#expect('(');
    const of = this.#vector();
    this.#expect(')');
    const to = this.#tokens[this.#next]?.at ?? this.#query.length;
    return { kind: 'aggregate', leaf: { by, of, text: by + this.#query.slice(from, to).trim() } };
  }

  #vector(): SeriesVector {
    const over = this.#peek();
    if (over === 'changes' || over === 'increase') {
      this.#next++;
      this.#expect('(');
      const selector = this.#selector();
      this.#expect('[');
      const rangeMs = this.#duration();
      this.#expect(']', ')');
      return { kind: over, selector, rangeMs };
    }
    const selector = this.#selector();
    if (!this.#takeIf('-')) return { kind: 'instant', selector };
    this.#expect('min_over_time', '(', '(');
    const base = this.#selector();
    this.#expect('and', 'on', '(', ')', 'sum', '(');
    const seen = this.#selector();
    this.#expect(')', ')', '[');
    const rangeMs = this.#duration();
    this.#expect(':');
    const stepMs = this.#duration();
    this.#expect(']', ')');
    return { kind: 'since seen', selector, base, seen, rangeMs, stepMs };
  }

  #selector(): Selector {
    const metric = this.#takeKind('name');
    this.#expect('{');
    const matchers: Matcher[] = [];
    for (let first = true; !this.#takeIf('}'); first = false) {
      if (!first) this.#expect(',');
      const label = this.#takeKind('name');
      const operator = this.#take();
      if (!['=', '!=', '=~', '!~'].includes(operator)) throw new PromqlError('=, !=, =~ or !~', operator);
      matchers.push({ label, operator, value: this.#takeKind('string').slice(1, -1) });
    }
    return { metric, matchers };
  }

  #duration(): number {
    return durationMs(this.#takeKind('duration'));
  }

  #peek(): string {
    return this.#tokens[this.#next]?.text ?? '';
  }

  #take(): string {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw new PromqlError('more', this.#query.slice(-20));
    return token.text;
  }

  #takeKind(kind: Token['kind']): string {
    if (this.#tokens[this.#next]?.kind !== kind) throw this.#error(`a ${kind}`);
    return this.#take();
  }

  #takeIf(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#next++;
    return true;
  }

  #expect(...texts: readonly string[]): void {
    for (const text of texts) if (!this.#takeIf(text)) throw this.#error(text);
  }

  #error(expected: string): PromqlError {
    return new PromqlError(
      expected,
      this.#query.slice(this.#tokens[this.#next]?.at ?? this.#query.length).slice(0, 20),
    );
  }
}

/** Prometheus refuses a set operator on numbers, and a comparison of two numbers without `bool`. */
function requireSamples(operator: string, left: Expression, right: Expression): void {
  const numbers = [left, right].filter(isNumber).length;
  if ((operator === 'or' && numbers > 0) || (levels[1]?.includes(operator) && numbers === 2)) {
    throw new PromqlError(`samples beside ${operator}`, 'a number');
  }
}

export function isNumber(expression: Expression): boolean {
  if (expression.kind === 'number') return true;
  if (expression.kind === 'call') return expression.name === 'scalar';
  return expression.kind === 'binary' && isNumber(expression.left) && isNumber(expression.right);
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration of one unit, such as 15m. */
export function durationMs(text: string): number {
  const [, amount, unit = ''] = /^(\d+)(ms|[smhd])$/.exec(text) ?? [];
  const scale = unitsMs[unit];
  if (amount === undefined || scale === undefined) throw new PromqlError('a duration, e.g. 15m', text);
  return Number(amount) * scale;
}

/** Whether a series is selected; an absent label counts as empty, and an expression must match the whole value, as in Prometheus. */
export function isSelected({ metric, matchers }: Selector, labels: Readonly<Record<string, string>>): boolean {
  if (labels['__name__'] !== metric) return false;
  return matchers.every(({ label, operator, value }) => {
    const actual = labels[label] ?? '';
    const matches = operator.endsWith('~') ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
    return matches !== operator.startsWith('!');
  });
}
