import type { Spread } from '../src/benchmark.ts';
import type { BenchReport } from '../src/report/bench-report.ts';

const spread = (median: number, lowerQuartile: number, upperQuartile: number, samples = 8): Spread => ({
  ...{ median, lowerQuartile, upperQuartile, samples },
});
const once = (value: number) => spread(value, value, value, 1);

/** Every shape that a report can have, with text that a page has to escape and words that are too long for a phone. */
export const sampleReport: BenchReport = {
  machine: {
    ...{ cpus: 2, cpuModel: 'Any CPU @ 2.50GHz', memoryBytes: 8 * 2 ** 30, system: 'Linux 6.1.0 x64', node: '24.21.0' },
    coresAreSeparate: true,
  },
  sections: [
    {
      ...{ name: 'server', title: 'What telemetry costs', method: 'In turns; a <script> is text.' },
      ...{ startedAt: '2026-11-23T00:10:42.000Z', seconds: 312, effort: 'full' },
      findings: {
        rows: [
          {
            what: 'CPU per request, sampling 10 %',
            against: 'the same app without telemetry',
            value: spread(1.2345, 1.2, 1.3),
            unit: '×',
            aim: { atMost: 1.25 },
          },
          { what: 'requests/s | sampling 100 %', value: spread(0.55, 0.5, 0.6), unit: '×', aim: { atLeast: 0.6 } },
          { what: 'render time of a scrape', value: once(1530), unit: 'µs', note: 'one run & no more' },
          { what: 'share of a core', value: spread(0.123, 0.1, 0.2), unit: 'share', aim: { atMost: 0.15 } },
        ],
        plots: [
          {
            kind: 'bar',
            title: 'CPU per request',
            label: 'multiple of the bare app',
            bars: [
              { name: 'sampling 10 %', value: spread(1.2345, 1.2, 1.3), aim: { atMost: 1.25 } },
              {
                name: 'the stock set-up of all instrumentations with its defaults, which is a name too long for a phone',
                value: spread(3.1, 2.9, 3.4),
                aim: { atMost: 1.8 },
              },
              { name: 'no aim', value: once(1) },
            ],
          },
          {
            kind: 'line',
            title: 'Memory <over> time',
            x: { label: 'seconds', scale: 'linear' },
            y: { label: 'MB', scale: 'linear' },
            points: Array.from({ length: 200 }, (_, second) => [
              { series: 'ours', x: second, y: 101 + Math.sin(second / 9) },
              { series: 'bare', x: second, y: 80 },
            ]).flat(),
          },
        ],
        notes: ['One core was shared.'],
      },
    },
    {
      ...{ name: 'synth', title: 'Synth at the floor', method: 'A plain script prints the same YAML.' },
      ...{ startedAt: '2026-11-23T00:15:54.000Z', seconds: 61.4, effort: 'quick' },
      findings: {
        rows: [],
        plots: [
          {
            kind: 'line',
            title: 'Time by services',
            x: { label: 'services', scale: 'log' },
            y: { label: 'ms', scale: 'log' },
            points: ['ours', 'script', 'stock', 'fourth', 'fifth', 'sixth', 'seventh'].flatMap((series, index) =>
              [1, 10, 100, 1000].map((services) => ({ series, x: services, y: services * 1.3 + index })),
            ),
          },
          {
            kind: 'line',
            title: 'Below zero',
            x: { label: 'rate', scale: 'log' },
            y: { label: 'error in ms', scale: 'linear' },
            points: [
              { series: 'early', x: 10, y: -0.4 },
              { series: 'early', x: 100, y: 0.2 },
              { series: 'early', x: 0, y: 1 },
            ],
          },
          {
            kind: 'line',
            title: 'Nothing to see',
            x: { label: 'x', scale: 'linear' },
            y: { label: 'y', scale: 'linear' },
            points: [],
          },
          { kind: 'bar', title: 'No bars', label: 'ms', bars: [] },
        ],
        notes: [],
      },
    },
    {
      ...{ name: 'pinger', title: 'The pinger on time', method: 'By itself.', seconds: 1.2, effort: 'full' },
      startedAt: '2026-11-23T00:17:00.000Z',
      failure: `bench: pinger ended with 1 before it was ready; its last output:\n  at <anonymous>\n${'a very long line '.repeat(20)}`,
    },
  ],
};
