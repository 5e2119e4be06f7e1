import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { lowContrasts, TestBrowser, type View } from '@observed-rollouts/report/testing';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { writeReport } from '../src/report/report-files.ts';
import { sampleReport } from './sample-report.ts';

let browser: TestBrowser;
let folder: string;
let address: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bench-report-'));
  address = pathToFileURL(await writeReport(folder, sampleReport)).href;
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

test('plots hold what was measured: a bar with quartiles and aim each, a point for each point', async () => {
  await open();
  const marks = (figure: string, selector: string) => page.locator(`#${figure} svg.plot.wide ${selector}`).count();
  expect(await marks('server-CPU-per-request', 'g.reached-bar rect')).toBe(1);
  expect(await marks('server-CPU-per-request', 'g.missed-bar rect')).toBe(1);
  expect(await marks('server-CPU-per-request', 'g.stated-bar rect')).toBe(1);
  expect(await marks('server-CPU-per-request', 'g.quartiles-rule line')).toBe(2);
  expect(await marks('server-CPU-per-request', 'g.aim-rule line')).toBe(2);
  expect(await marks('server-Memory-over-time', 'path')).toBeGreaterThanOrEqual(2);
  expect(await marks('synth-Time-by-services', '[class$="-dot"] :is(path, circle)')).toBe(28);
  // Every figure was asked about, or says why it is empty.
  expect(await page.locator('figure').count()).toBe(6);
  expect(await page.locator('figure .empty').count()).toBe(2);
  // Whiskers lie on their bar: between its upper and its lower edge.
  const [bars, whiskers] = await page.evaluate<[number[][], number[]]>(
    `((figure) => [
       [...figure.querySelectorAll('svg.wide g.reached-bar rect, svg.wide g.missed-bar rect')].map((bar) => bar.getBoundingClientRect()).map((box) => [box.top, box.bottom]),
       [...figure.querySelectorAll('svg.wide g.quartiles-rule line')].map((rule) => rule.getBoundingClientRect()).map((box) => (box.top + box.bottom) / 2),
     ])(document.querySelector('#server-CPU-per-request'))`,
  );
  for (const [top = 0, bottom = 0] of bars) expect(whiskers.filter((y) => y > top && y < bottom)).toHaveLength(1);
});

test.each([1200, 360])(
  'nothing is wider than a page of %i pixels, and no text of a plot runs out of it',
  async (width) => {
    await open({ width });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const outside = await page.evaluate<string[]>(
      `[...document.querySelectorAll('svg.plot text')].filter((text) => {
       const box = text.getBoundingClientRect();
       return box.width > 0 && (box.left < 0 || box.right > document.documentElement.clientWidth);
     }).map((text) => text.textContent)`,
    );
    expect(outside).toEqual([]);
  },
);

test.each([
  ['light', 1200],
  ['dark', 1200],
  ['light', 360],
  ['dark', 360],
] as const)('every text has a contrast of 4.5 where it is %s, at %i pixels', async (colorScheme, width) => {
  await open({ colorScheme, width });
  expect(await lowContrasts(page)).toEqual([]);
});

test('it is reached by the keyboard alone: every link, table and output can have the focus', async () => {
  await open({ width: 360 });
  const unreachable = await page.evaluate(
    `[...document.querySelectorAll('a[href], .scroll, pre')].filter((element) => {
       element.focus();
       return document.activeElement !== element;
     }).length`,
  );
  expect(unreachable).toBe(0);
});
