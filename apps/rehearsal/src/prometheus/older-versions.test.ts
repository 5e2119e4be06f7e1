import { expect, it } from 'vitest';
import { forVersion, newerKeys } from './older-versions.ts';

const config = {
  global: { scrape_interval: '5s', scrape_protocols: ['OpenMetricsText1.0.0'], rule_query_offset: '1s' },
  storage: { exemplars: { max_exemplars: 5 }, tsdb: { retention: { time: '1d' } } },
  scrape_configs: [{ job_name: 'a', fallback_scrape_protocol: 'PrometheusText0.0.4' }, { job_name: 'b' }],
};

it('keeps every key on a version that knows it', () => {
  expect(forVersion(config, [3, 14])).toEqual({ document: config, dropped: [] });
});

it('leaves out what an older version does not know, at any depth, and says what', () => {
  expect(forVersion(config, [2, 42])).toEqual({
    document: {
      global: { scrape_interval: '5s' },
      storage: { exemplars: { max_exemplars: 5 }, tsdb: {} },
      scrape_configs: [{ job_name: 'a' }, { job_name: 'b' }],
    },
    dropped: [
      'global.scrape_protocols',
      'global.rule_query_offset',
      'storage.tsdb.retention',
      'scrape_configs.*.fallback_scrape_protocol',
    ],
  });
});

it('compares minor versions as numbers, and keeps a key from its first version on', () => {
  const of = (version: [number, number]) => forVersion({ global: { scrape_protocols: [] } }, version).dropped;
  expect([of([2, 9]), of([2, 48]), of([2, 49]), of([3, 0])]).toEqual([
    ['global.scrape_protocols'],
    ['global.scrape_protocols'],
    [],
    [],
  ]);
});

it('leaves the given document as it was', () => {
  const before = structuredClone(config);
  forVersion(config, [2, 0]);
  expect(config).toEqual(before);
});

it('names each key once', () => {
  const paths = newerKeys.map(({ path }) => path.join('.'));
  expect(new Set(paths).size).toBe(paths.length);
});
