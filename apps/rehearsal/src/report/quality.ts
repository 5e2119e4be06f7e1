import { isFailed, isSlow } from '../observation/bad-ping.ts';
import type { Exemplar } from '../release/event.ts';
import type { ReleaseFacts } from './facts.ts';

/** Seconds above which an answer is slow; infinite without an objective of latency. */
export function slowAboveSeconds({ level }: ReleaseFacts): number {
  return Math.min(
    ...level.objectives.map(({ indicator }) => (indicator.kind === 'latency' ? indicator.boundSeconds : Infinity)),
  );
}

/** How good a ping was, in a word or two. */
export function qualityOf(exemplar: Exemplar): 'good' | 'slow' | 'failed' | 'failed and slow' {
  if (isFailed(exemplar)) return isSlow(exemplar) ? 'failed and slow' : 'failed';
  return isSlow(exemplar) ? 'slow' : 'good';
}
