import { expect, test } from 'vitest';
import type { Objective, ServiceLevel } from './objective.ts';
import { podsOfVersion } from './promql.ts';
import { guardQueries, releaseCounts } from './release-counts.ts';
import { pingServiceLevel } from './story.ts';

const [failed, slow] = pingServiceLevel.objectives as [Objective, Objective];
const recorded: ServiceLevel = { ...pingServiceLevel, countedFrom: 'recordings' };
const versions = { canary: podsOfVersion('n', 'c'), stable: podsOfVersion('n', 's') };
const ofCanary = 'namespace="n",service="ping-service",rollouts_pod_template_hash="c"';
const sumOf = (series: string) => `(sum(${series}) or vector(0))`;

test('counters are those of the canary’s pods, and of stable’s since the canary is seen', () => {
  const all = (version: string) =>
    `http_server_request_duration_seconds_count{namespace="n",service="ping-service",rollouts_pod_template_hash="${version}",http_route="/ping"}`;
  const bad = (version: string) => all(version).replace('}', ',http_response_status_code=~"5.."}');
  const seen = (series: string) => sumOf(`${series} - min_over_time((${series} and on() sum(${all('c')}))[15m:1s])`);
  expect(releaseCounts(failed, pingServiceLevel, versions)).toEqual({
    canary: { bad: sumOf(bad('c')), good: `(${sumOf(all('c'))} - ${sumOf(bad('c'))})`, total: sumOf(all('c')) },
    stable: { bad: seen(bad('s')), good: `(${seen(all('s'))} - ${seen(bad('s'))})`, total: seen(all('s')) },
  });
  expect(guardQueries(pingServiceLevel, versions.canary).present).toBe(
    all('c').replace('}', ',http_response_status_code="200"}'),
  );
  expect(guardQueries(pingServiceLevel, versions.canary).answers('1m')).toBe(`increase(${all('c')}[1m])`);
});

test('recordings are the canary’s own and those of the others since it is there, one series each', () => {
  const all = (what: string) => sumOf(`version:ping_failed_answers_total:${what}{${ofCanary}}`);
  const bad = (what: string) => sumOf(`version:ping_failed_answers_bad:${what}{${ofCanary}}`);
  const counts = (what: string) => ({ bad: bad(what), good: `(${all(what)} - ${bad(what)})`, total: all(what) });
  expect(releaseCounts(failed, recorded, versions)).toEqual({
    canary: counts('sum'),
    stable: counts('sum_of_others'),
  });
  const guards = guardQueries(recorded, versions.canary);
  expect(guards.present).toBe(`version:ping_failed_answers_total:sum{${ofCanary}}`);
  expect(guards.answers('1m')).toBe(`sum_over_time(version:ping_failed_answers_total:increase{${ofCanary}}[1m])`);
});

test('objectives that count in the same metric share the recording of all answers', () => {
  const { canary } = releaseCounts(slow, recorded, versions);
  expect(canary.total).toBe(sumOf(`version:ping_failed_answers_total:sum{${ofCanary}}`));
  expect(canary.good).toBe(sumOf(`version:ping_slow_answers_good:sum{${ofCanary}}`));
  const alone = releaseCounts(slow, { ...recorded, objectives: [slow] }, versions);
  expect(alone.canary.total).toBe(sumOf(`version:ping_slow_answers_total:sum{${ofCanary}}`));
});
