import { pingServiceLevel } from '@observed-rollouts/slo';
import { describe, expect, it } from 'vitest';
import type { Recording } from '../src/recording/recording.ts';
import type { TimedEvent } from '../src/release/event.ts';
import { RunRecorder } from '../src/release/run-summary.ts';
import { reportPage } from '../src/report/page.ts';
import type { RunReport } from '../src/report/run-report.ts';
import { recordedErrors } from './recordings/recording.ts';

const recorded = recordedErrors();

function pageOf(recordings: readonly Recording[], rest: Partial<RunReport> = {}): string {
  const releases = recordings.map(({ release }) => release);
  const startedAt = recordings[0]?.events[0]?.at ?? 0;
  const run = new RunRecorder({ releases, parallel: 1, cpus: 2, startedAt });
  for (const { events } of recordings) for (const event of events) run.take(event);
  return reportPage({
    ...{ recordings, run: run.summary, level: pingServiceLevel, writtenAt: startedAt },
    machine: { cpus: 2, cpuModel: 'C', memoryBytes: 2 ** 30, system: 'Linux', versions: [['Node.js', '24.0.0']] },
    commands: ['npm run rehearse -- errors --seed 7'],
    ...rest,
  });
}

/** The recording with some of its events changed, or left out. */
function changed(change: (event: TimedEvent) => TimedEvent | undefined, release = 'errors'): Recording {
  const events = recorded.events.flatMap((event) => change(event) ?? []);
  return { release, events: events.map((event) => ({ ...event, release })) };
}

const without = (...types: readonly TimedEvent['type'][]) =>
  changed((event) => (types.includes(event.type) ? undefined : event));
const textOf = (page: string) =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
const sectionOf = (page: string, title: string) =>
  page.split(`<figcaption>`).find((part) => part.includes(`<h4>${title}</h4>`)) ?? '';

describe('the page', () => {
  const page = pageOf([recorded]);

  it('loads, runs and sends nothing: it has no script, no inline style, and a policy that allows neither', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|<form|<object| style=| on\w+=|javascript:|@import|url\(/i);
    expect(page).toMatch(
      /content="default-src &#39;none&#39;; style-src &#39;sha256-[\w+/=]{44}&#39;; base-uri &#39;none&#39;/,
    );
    expect([...page.matchAll(/ (?:href|src)="([^"]*)"/g)].filter(([, to]) => !to?.startsWith('#'))).toEqual([]);
  });

  it('has each id once, and every link leads to one', () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.length).toBe(new Set(ids).size);
    const targets = [...page.matchAll(/ href="#([^"]*)"/g)].map(([, target]) => target);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  it('gives every plot words for those who do not see it', () => {
    const plots = [...page.matchAll(/<svg (?:[^">]|"[^"]*")*>/g)]
      .map(([tag]) => tag)
      .filter((tag) => tag.includes('viewBox="0 0 ') && tag.includes('class="plot '));
    expect(plots.length).toBeGreaterThan(20);
    for (const plot of plots) {
      expect(plot).toMatch(/ role="(img|group)"/);
      expect(plot).toMatch(/ aria-label="[^"]{20,}"/);
    }
  });

  it('says at its top how the releases ended, where the time went, on what machine, and how to play them again', () => {
    const text = textOf(page);
    expect(text).toContain('1 of 1 release ended as expected.');
    expect(text).toContain('errors fails 35 % of its answers ✓ aborted, as expected');
    expect(text).toContain('Machine 2 × C, 1,024 MiB memory, Linux');
    expect(text).toContain('Versions Node.js 24.0.0');
    expect(text).toContain('Again npm run rehearse -- errors --seed 7');
  });
});

it('shows what a release file says as text, whatever it says', () => {
  const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
  const page = pageOf([changed((event) => (event.type === 'started' ? { ...event, description: evil } : event))]);
  expect(page).not.toMatch(/<script|<img/);
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;');
});

it('leads to the Tempo that a trace names, and to no address of another kind', () => {
  const linked = (link: string) => pageOf([changed((event) => (event.type === 'trace' ? { ...event, link } : event))]);
  expect(linked('http://tempo:3200/trace?a=1&b=2')).toContain('href="http://tempo:3200/trace?a=1&amp;b=2"');
  expect(linked('javascript:alert(1)')).not.toContain('javascript:');
});

describe('where there is nothing to draw, the page says why', () => {
  it('without samples', () => {
    const page = pageOf([without('sample', 'exemplars', 'trace')]);
    const reason = 'Nothing to draw: Prometheus gave no sample between the start of the release and its end.';
    for (const title of ['Failed answers', 'Slow answers', 'Latency', 'Answers per pod', 'Alerts'])
      expect(sectionOf(page, title)).toContain(reason);
  });

  it('without answers of the canary', () => {
    const page = pageOf([
      changed((event) => {
        if (event.type !== 'sample') return event;
        const { canary: _canary, ...rest } = event;
        return rest;
      }),
    ]);
    expect(sectionOf(page, 'Failed answers')).toContain('canary: no answers; stable ');
  });

  it('without exemplars', () => {
    const page = pageOf([without('exemplars', 'trace')]);
    expect(sectionOf(page, 'Latency')).toContain('Prometheus kept no exemplar of this release');
    expect(page).not.toContain('class="trace"');
  });

  it('with exemplars whose traces never arrived', () => {
    const page = pageOf([without('trace')]);
    expect(sectionOf(page, 'Latency')).toContain('none of their traces arrived');
  });

  it('with quantiles that are no numbers', () => {
    const broken = { p50: NaN, p90: Infinity };
    const page = pageOf([
      changed((event) => {
        if (event.type !== 'sample') return event;
        return {
          ...event,
          stable: { ...event.stable, ...broken },
          ...(event.canary ? { canary: { ...event.canary, ...broken } } : {}),
        };
      }),
    ]);
    expect(page).not.toMatch(/NaN|Infinity/);
    expect(sectionOf(page, 'Latency')).toContain('stable: no quantiles');
  });

  it('of a run that was interrupted while the stable version was deployed', () => {
    const deployed = recorded.events.findIndex(({ type }) => type === 'release');
    const early = { release: 'errors', events: recorded.events.slice(0, deployed) };
    const page = pageOf([early], { interruption: 'interrupted by SIGINT' });
    expect(textOf(page)).toContain('The run ended early (interrupted by SIGINT)');
    expect(textOf(page)).toContain('◌ no verdict, expected aborted');
    expect(sectionOf(page, 'Latency')).toContain('Nothing to draw: the rehearsal ended before the release started.');
    expect(textOf(page)).toContain('No gate : the rehearsal ended before the release started.'.replace(' :', ':'));
    expect(sectionOf(page, 'Steps and pods')).toContain('<svg');
  });

  it.each(recorded.events.map((_, index) => index).filter((index) => index % 29 === 0))(
    'of a run that was cut after %i events',
    (length) => {
      expect(pageOf([{ release: 'errors', events: recorded.events.slice(0, length) }])).not.toMatch(
        /NaN|undefined|\[object/,
      );
    },
  );
});

it('has a size that grows with its releases: 0.5 MB for each at most', { timeout: 240_000 }, () => {
  const many = Array.from({ length: 20 }, (_, index) => changed((event) => event, `errors-${index}`));
  const page = pageOf(many);
  expect(textOf(page)).toContain('20 of 20 releases ended as expected.');
  expect(page.length).toBeLessThan(20 * 500_000);
});
