/** How answers reach the canary between two looks. */
export interface Arrivals {
  /** `fixed`: a constant rate that is dealt out evenly. `poisson`: each answer comes on its own, so that looks see more or less. */
  readonly kind: 'fixed' | 'poisson';
  /** Answers per look on average, above 0; need not be whole. */
  readonly perLook: number;
}

/** Keeps a product such as 0.1 · 30 from falling just short of its whole number. */
const roundingSlack = 1e-9;

/** Answers that have come by the end of a look at a constant rate; the fraction waits for the next look. */
export function answersByLook(perLook: number, look: number): number {
  return Math.floor(perLook * look + roundingSlack);
}
