import { expect, test } from 'vitest';
import { sampleReport } from '../../test/sample-report.ts';
import { formatNumber } from './figures.ts';
import { markdownTable, textTable } from './table.ts';
import { standingWords } from './words.ts';

const longLine = 'a very long line '.repeat(20).trimEnd();

test('a terminal gets aligned columns, notes and failures', () => {
  expect(textTable(sampleReport)).toBe(
    [
      'What telemetry costs',
      '  CPU per request, sampling 10 %  1.23 × (1.2 to 1.3)  ≤ 1.25  reached  the same app without telemetry',
      '  requests/s | sampling 100 %     0.55 × (0.5 to 0.6)  ≥ 0.6   missed',
      '  render time of a scrape         1,530 µs                              one run & no more',
      '  share of a core                 12.3 % (10 to 20)    ≤ 15 %  reached',
      '  One core was shared.',
      '',
      'Synth at the floor',
      '',
      'The pinger on time',
      '  Not measured: bench: pinger ended with 1 before it was ready; its last output:',
      '    at <anonymous>',
      `  ${longLine}`,
    ].join('\n'),
  );
});

test('the documentation gets the machine and a table per section, with when and how thoroughly it was measured', () => {
  expect(markdownTable(sampleReport)).toBe(
    [
      'Machine: 2 × Any CPU @ 2.50GHz, 8 GiB memory, Linux 6.1.0 x64, Node.js 24.21.0; subject and load on cores of their own.',
      '',
      '### What telemetry costs',
      '',
      'In turns; a <script> is text.',
      '',
      '| what | measured | aim |  | against |',
      '| --- | --- | --- | --- | --- |',
      '| CPU per request, sampling 10 % | 1.23 × (1.2 to 1.3) | ≤ 1.25 | reached | the same app without telemetry |',
      '| requests/s \\| sampling 100 % | 0.55 × (0.5 to 0.6) | ≥ 0.6 | missed |  |',
      '| render time of a scrape | 1,530 µs |  |  | one run & no more |',
      '| share of a core | 12.3 % (10 to 20) | ≤ 15 % | reached |  |',
      '',
      'One core was shared.',
      '',
      'Measured: `npm run bench -- server`, 2026-11-23 00:10 UTC, 5 min.',
      '',
      '### Synth at the floor',
      '',
      'A plain script prints the same YAML.',
      '',
      'Measured: `npm run bench -- synth`, 2026-11-23 00:15 UTC, 61 s; a quick run: rough figures.',
      '',
      '### The pinger on time',
      '',
      'By itself.',
      '',
      'Not measured: bench: pinger ended with 1 before it was ready; its last output:',
      '',
      'Measured: `npm run bench -- pinger`, 2026-11-23 00:17 UTC, 1 s.',
    ].join('\n'),
  );
});

test('one line sums a run up', () => {
  expect(standingWords(sampleReport)).toBe(
    '2 of 3 aims reached, 1 missed; 1 figure without an aim; not measured: pinger',
  );
  expect(standingWords({ sections: [] })).toBe('0 of 0 aims reached; 0 figures without an aim');
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
