import type { ReleaseFacts } from './facts.ts';

/** Why there are no samples to draw; `undefined` when there are. */
export function missingSamples(facts: ReleaseFacts): string | undefined {
  if (facts.samples.length > 0) return undefined;
  if (facts.origin === 'rehearsal') return 'Nothing to draw: the rehearsal ended before the release started.';
  const fault = facts.faults.find(({ fault }) => fault.includes('prometheus'));
  if (fault) return `Nothing to draw: Prometheus gave no sample. ${fault.message}`;
  return 'Nothing to draw: Prometheus gave no sample between the start of the release and its end.';
}

/** Why there is nothing of an analysis to draw. */
export function missingAnalysis(facts: ReleaseFacts, what: string): string {
  if (facts.origin === 'rehearsal') return `No ${what}: the rehearsal ended before the release started.`;
  return facts.verdict
    ? `No ${what} was run: the release ended before that step, or its manifest has none.`
    : `No ${what} was run before the rehearsal ended.`;
}
