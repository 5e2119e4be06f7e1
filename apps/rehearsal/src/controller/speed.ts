import type { Rollout } from './rollout.ts';

export interface SpedUp {
  readonly rollout: Rollout;
  /** What was shortened and what wasn't, in words. */
  readonly note: string;
}

/**
 * Divides the durations of pauses by a factor, except of those that a background analysis needs: while it runs, a pause is the time
 * in which it sees the release at that weight. Intervals and delays of an analysis are never shortened.
 */
export function speedUp(rollout: Rollout, factor: number): SpedUp {
  const { steps, background } = rollout;
  const watchedFrom = background?.startingStep ?? Infinity;
  const shortened: string[] = [];
  const kept: string[] = [];
  const faster = steps.map((step, index) => {
    const duration = step.pause?.duration;
    if (duration === undefined) return step;
    (index < watchedFrom ? shortened : kept).push(`${index + 1}`);
    return index < watchedFrom ? { ...step, pause: { duration: duration / factor } } : step;
  });
  const what = shortened.length === 0 ? 'shortens nothing' : `shortens the pauses of ${namesOf(shortened)}`;
  const reason = `the background analysis, which starts at step ${watchedFrom + 1}, needs the pauses of ${namesOf(kept)}`;
  const without = shortened.length === 0 ? 'no step is a pause with a duration' : undefined;
  const why = kept.length > 0 ? reason : without;
  return { rollout: { ...rollout, steps: faster }, note: `--speed ${factor} ${what}${why ? `: ${why}` : ''}` };
}

function namesOf(steps: readonly string[]): string {
  return `${steps.length === 1 ? 'step' : 'steps'} ${steps.join(', ')}`;
}
