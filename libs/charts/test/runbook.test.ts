import { expect, test } from 'vitest';
import { local } from '../src/environments/local.ts';
import { rules, runbookSections, sectionParts } from './expressions.ts';
import { metricsOf } from './promql.ts';

const alerts = rules.filter(({ alert }) => alert !== undefined);

/** How Git forges make an anchor of a heading that is one word. */
function urlOf(heading: string): string {
  return `${local.runbookUrl}#${heading.toLowerCase()}`;
}

function sectionOf(url: string | undefined) {
  return runbookSections.find(({ heading }) => urlOf(heading) === url);
}

test('every alert leads to a section of the runbook', () => {
  expect(alerts.length).toBeGreaterThan(40);
  const lost = alerts.filter(({ annotations }) => sectionOf(annotations?.['runbook_url']) === undefined);
  expect(lost.map(({ where, annotations }) => `${where}: ${annotations?.['runbook_url']}`)).toEqual([]);
});

test('every section of the runbook is led to by an alert, and stands once', () => {
  const urls = alerts.map(({ annotations }) => annotations?.['runbook_url']);
  const headings = runbookSections.map(({ heading }) => heading);
  expect(headings.filter((heading) => !urls.includes(urlOf(heading)))).toEqual([]);
  expect(headings.filter((heading, index) => headings.indexOf(heading) !== index)).toEqual([]);
});

test('every section says what the alert means, what it costs, what to look at and what to do, with a query', () => {
  for (const { heading, parts, queries } of runbookSections) {
    expect(parts, heading).toEqual(sectionParts);
    expect(queries.length, heading).toBeGreaterThan(0);
  }
});

test('a query of each section looks at a metric that its alert is about', () => {
  const elsewhere = alerts
    .filter(({ alert }) => alert !== 'Watchdog')
    .filter(({ expr, annotations }) => {
      const looked = sectionOf(annotations?.['runbook_url'])?.queries.flatMap(({ text }) => metricsOf(text)) ?? [];
      return !metricsOf(expr).some((name) => looked.includes(name));
    });
  expect(elsewhere.map(({ where, expr }) => `${where}: ${metricsOf(expr).join(', ')}`)).toEqual([]);
});
