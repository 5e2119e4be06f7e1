import { paths } from '@observed-rollouts/contract';
import { bucketBound, type Objective, pingMetric } from '@observed-rollouts/slo';

/** Bad answers of one objective, and all of them. */
export interface AnswerCount {
  readonly bad: number;
  readonly total: number;
}

/**
 * Counts the pings of a scrape of ping-service, by its own counters.
 *
 * Edge: no pings yet: 0 of 0.
 */
export function pingsOf(exposition: string, { indicator }: Objective): AnswerCount {
  const total = sumOf(exposition, pingMetric.counter, () => true);
  switch (indicator.kind) {
    case 'availability':
      return {
        bad: sumOf(exposition, pingMetric.counter, (labels) => /http_response_status_code="5..?"/.test(labels)),
        total,
      };
    case 'latency': {
      const bound = bucketBound(pingMetric, indicator.boundSeconds);
      const fast = sumOf(
        exposition,
        `${pingMetric.histogram}_bucket`,
        (labels) => Number(/le="([^"]*)"/.exec(labels)?.[1]) === bound,
      );
      return { bad: total - fast, total };
    }
  }
}

function sumOf(exposition: string, name: string, isCounted: (labels: string) => boolean): number {
  let sum = 0;
  for (const [, labels = '', value] of exposition.matchAll(new RegExp(`^${name}\\{([^}]*)\\} (\\S+)`, 'gm'))) {
    if (labels.includes(`http_route="${paths.ping}"`) && isCounted(labels)) sum += Number(value);
  }
  return sum;
}
