import { createHash } from 'node:crypto';
import { releaseFacts } from './facts.ts';
import { anchor, html, type Markup, trusted } from './html.ts';
import { overview } from './overview.ts';
import { releaseSection } from './release-section.ts';
import type { RunReport } from './run-report.ts';
import { styleSheet } from './style.ts';
import { mostPoints, mostTraces } from './thinning.ts';

/**
 * The whole report as one HTML page, which needs no network and no script.
 *
 * Edge: releases without a verdict are shown with what there is of them.
 */
export function reportPage(report: RunReport): string {
  const releases = report.recordings.map((recording) => ({ recording, facts: releaseFacts(recording, report.level) }));
  const all = releases.map(({ facts }) => facts);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${contentPolicy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${titleOf(report)}</title>
        ${trusted(`<style>${styleSheet}</style>`)}
      </head>
      <body>
        <a class="skip" href="#overview">Skip to the releases</a>
        <header>
          <h1>Rehearsal report</h1>
          <p class="lead">${leadOf(report)}</p>
          <nav aria-label="Releases">
            <ul>
              ${all.map(({ name }) => html`<li><a href="#${anchor('release', name)}">${name}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main>
          ${overview(report, all)} ${releases.map(({ recording, facts }) => releaseSection(recording, facts))}
        </main>
        <footer>
          <p>
            Made by <code>npm run rehearse</code>. A line has at most ${mostPoints} points and a release at most
            ${mostTraces} traces: failed pings first, then the slowest, of both versions alike.
          </p>
        </footer>
      </body>
    </html> `.text;
}

/** Nothing may be loaded, run or sent; the one style sheet is named by its hash. */
const contentPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(styleSheet).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

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
