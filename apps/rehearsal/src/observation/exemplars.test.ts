import { describe, expect, it } from 'vitest';
import { pingMetric, pingServiceLevel } from '@observed-rollouts/slo';
import type { Exemplar } from '../release/event.ts';
import { pingJudge } from './bad-ping.ts';
import { exemplarsOf, selectExemplars } from './exemplars.ts';

const series = (hash: string, status: string, traces: readonly [string, number][]) => ({
  labels: { pod: `pod-${hash}`, rollouts_pod_template_hash: hash, http_response_status_code: status },
  exemplars: traces.map(([trace_id, at]) => ({ labels: { trace_id, span_id: 's' }, value: 0.5, at })),
});
const versionOf = (hash: string) => (hash === 'new' ? 'canary' : hash === 'old' ? 'stable' : undefined);

it('reads each ping once, in order, and leaves out other versions and exemplars without a trace', () => {
  const untraced = { labels: { rollouts_pod_template_hash: 'new' }, exemplars: [{ labels: {}, value: 1, at: 1 }] };
  const read = exemplarsOf(
    [series('new', '500', [['b', 2]]), series('old', '200', [['a', 1]]), series('else', '200', [['c', 3]]), untraced],
    versionOf,
    pingJudge(pingServiceLevel, pingMetric.failed),
  );
  expect(read).toEqual([
    { version: 'stable', pod: 'pod-old', at: 1, seconds: 0.5, status: '200', failed: false, slow: false, traceId: 'a' },
    { version: 'canary', pod: 'pod-new', at: 2, seconds: 0.5, status: '500', failed: true, slow: false, traceId: 'b' },
  ]);
});

describe('a bounded choice', () => {
  const many = (version: Exemplar['version'], status: string, count: number, seconds = 0.5): Exemplar[] =>
    Array.from({ length: count }, (_, at) => ({
      version,
      pod: 'p',
      at,
      seconds,
      status,
      failed: status === '500',
      slow: seconds > 1,
      traceId: `${version}${status}${at}`,
    }));
  const tally = (chosen: readonly Exemplar[]) =>
    Object.fromEntries(
      [...new Set(chosen.map(({ version, status }) => `${version} ${status}`))]
        .toSorted()
        .map((key) => [key, chosen.filter(({ version, status }) => `${version} ${status}` === key).length]),
    );

  it('has the failed and the slow ones first', () => {
    const all = [...many('stable', '200', 100), ...many('canary', '200', 100), ...many('canary', '500', 5)];
    expect(tally(selectExemplars(all, 20))).toEqual({ 'canary 200': 8, 'canary 500': 5, 'stable 200': 7 });
    expect(selectExemplars([...many('stable', '200', 9), ...many('stable', '200', 1, 2)], 1)).toEqual(
      many('stable', '200', 1, 2),
    );
  });

  it('gives one version what the other does not need', () => {
    const all = [...many('stable', '200', 3), ...many('canary', '200', 100)];
    expect(tally(selectExemplars(all, 20))).toEqual({ 'canary 200': 17, 'stable 200': 3 });
  });

  it('is spread over the whole time', () => {
    expect(selectExemplars(many('stable', '200', 100), 4).map(({ at }) => at)).toEqual([0, 25, 50, 75]);
  });
});

describe('one answer', () => {
  const [availability] = pingServiceLevel.objectives;
  const objectives = availability ? [availability] : [];
  const judged = (failed: string, labels: Record<string, string>, seconds: number, level = pingServiceLevel) =>
    pingJudge(level, failed)(labels, seconds);

  it('is failed by the matcher of failures, and slow above the bound', () => {
    expect(judged('code=~"5..|oops"', { code: '503' }, 1)).toEqual({ status: '503', failed: true, slow: false });
    expect(judged('code=~"5..|oops"', { code: '1503' }, 1.01)).toEqual({ status: '1503', failed: false, slow: true });
    expect(judged('ok="no"', { ok: 'no' }, 1)).toEqual({ status: 'no', failed: true, slow: false });
  });

  it('is neither without the label and without the objective', () => {
    expect(judged('code=~"5.."', {}, 9, { ...pingServiceLevel, objectives })).toEqual({
      status: '',
      failed: false,
      slow: false,
    });
  });

  it('needs a matcher of one label', () => {
    expect(() => pingJudge(pingServiceLevel, 'a="b",c="d"')).toThrow(
      'matcher of failures: got a="b",c="d", expected one label, e.g. http_response_status_code=~"5.."',
    );
  });
});
