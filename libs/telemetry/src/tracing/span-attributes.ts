import type { AttributeValue } from '@opentelemetry/api';

/**
 * The attributes of one span, as keys and values in turn: a dozen are found faster by looking at each than by a hash, and an object with a dozen properties
 * that are added one after the other costs several times as much.
 */
export class SpanAttributes {
  /** A key, its value, the next key, and so on. */
  readonly entries: (AttributeValue | undefined)[];

  /** @param entries are taken over, not copied; a key stands in it once. */
  constructor(entries: (AttributeValue | undefined)[]) {
    this.entries = entries;
  }

  get count(): number {
    return this.entries.length / 2;
  }

  /** Where the value of a key stands; -1 where there is none. */
  indexOf(key: string): number {
    const { entries } = this;
    for (let index = 0; index < entries.length; index += 2) if (entries[index] === key) return index + 1;
    return -1;
  }
}
