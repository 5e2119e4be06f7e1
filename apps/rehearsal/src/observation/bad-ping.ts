import type { ServiceLevel } from '@observed-rollouts/slo';
import type { Exemplar } from '../release/event.ts';

export function isFailed({ failed }: Pick<Exemplar, 'failed'>): boolean {
  return failed;
}

export function isSlow({ slow }: Pick<Exemplar, 'slow'>): boolean {
  return slow;
}

/** How the objectives of a service level call one answer, by the labels of its series and how long it took. */
export type PingJudge = (
  labels: Readonly<Record<string, string>>,
  seconds: number,
) => Pick<Exemplar, 'status' | 'failed' | 'slow'>;

/**
 * Judges single answers as the service level judges counters.
 *
 * Edge: without an objective of a kind nothing is bad in that way. A histogram without the label of the counter's failures tells nothing of them.
 */
export function pingJudge({ objectives }: ServiceLevel, failedMatcher: string): PingJudge {
  const kinds = objectives.map(({ indicator }) => indicator.kind);
  const slowAbove = Math.min(
    ...objectives.flatMap(({ indicator }) => (indicator.kind === 'latency' ? [indicator.boundSeconds] : [])),
  );
  const { label, matches } = readMatcher(failedMatcher);
  return (labels, seconds) => {
    const status = labels[label] ?? '';
    return { status, failed: kinds.includes('availability') && matches(status), slow: seconds > slowAbove };
  };
}

/** Errors: throws on a matcher other than `label="value"` and `label=~"value"`. */
function readMatcher(matcher: string): { readonly label: string; readonly matches: (value: string) => boolean } {
  const [, label, operator, quoted] = /^(\w+)(=~|=)("(?:[^"\\]|\\.)*")$/.exec(matcher) ?? [];
  if (label === undefined || quoted === undefined)
    throw new Error(`matcher of failures: got ${matcher}, expected one label, e.g. http_response_status_code=~"5.."`);
  const value = JSON.parse(quoted) as string;
  if (operator === '=') return { label, matches: (own) => own === value };
  const pattern = new RegExp(`^(?:${value})$`);
  return { label, matches: (own) => pattern.test(own) };
}
