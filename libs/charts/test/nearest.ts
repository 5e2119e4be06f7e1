/** The known name with the fewest letters changed. */
export function nearest(name: string, known: ReadonlySet<string>): string {
  const ranked = [...known].map((candidate) => ({ candidate, distance: distance(name, candidate) }));
  return ranked.reduce((best, it) => (it.distance < best.distance ? it : best)).candidate;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
