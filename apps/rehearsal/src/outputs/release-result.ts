import { type VerdictCard, verdictCard } from '../card/verdict-card.ts';
import { eventsOf, type Recording } from '../recording/recording.ts';

/** How one release of a run came out: with a verdict, or without one and why. */
export interface ReleaseResult {
  readonly release: string;
  readonly card?: VerdictCard;
  /** Why there is no verdict. */
  readonly error?: string;
}

/**
 * The results of a run, in the order of the releases that were asked for.
 *
 * @param failure why the run ended before its end; absent when every release was played.
 */
export function releaseResults(
  releases: readonly string[],
  recordings: readonly Recording[],
  failure: string | undefined,
): readonly ReleaseResult[] {
  return releases.map((release) => {
    const recording = recordings.find((candidate) => candidate.release === release);
    if (recording && eventsOf(recording, 'verdict').length > 0) return { release, card: verdictCard(recording) };
    const reason = failure ?? 'the run ended before its verdict';
    return { release, error: recording ? reason : `not played: ${reason}` };
  });
}
