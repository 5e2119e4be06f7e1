/** The chances of a count: `weights[i]` is the chance of `first + i`; they add up to 1. */
export interface CountChances {
  readonly first: number;
  readonly weights: Float64Array;
}

/** Terms this small beside the largest one are left out: both tails together hold less than 1e-17. */
const negligible = 1e-21;

/** The number of bad answers among `answers`, each bad with chance `share` on its own. */
export function binomial(answers: number, share: number): CountChances {
  if (share <= 0 || answers === 0) return certain(0);
  if (share >= 1) return certain(answers);
  const odds = share / (1 - share);
  const mode = Math.min(answers, Math.floor((answers + 1) * share));
  return fromRatios(mode, answers, (count) => ((answers - count + 1) / count) * odds);
}

/** The number of answers in a time that `mean` of them arrive in on average, each whenever it likes. */
export function poisson(mean: number): CountChances {
  if (mean <= 0) return certain(0);
  return fromRatios(Math.floor(mean), Infinity, (count) => mean / count);
}

/** Counts from the first to the last that has a chance worth following. */
export interface CountRange {
  readonly first: number;
  readonly last: number;
}

/** Counts of {@link poisson} whose chance is at least `least` times the greatest one. */
export function poissonRange(mean: number, least: number): CountRange {
  if (mean <= 0) return { first: 0, last: 0 };
  const mode = Math.floor(mean);
  let first = mode;
  for (let term = first / mean; first > 0 && term >= least; term *= first / mean) first--;
  let last = mode;
  for (let term = mean / (last + 1); term >= least; term *= mean / (last + 1)) last++;
  return { first, last };
}

/** Chances of {@link poisson} at the given counts, however small they are; they needn't add up to 1. The mean is above 0. */
export function poissonAt(mean: number, { first, last }: CountRange): CountChances {
  let logFactorial = 0;
  for (let count = 2; count < first; count++) logFactorial += Math.log(count);
  const weights = Float64Array.from({ length: last - first + 1 }, (_, index) => {
    const count = first + index;
    if (count > 1) logFactorial += Math.log(count);
    return Math.exp(count * Math.log(mean) - mean - logFactorial);
  });
  return { first, weights };
}

function certain(count: number): CountChances {
  return { first: count, weights: Float64Array.of(1) };
}

/**
 * Chances from the ratio of each to the one before: outward from the largest and then divided by their sum, so that nothing overflows,
 * underflows or cancels at any size.
 */
function fromRatios(mode: number, last: number, ratio: (count: number) => number): CountChances {
  const below: number[] = [];
  for (let count = mode, term = 1; count > 0; count--) {
    term /= ratio(count);
    if (term < negligible) break;
    below.push(term);
  }
  const above: number[] = [];
  for (let count = mode + 1, term = 1; count <= last; count++) {
    term *= ratio(count);
    if (term < negligible) break;
    above.push(term);
  }
  const weights = Float64Array.from([...below.reverse(), 1, ...above]);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { first: mode - below.length, weights: weights.map((weight) => weight / sum) };
}
