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
