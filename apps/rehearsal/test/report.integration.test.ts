import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pingServiceLevel } from '@observed-rollouts/slo';
import { lowContrasts, TestBrowser, type View } from '@observed-rollouts/report/testing';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf } from '../src/recording/recording.ts';
import { RunRecorder } from '../src/release/run-summary.ts';
import { writeReport } from '../src/report/report-file.ts';
import { thisMachine } from '../src/report/this-machine.ts';
import { recordedErrors } from './recordings/recording.ts';

const recording = recordedErrors();
const exemplars = eventsOf(recording, 'exemplars').flatMap((event) => event.exemplars);
const traces = new Set(eventsOf(recording, 'trace').map(({ traceId }) => traceId));

let browser: TestBrowser;
let folder: string;
let address: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
  const { at: startedAt } = recording.events[0] as { at: number };
  const run = new RunRecorder({ releases: ['errors'], parallel: 1, cpus: 2, startedAt });
  for (const event of recording.events) run.take(event);
  const file = await writeReport(folder, {
    ...{ recordings: [recording], run: run.summary, level: pingServiceLevel, machine: thisMachine([recording]) },
    ...{ commands: ['npm run rehearse -- errors --seed 7'], writtenAt: run.summary.endedAt },
  });
  address = pathToFileURL(file).href;
  browser = await TestBrowser.start();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

let page: Page;
const open = async (view?: View) => void (page = await browser.open(address, view));

afterEach(async () => {
  // Of every test: nothing went wrong in the browser (a breach of the policy would be said), and nothing but the file was asked for.
  expect(await browser.closePage()).toEqual({ said: [], asked: [address] });
});

/** How many marks of a class the plot that is visible holds; a line has as many as it has points. */
function marks(figure: string, ...classes: readonly string[]): Promise<number> {
  const groups = classes.map((name) => `#${figure} svg.wide g.${name}`).join(', ');
  return page.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(groups)})].flatMap((group) =>
       [...group.querySelectorAll('path, circle, rect')]).reduce((sum, mark) =>
         sum + (/-line|-thin|walk/.test(mark.parentNode.getAttribute('class') ?? '') ? mark.getAttribute('d').split(/[ML]/).length - 1 : 1), 0)`,
  );
}

describe('the report of a real rehearsal', () => {
  it('has points in every plot, as many as were recorded', async () => {
    await open();
    const readings = eventsOf(recording, 'measurement').filter(({ reading }) => reading !== undefined);
    for (const { run, metric } of readings) {
      const own = readings.filter((other) => other.run === run && other.metric === metric);
      expect([metric, await marks(`errors-${run}-${metric}`, 'reading')]).toEqual([metric, own.length]);
      expect([metric, await marks(`errors-${run}-${metric}`, 'walk')]).toEqual([metric, own.length]);
    }
    const samples = eventsOf(recording, 'sample');
    const answered = samples.filter(({ canary }) => (canary?.answers ?? 0) > 0);
    expect(answered.length).toBeGreaterThan(5);
    expect(await marks('errors-failed-answers', 'canary-line')).toBe(answered.length);
    expect(await marks('errors-slow-answers', 'canary-line')).toBe(answered.length);
    expect(await marks('errors-latency', 'canary-line')).toBeGreaterThan(5);
    expect(await marks('errors-latency', 'stable-line')).toBeGreaterThan(5);
    const { at: releasedAt } = eventsOf(recording, 'release')[0] as { at: number };
    expect(await marks('errors-latency', 'exemplar')).toBe(exemplars.filter(({ at }) => at >= releasedAt).length);
    expect(await marks('errors-pings', 'stable-bar', 'canary-bar')).toBe(
      Object.keys(samples.at(-1)?.pods ?? {}).length,
    );
    expect(await marks('errors-timeline', 'step-bar')).toBe(eventsOf(recording, 'step').length);
    expect(await marks('errors-timeline', 'canary-bar')).toBeGreaterThan(1);
    expect(await marks('errors-alerts', 'pending-bar', 'firing-bar')).toBeGreaterThan(0);
    expect(await marks('time', 'time-evidence-bar')).toBe(1);
    // Every figure was asked about: a new plot needs its line above.
    expect(await page.locator('figure').count()).toBe(new Set(readings.map(({ metric }) => metric)).size + 7);
  });

  it.each(['click', 'Enter'])('shows the trace of an exemplar by %s, with the spans of both processes', async (how) => {
    await open();
    const links = page.locator('#errors-latency svg.wide .exemplar a');
    expect(await links.count()).toBe(traces.size);
    expect(await page.locator('.trace:visible').count()).toBe(0);
    const link = links.last();
    const traceId = /trace ([0-9a-f]{32})$/.exec((await link.getAttribute('aria-label')) ?? '')?.[1] ?? '';
    expect(traces).toContain(traceId);
    if (how === 'click') await link.click();
    else {
      await link.focus();
      await page.keyboard.press('Enter');
    }
    const shown = page.locator('.trace:visible');
    expect(await shown.count()).toBe(1);
    expect(await shown.getAttribute('id')).toBe(`trace-errors-${traceId}`);
    expect(await shown.locator('.span-name').allInnerTexts()).toEqual([
      expect.stringMatching(/^ping pinger internal/),
      expect.stringMatching(/^GET pinger client/),
      expect.stringMatching(/^GET \/ping ping-service server/),
    ]);
    await shown.locator('summary').last().click();
    expect(await shown.locator('dl').last().innerText()).toContain('http.response.status_code');
    await shown.getByRole('link', { name: 'Close the trace' }).click();
    expect(await page.locator('.trace:visible').count()).toBe(0);
  });

  it('is reached by the keyboard alone: every link and every fold can have the focus', async () => {
    await open();
    const unreachable = await page.evaluate(
      `[...document.querySelectorAll('a[href], summary')].filter((element) => {
         if (!element.checkVisibility()) return false;
         element.focus();
         return document.activeElement !== element;
       }).length`,
    );
    expect(unreachable).toBe(0);
  });

  it('fits a phone: no part is wider than 360 pixels, and plots are drawn for that width', async () => {
    await open({ width: 360 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    const scales = await page.evaluate<number[]>(
      `[...document.querySelectorAll('svg.plot')].filter((plot) => plot.getClientRects().length > 0)
         .map((plot) => plot.getBoundingClientRect().width / plot.viewBox.baseVal.width)`,
    );
    expect(scales.length).toBeGreaterThan(10);
    // Text of 12 pixels stays at least 11 pixels high.
    expect(Math.min(...scales)).toBeGreaterThan(0.92);
  });

  it.each(['light', 'dark'] as const)('keeps a contrast of 4.5 for every text where it is %s', async (colorScheme) => {
    await open({ colorScheme });
    expect(await lowContrasts(page)).toEqual([]);
  });

  it('is dark where the reader wants it dark, and light on paper', async () => {
    const colours = () =>
      page.evaluate<string[]>(
        `((style) => [style.backgroundColor, style.color])(getComputedStyle(document.documentElement))`,
      );
    await open();
    expect(await colours()).toEqual(['rgb(255, 255, 255)', 'rgb(27, 31, 36)']);
    await open({ colorScheme: 'dark' });
    expect(await colours()).toEqual(['rgb(16, 20, 26)', 'rgb(230, 237, 243)']);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await colours()).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
  });
});
