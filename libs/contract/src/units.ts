/** Milliseconds per unit of the duration grammar `<number><unit>`. */
const millisecondsPer = { ms: 1, s: 1000, m: 60_000 } as const;

/**
 * Reads a duration such as `500ms`, `1.5s` or `5m`.
 *
 * Units:  returns milliseconds, at least 0, fractions kept to the nanosecond (`0.5ms` is 0.5).
 * Edge:   `0ms` is 0; a bare number, a sign, a blank or an unknown unit is `undefined`.
 * Errors: never throws.
 */
export function tryParseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  if (!match) return undefined;
  const milliseconds = Number(match[1]) * millisecondsPer[match[2] as keyof typeof millisecondsPer];
  // Decimal fractions are binary ones: 1.005 s would be 1004.9999999999999 ms.
  return Math.round(milliseconds * 1e6) / 1e6;
}

/** Writes milliseconds in the largest unit that needs no fraction: 500 → `500ms`, 2000 → `2s`, 300000 → `5m`. */
export function formatDuration(milliseconds: number): string {
  for (const unit of ['m', 's'] as const) {
    const amount = milliseconds / millisecondsPer[unit];
    if (amount >= 1 && Number.isInteger(amount)) return `${amount}${unit}`;
  }
  return `${milliseconds}ms`;
}

/** Rounds up to whole seconds, as Kubernetes' integer second fields need; never shortens. */
export function toWholeSeconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}
