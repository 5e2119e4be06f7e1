import { type Aggregate, type Expression, parsePromql, PromqlError } from './promql.ts';

/** Where aggregations get their sample from; `undefined` when no series is there. */
export type Samples = (leaf: Aggregate) => number | undefined;

/** A query's sample at one time; `undefined` when it has none. */
type Evaluate = () => number | undefined;

/** A part of a query. */
interface Part {
  /** Its text without what doesn't matter: what a query says five times is computed once. */
  readonly key: string;
  /** Aggregations that the value depends on. */
  readonly leaves: ReadonlySet<string>;
  readonly value: Evaluate;
}

/**
 * Computes queries at one time after another.
 *
 * Parts that several queries share are computed once per time; the right side of an `or` only when the left one has no sample.
 */
export class QueryReader {
  readonly #samples: Samples;
  readonly #parts = new Map<string, Part>();
  #time = 0;

  constructor(samples: Samples) {
    this.#samples = samples;
  }

  /** Whatever the samples are taken from has changed. */
  advance(): void {
    this.#time++;
  }

  /** The value of a query, now and after each {@link advance}. */
  prepare(query: string): Evaluate {
    return this.#part(parsePromql(query)).value;
  }

  #part(expression: Expression): Part {
    switch (expression.kind) {
      case 'number':
        return { key: `${expression.value}`, leaves: new Set(), value: () => expression.value };
      case 'aggregate': {
        const { leaf } = expression;
        return this.#remembered(leaf.text, [], () => this.#samples(leaf), leaf.text);
      }
      case 'call': {
        const operands = expression.operands.map((operand) => this.#part(operand));
        return this.#remembered(`${expression.name}(${keysOf(operands)})`, operands, callOf(expression.name, operands));
      }
      case 'binary': {
        const operands = [this.#part(expression.left), this.#part(expression.right)] as const;
        const key = `(${operands[0].key} ${expression.operator} ${operands[1].key})`;
        const compute = binaryOf(expression.operator, operands[0].value, operands[1].value);
        return this.#remembered(
          key,
          operands,
          expression.operator in filters ? this.#kept(operands, compute) : compute,
        );
      }
    }
  }

  /** A comparison that two counts decide comes up with the same counts over and over: its outcome is kept by them. */
  #kept(operands: readonly Part[], compute: Evaluate): Evaluate {
    const [first, second, ...more] = [...leavesOf(operands)].map((text) => (this.#parts.get(text) as Part).value);
    if (first === undefined || second === undefined || more.length > 0) return compute;
    const kept = new Map<number, number | undefined>();
    return () => {
      const key = (first() ?? -1) * 2 ** 26 + (second() ?? -1);
      if (!kept.has(key)) kept.set(key, compute());
      return kept.get(key);
    };
  }

  #remembered(key: string, operands: readonly Part[], compute: Evaluate, leaf?: string): Part {
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    let computedAt = -1;
    let value: number | undefined;
    const part: Part = {
      key,
      leaves: leaf === undefined ? leavesOf(operands) : new Set([leaf]),
      value: () => {
        if (computedAt !== this.#time) {
          value = compute();
          computedAt = this.#time;
        }
        return value;
      },
    };
    this.#parts.set(key, part);
    return part;
  }
}

function leavesOf(parts: readonly Part[]): Set<string> {
  return new Set(parts.flatMap(({ leaves }) => [...leaves]));
}

function keysOf(parts: readonly Part[]): string {
  return parts.map(({ key }) => key).join(', ');
}

function callOf(name: string, [first, second]: readonly Part[]): Evaluate {
  const of = (first as Part).value;
  switch (name) {
    case 'exp':
      return mapped(of, Math.exp);
    case 'ln':
      return mapped(of, Math.log);
    case 'vector':
      return of;
    // Not one sample: NaN, which no condition is met by.
    case 'scalar':
      return () => of() ?? NaN;
    case 'clamp_min':
      return limited(of, second as Part, Math.max);
    case 'clamp_max':
      return limited(of, second as Part, Math.min);
    default:
      throw new PromqlError('a known function', name);
  }
}

function mapped(of: Evaluate, change: (value: number) => number): Evaluate {
  return () => {
    const value = of();
    return value === undefined ? undefined : change(value);
  };
}

function limited(of: Evaluate, { value: limit }: Part, choose: (value: number, limit: number) => number): Evaluate {
  return () => {
    const value = of();
    return value === undefined ? undefined : choose(value, limit() as number);
  };
}

const arithmetic: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};
const filters: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};

function binaryOf(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  if (operator === 'or') return () => left() ?? right();
  const compute = arithmetic[operator];
  const holds = filters[operator];
  return () => {
    const a = left();
    const b = right();
    if (a === undefined || b === undefined) return undefined;
    if (compute !== undefined) return compute(a, b);
    if (holds === undefined) throw new PromqlError('a known operator', operator);
    return holds(a, b) ? a : undefined;
  };
}
