import { expect, test } from 'vitest';
import type { Section } from './bench-report.ts';
import { formatNumber } from './figures.ts';
import { markdownTable, textTable } from './table.ts';

const measured: Section = {
  name: 'server',
  title: 'What telemetry costs',
  method: 'In turns.',
  seconds: 12,
  findings: {
    rows: [
      {
        what: 'CPU per request, 10 %',
        against: 'no telemetry',
        value: { median: 1.2345, lowerQuartile: 1.2, upperQuartile: 1.3, samples: 8 },
        unit: '×',
        aim: { atMost: 1.25 },
      },
      {
        what: 'rate held',
        value: { median: 1530, lowerQuartile: 1530, upperQuartile: 1530, samples: 1 },
        unit: '/s',
        aim: { atLeast: 2000 },
        note: 'one run',
      },
      { what: 'scrape', value: { median: 0, lowerQuartile: 0, upperQuartile: 0, samples: 1 }, unit: 'ms' },
    ],
    plots: [],
    notes: ['One core was shared.'],
  },
};
const failed: Section = { name: 'pinger', title: 'Pinger', method: 'By itself.', seconds: 1, failure: 'no port' };

test('a terminal gets aligned columns, notes and failures', () => {
  expect(textTable({ sections: [measured, failed] })).toBe(
    [
      'What telemetry costs',
      '  CPU per request, 10 %  1.23 × (1.2 to 1.3)  ≤ 1.25   reached  no telemetry',
      '  rate held              1,530/s              ≥ 2,000  missed   one run',
      '  scrape                 0 ms',
      '  One core was shared.',
      '',
      'Pinger',
      '  Not measured: no port',
    ].join('\n'),
  );
});

test('the documentation gets a table per section', () => {
  expect(markdownTable({ sections: [measured, failed] })).toBe(
    [
      '### What telemetry costs',
      '',
      'In turns.',
      '',
      '| what | measured | aim |  | against |',
      '| --- | --- | --- | --- | --- |',
      '| CPU per request, 10 % | 1.23 × (1.2 to 1.3) | ≤ 1.25 | reached | no telemetry |',
      '| rate held | 1,530/s | ≥ 2,000 | missed | one run |',
      '| scrape | 0 ms |  |  |  |',
      '',
      'One core was shared.',
      '',
      '### Pinger',
      '',
      'By itself.',
      '',
      'Not measured: no port',
    ].join('\n'),
  );
});

test.each([
  [0.85349, '0.853'],
  [12.44, '12.4'],
  [99.96, '100'],
  [1530.4, '1,530'],
  [0, '0'],
  [-0.0012, '-0.0012'],
  [0.00000012, '0.00000012'],
])('%d is written %s', (value, text) => expect(formatNumber(value)).toBe(text));
