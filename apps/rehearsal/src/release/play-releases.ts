import type { Release } from '@observed-rollouts/contract';
import { StartGate } from '../cluster/start-gate.ts';
import { UsageMeter } from '../usage/usage-meter.ts';
import type { RehearsalPlan } from './plan.ts';
import { Rehearsal, type RehearsalSettings } from './rehearsal.ts';

export interface PlaySettings extends Omit<RehearsalSettings, 'plan' | 'release' | 'seed' | 'gate' | 'usage'> {
  readonly plan: RehearsalPlan;
  readonly releases: readonly Release[];
  readonly seedOf: (release: Release) => number;
  /** How many are played at the same time. */
  readonly parallel: number;
  /** How many processes start at the same time, over all releases. */
  readonly startsAtOnce: number;
}

/**
 * Plays releases, several at the same time; each has a cluster of its own.
 *
 * Errors: the first error ends all of them; it rejects with that one when everything is stopped.
 */
export async function playReleases(settings: PlaySettings): Promise<void> {
  const { releases, seedOf, parallel, startsAtOnce, ...shared } = settings;
  const failure = new AbortController();
  const signal = AbortSignal.any([settings.signal, failure.signal]);
  const usage = new UsageMeter();
  const gate = new StartGate(startsAtOnce);
  const waiting = [...releases];
  const playWaiting = async () => {
    for (let release = waiting.shift(); release !== undefined; release = waiting.shift()) {
      signal.throwIfAborted();
      await play({ ...shared, release, seed: seedOf(release), gate, usage, signal });
    }
  };
  const players = Array.from({ length: parallel }, () => playWaiting().catch((error: unknown) => failure.abort(error)));
  await Promise.all(players);
  usage.close();
  signal.throwIfAborted();
}

async function play(settings: RehearsalSettings): Promise<void> {
  const rehearsal = await Rehearsal.start(settings);
  try {
    await rehearsal.deploy();
    await rehearsal.play();
  } finally {
    await rehearsal.close();
  }
}
