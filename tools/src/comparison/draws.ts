import { uniformFrom } from '../prove/draws.ts';

/** The chance in one release: what each ping draws, whoever judges it and whatever the release is like. */
export interface Draws {
  /** For each ping the pod that its connection reached. */
  readonly pod: Uint8Array;
  /** For each ping a number from 0 to 1: the answer fails when it is below the share of failures at that time. */
  readonly failure: Float64Array;
  /** The same for an answer over the latency bound. */
  readonly slowness: Float64Array;
  /** For each pod and version a number from 0 to 1: where in a burst the release finds it. */
  readonly phase: Float64Array;
}

/** The draws of one release. The same seed gives the same draws, so that every rule and every situation meets the same pings. */
export function drawsFrom(seed: number, pings: number, pods: number): Draws {
  const uniform = uniformFrom(seed);
  const phase = Float64Array.from({ length: 2 * pods }, uniform);
  const pod = new Uint8Array(pings);
  const failure = new Float64Array(pings);
  const slowness = new Float64Array(pings);
  for (let ping = 0; ping < pings; ping++) {
    pod[ping] = Math.floor(uniform() * pods);
    failure[ping] = uniform();
    slowness[ping] = uniform();
  }
  return { pod, failure, slowness, phase };
}
