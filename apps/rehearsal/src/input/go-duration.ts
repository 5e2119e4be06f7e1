const millisecondsPer: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Reads a duration as Go's `time.ParseDuration` does, for the units that a release uses: `5s`, `1m30s`, `500ms`, `1.5h`.
 *
 * Units:  milliseconds, at least 0.
 * Edge:   `0` needs no unit; days, signs and blanks are `undefined`.
 */
export function tryParseGoDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (millisecondsPer[unit as string] as number);
  }
  return total;
}
