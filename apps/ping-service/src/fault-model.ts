import { formatLatencyShare, type LatencyMix } from '@observed-rollouts/contract';
import type { UniformSource } from './uniform-source.ts';

/** What one answer does. */
export interface Draw {
  /** The share that the latency was drawn from, as it was declared: `90%500ms`. */
  readonly share: string;
  /** Milliseconds that the answer takes at least. */
  readonly latencyMs: number;
  /** Whether the answer succeeds; independent of the latency. */
  readonly succeeds: boolean;
}

/** The declared behaviour of the service's answers. */
export interface DeclaredFaults {
  readonly latencyMix: LatencyMix;
  /** 0 to 100: the share of the answers that succeed. */
  readonly successPercent: number;
}

interface CumulativeShare {
  /** Draws below this bound, in percent, and not below the bound before it, are of this share. */
  readonly bound: number;
  readonly share: string;
  readonly latencyMs: number;
}

/** Draws answers: two independent uniform numbers each, so that latency says nothing about failure, nor one answer about the next. */
export class FaultModel {
  readonly #shares: readonly CumulativeShare[];
  readonly #successPercent: number;
  readonly #uniform: UniformSource;

  constructor({ latencyMix, successPercent }: DeclaredFaults, uniform: UniformSource) {
    this.#shares = accumulate(latencyMix);
    this.#successPercent = successPercent;
    this.#uniform = uniform;
  }

  draw(): Draw {
    const latencyPoint = this.#uniform() * 100;
    const successPoint = this.#uniform() * 100;
    const { share, latencyMs } = this.#shares.find(({ bound }) => latencyPoint < bound) as CumulativeShare;
    return { share, latencyMs, succeeds: successPoint < this.#successPercent };
  }
}

/** The last bound is infinite: decimal shares may add up to a hair under 100, and every draw must find a share. */
function accumulate(mix: LatencyMix): readonly CumulativeShare[] {
  let sum = 0;
  return mix.map((share, index) => {
    sum += share.percent;
    const bound = index === mix.length - 1 ? Infinity : sum;
    return { bound, share: formatLatencyShare(share), latencyMs: share.latencyMs };
  });
}
