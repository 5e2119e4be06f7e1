import { anchor, html, type Markup, renderPage } from '@observed-rollouts/report';
import { releaseFacts } from './facts.ts';
import { overview } from './overview.ts';
import { releaseSection } from './release-section.ts';
import type { RunReport } from './run-report.ts';
import { rehearsalStyle } from './style.ts';
import { mostPoints, mostTraces } from './thinning.ts';

/**
 * The whole report as one HTML page, which needs no network and no script.
 *
 * Edge: releases without a verdict are shown with what there is of them.
 */
export function reportPage(report: RunReport): string {
  const releases = report.recordings.map((recording) => ({ recording, facts: releaseFacts(recording, report.level) }));
  const all = releases.map(({ facts }) => facts);
  return renderPage({
    title: titleOf(report),
    style: rehearsalStyle,
    skipTo: { id: 'overview', words: 'Skip to the releases' },
    header: html`
      <h1>Rehearsal report</h1>
      <p class="lead">${leadOf(report)}</p>
      <nav aria-label="Releases">
        <ul>
          ${all.map(({ name }) => html`<li><a href="#${anchor('release', name)}">${name}</a></li>`)}
        </ul>
      </nav>
    `,
    main: html` ${overview(report, all)} ${releases.map(({ recording, facts }) => releaseSection(recording, facts))} `,
    footer: html`
      <p>
        Made by <code>npm run rehearse</code>. A line has at most ${mostPoints} points and a release at most
        ${mostTraces} traces: failed pings first, then the slowest, of both versions alike.
      </p>
    `,
  });
}

function titleOf({ recordings }: RunReport): string {
  const names = recordings.map(({ release }) => release);
  return `Rehearsal of ${names.length === 0 ? 'no release' : names.join(', ')}`;
}

function leadOf({ recordings, run }: RunReport): Markup {
  const asExpected = run.releases.filter((release) => release.asExpected).length;
  const count = recordings.length === 1 ? '1 release' : `${recordings.length} releases`;
  if (recordings.length === 0) return html`No release was played.`;
  return html`${asExpected} of ${count} ended as expected.`;
}
