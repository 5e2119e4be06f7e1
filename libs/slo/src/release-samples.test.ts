import { expect, it } from 'vitest';
import { exemplarSelector, sampleQueries } from './release-samples.ts';
import { pingServiceLevel } from './story.ts';

const of = '{namespace="n",service="ping-service",http_route="/ping"';
const sum = (selector: string, count: string) =>
  `label_replace(sum by (pod, instance, rollouts_pod_template_hash) (last_over_time(http_server_request_duration_seconds_${selector}[1m])), "sampled_count", "${count}", "", "")`;

it('asks for the raw counters of every process in one vector', () => {
  expect(sampleQueries(pingServiceLevel, 'n').counts).toBe(
    [
      sum(`count${of}}`, 'answers'),
      sum(`count${of},http_response_status_code=~"5.."}`, 'failed'),
      sum(`count${of}}`, 'timed'),
      sum(`bucket${of},le=~"1([.]0)?"}`, 'fast'),
    ].join(' or '),
  );
});

it('asks for the quantiles of every version in one vector', () => {
  const quantile = (share: number) =>
    `label_replace(histogram_quantile(${share}, sum by (le, rollouts_pod_template_hash) (rate(http_server_request_duration_seconds_bucket${of}}[10s]))), "sampled_quantile", "${share}", "", "")`;
  expect(sampleQueries(pingServiceLevel, 'n').quantiles).toBe(`${quantile(0.5)} or ${quantile(0.9)}`);
});

it('leaves out the count of an objective that there is not', () => {
  const [availability] = pingServiceLevel.objectives;
  const objectives = availability ? [availability] : [];
  expect(sampleQueries({ ...pingServiceLevel, objectives }, 'n').counts).not.toContain('fast');
});

it('finds exemplars in the buckets', () => {
  expect(exemplarSelector(pingServiceLevel, 'n')).toBe(`http_server_request_duration_seconds_bucket${of}}`);
});
