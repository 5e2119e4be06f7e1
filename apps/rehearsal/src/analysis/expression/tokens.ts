import { ExpressionError } from './syntax.ts';

export interface Token {
  readonly kind: 'number' | 'name' | 'operator' | 'end';
  readonly text: string;
  /** Index of the first character. */
  readonly at: number;
}

const pattern =
  /\s*(?:(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<operator>&&|\|\||[=!<>]=|[<>!()[\]{},#+\-*/%]))/y;

/** Words that stand for operators in the expression language. */
const wordOperators: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!' };

/** Errors: {@link ExpressionError} on a character outside the supported subset. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (text.slice(pattern.lastIndex).trim() !== '') {
    const start = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (!groups) throw new ExpressionError(`unsupported character ${describeCharacter(text, start)}`);
    tokens.push(tokenOf(groups, pattern.lastIndex));
  }
  return [...tokens, { kind: 'end', text: 'the end', at: text.length }];
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>, end: number): Token {
  if (groups['number'] !== undefined) {
    return { kind: 'number', text: groups['number'], at: end - groups['number'].length };
  }
  const word = groups['name'];
  const operator = word === undefined ? (groups['operator'] as string) : wordOperators[word];
  if (operator !== undefined) return { kind: 'operator', text: operator, at: end - (word ?? operator).length };
  return { kind: 'name', text: word as string, at: end - (word as string).length };
}

function describeCharacter(text: string, start: number): string {
  const at = start + (text.slice(start).length - text.slice(start).trimStart().length);
  return `${JSON.stringify(text[at])} at character ${at + 1}`;
}
