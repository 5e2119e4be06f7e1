import { comparisonWalk, decisive, type Objective, riskRatio, type SequentialTest } from '@observed-rollouts/slo';
import type { AnswerCount } from './answers.ts';

/** One objective with the very test that its gate has. */
export interface JudgedObjective {
  readonly objective: Objective;
  readonly test: SequentialTest;
}

/** What was counted at one moment, in the order of the objectives. */
export interface Counts {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly canary: readonly AnswerCount[];
  /** Since the canary was first seen. */
  readonly stable: readonly AnswerCount[];
}

/**
 * Knows since when the answers given so far have been enough for a verdict, by the arithmetic of the rendered queries.
 *
 * The instant is the first one at which a bound was reached, although no look may have come then and the next answers may have led back from it: so it
 * is never later than what any look could have seen.
 */
export class EvidenceClock {
  readonly #objectives: readonly JudgedObjective[];
  readonly #rejectedAt: (number | undefined)[];
  readonly #acceptedAt: (number | undefined)[];
  #firstAnswerAt: number | undefined;

  constructor(objectives: readonly JudgedObjective[]) {
    this.#objectives = objectives;
    this.#rejectedAt = objectives.map(() => undefined);
    this.#acceptedAt = objectives.map(() => undefined);
  }

  take({ at, canary, stable }: Counts): void {
    for (const [index, { objective, test }] of this.#objectives.entries()) {
      const own = canary[index];
      const others = stable[index];
      if (own === undefined || others === undefined) continue;
      if (own.total > 0) this.#firstAnswerAt ??= at;
      const walk = test.perBad * own.bad + test.perGood * (own.total - own.bad);
      const evidence = decisive(walk, comparisonWalk(own, others, riskRatio(objective)), test.reject);
      // A metric that has succeeded is no longer looked at.
      if (evidence >= test.reject && this.#acceptedAt[index] === undefined) this.#rejectedAt[index] ??= at;
      if (evidence <= test.accept) this.#acceptedAt[index] ??= at;
    }
  }

  /** When the canary's first answer was seen. */
  get firstAnswerAt(): number | undefined {
    return this.#firstAnswerAt;
  }

  /** When one objective was broken beyond doubt; absent while none is. */
  get refusedAt(): number | undefined {
    const times = this.#rejectedAt.filter((at) => at !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** When the last objective was met beyond doubt; absent while one isn't. */
  get passedAt(): number | undefined {
    const times = this.#acceptedAt.filter((at) => at !== undefined);
    return times.length < this.#objectives.length ? undefined : Math.max(...times);
  }
}
