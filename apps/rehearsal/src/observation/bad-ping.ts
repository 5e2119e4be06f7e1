import { pingServiceLevel } from '@observed-rollouts/slo';
import type { Exemplar } from '../release/event.ts';

/** Whether the objective of availability calls the answer bad. */
export function isFailed({ status }: Pick<Exemplar, 'status'>): boolean {
  return status.startsWith('5');
}

/** Whether the objective of latency calls the answer bad; without such an objective none is. */
export function isSlow({ seconds }: Pick<Exemplar, 'seconds'>): boolean {
  return seconds > slowAboveSeconds;
}

const latency = pingServiceLevel.objectives.find(({ indicator }) => indicator.kind === 'latency')?.indicator;

/** Seconds above which an answer is slow. */
export const slowAboveSeconds = latency?.kind === 'latency' ? latency.boundSeconds : Infinity;
