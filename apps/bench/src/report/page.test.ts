import { expect, test } from 'vitest';
import { sampleReport } from '../../test/sample-report.ts';
import { benchPage } from './page.ts';

const page = benchPage(sampleReport);
const textOf = (markup: string) =>
  markup
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
const text = textOf(page);
const figureOf = (title: string) => page.split('<figure ').find((part) => part.includes(`<h4>${title}</h4>`)) ?? '';

test('the page loads, runs and sends nothing, and shows text as text', () => {
  expect(page).not.toMatch(/<script|<link|<img|<iframe|<form|<object| style=| on\w+=|javascript:|@import|url\(/i);
  expect(page).toContain('In turns; a &lt;script&gt; is text.');
  expect([...page.matchAll(/ (?:href|src)="([^"]*)"/g)].filter(([, to]) => !to?.startsWith('#'))).toEqual([]);
  expect(page).not.toMatch(/NaN|undefined|\[object|Infinity/);
});

test('each id is there once, and every link leads to one', () => {
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(ids.length).toBe(new Set(ids).size);
  const targets = [...page.matchAll(/ href="#([^"]*)"/g)].map(([, target]) => target);
  expect(targets.length).toBeGreaterThan(6);
  expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
});

test('the top says how many aims are reached, on what machine, when, and how to measure again', () => {
  expect(text).toContain('2 of 3 aims reached, 1 missed; 1 figure without an aim; not measured: pinger.');
  expect(text).toContain(
    'What telemetry costs ✗ 2 of 3 reached 1 2026-11-23 00:10 UTC, 5 min Synth at the floor – 0 2026-11-23 00:15 UTC, 61 s; a quick run: rough figures The pinger on time ◌ not measured 0 2026-11-23 00:17 UTC, 1 s',
  );
  expect(text).toContain(
    'Machine 2 × Any CPU @ 2.50GHz, 8 GiB memory, Linux 6.1.0 x64, Node.js 24.21.0; subject and load on cores of their own',
  );
  expect(text).toContain('Again npm run bench -- server synth pinger');
  expect(text).toContain('A quick run: it shows that everything works, and its figures are rough.');
});

test('a figure has its quartiles, samples, aim and standing, what it is measured against, and its note', () => {
  for (const line of [
    'CPU per request, sampling 10 % 1.23 × 1.2 to 1.3 8 ≤ 1.25 ✓ reached the same app without telemetry –',
    'requests/s | sampling 100 % 0.55 × 0.5 to 0.6 8 ≥ 0.6 ✗ missed – –',
    'render time of a scrape 1,530 µs – 1 – – – one run &amp; no more',
    'share of a core 12.3 % 10 to 20 8 ≤ 15 % ✓ reached – –',
    'One core was shared.',
    'It has no figures.',
    'Not measured: bench: pinger ended with 1 before it was ready; its last output: at &lt;anonymous&gt; a very long',
  ])
    expect(text).toContain(line);
});

test('a plot tells its numbers in words, and why there is none', () => {
  expect(figureOf('CPU per request')).toContain(
    'aria-label="CPU per request: multiple of the bare app. sampling 10 % 1.23 (1.2 to 1.3), aim ≤ 1.25; the stock set-up',
  );
  expect(figureOf('Time by services')).toContain(
    'aria-label="Time by services: ms over services. ours: 1.3 at 1, 13 at 10, 130 at 100, 1,300 at 1,000; script: ',
  );
  expect(figureOf('Memory &lt;over&gt; time')).toContain('ours: 200 points between 100 and 102, first 101 at 0, last ');
  expect(textOf(figureOf('Below zero'))).toContain('; 1 at or below 0 have no place on a logarithmic axis');
  expect(figureOf('Nothing to see')).toContain('Nothing to draw: it has no points.');
  expect(figureOf('No bars')).toContain('Nothing to draw: it has no bars.');
});

test('a report of nothing says so', () => {
  expect(textOf(benchPage({ ...sampleReport, sections: [] }))).toContain('Nothing was measured.');
});
