import { anchor, type Fact, factList, html, type Markup, renderPage, table } from '@observed-rollouts/report';
import type { Row } from '../benchmark.ts';
import type { BenchReport, Section } from './bench-report.ts';
import { countStandings, formatAim, formatMedian, formatQuartiles, type Standing, standingOf } from './figures.ts';
import { plotFigure } from './plots.ts';
import { benchStyle } from './style.ts';
import { machineWords, measuredWords, standingWords } from './words.ts';

/** A report as one HTML page, which needs no network and no script. */
export function benchPage(report: BenchReport): string {
  const { sections } = report;
  return renderPage({
    title: 'Bench report',
    style: benchStyle,
    skipTo: { id: 'overview', words: 'Skip to the figures' },
    header: html`
      <h1>Bench report</h1>
      <p class="lead">${standingWords(report)}.</p>
      <nav aria-label="Benchmarks">
        <ul>
          ${sections.map(({ name, title }) => html`<li><a href="#${idOf(name)}">${title}</a></li>`)}
        </ul>
      </nav>
    `,
    main: html`${overview(report)} ${sections.map(sectionMarkup)}`,
    footer: html`
      <p>
        Made by <code>npm run bench</code>; the same figures are in <code>bench.json</code> beside this page. A figure
        is the median of its samples; half of them lie in its middle half, between the quartiles.
      </p>
    `,
  });
}

function idOf(name: string): string {
  return anchor('benchmark', name);
}

function overview({ machine, sections }: BenchReport): Markup {
  const rows = sections.map((section) => {
    const { reached, missed, stated } = countStandings(section.findings?.rows ?? []);
    return [
      html`<a href="#${idOf(section.name)}">${section.title}</a>`,
      section.failure === undefined ? aimsBadge(reached, missed) : failedBadge,
      `${stated}`,
      measuredWords(section),
    ];
  });
  const facts: readonly Fact[] = [
    ['Machine', machineWords(machine)],
    ['Again', html`<code>npm run bench -- ${sections.map(({ name }) => name).join(' ')}</code>`],
  ];
  return html`<section id="overview" aria-labelledby="overview-title">
    <h2 id="overview-title">All benchmarks</h2>
    ${
      sections.some(({ effort }) => effort === 'quick') &&
      html`<p class="notice">A quick run: it shows that everything works, and its figures are rough.</p>`
    }
    ${
      sections.length === 0
        ? html`<p class="empty">Nothing was measured.</p>`
        : table(['benchmark', 'aims', 'without aim', 'measured'], rows)
    }
    ${factList(facts)}
  </section>`;
}

const failedBadge = badge('unfinished', '◌', 'not measured');

function aimsBadge(reached: number, missed: number): Markup {
  if (reached + missed === 0) return html`–`;
  const words = `${reached} of ${reached + missed} reached`;
  return missed === 0 ? badge('pass', '✓', words) : badge('fail', '✗', words);
}

/** Sign and words say the same as the colour. */
function badge(kind: 'pass' | 'fail' | 'unfinished', sign: string, words: string): Markup {
  return html`<span class="badge ${kind}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
}

function sectionMarkup(section: Section): Markup {
  const { name, title, method, findings, failure } = section;
  const id = idOf(name);
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <p>${method}</p>
    ${failure !== undefined && failureMarkup(failure)}
    ${
      findings &&
      html`${findings.rows.length > 0 ? rowTable(findings.rows) : html`<p class="empty">It has no figures.</p>`}
      ${findings.notes.map((note) => html`<p class="notice">${note}</p>`)}
      ${findings.plots.map((plot) => plotFigure(name, plot))}`
    }
    <p class="measured">Measured ${measuredWords(section)}.</p>
  </section>`;
}

/** An error often brings a program's last output with it. */
function failureMarkup(failure: string): Markup {
  const [first = '', ...output] = failure.split('\n');
  return html`<p class="notice">Not measured: ${first}</p>
    ${output.length > 0 && html`<pre class="output" tabindex="0">${output.join('\n')}</pre>`}`;
}

const titles = ['figure', 'median', 'middle half', 'samples', 'aim', 'stands', 'against', 'note'];

function rowTable(rows: readonly Row[]): Markup {
  return table(
    titles,
    rows.map((row) => [
      row.what,
      quantity(formatMedian(row.value, row.unit)),
      quantity(formatQuartiles(row.value, row.unit) || '–'),
      row.value.samples.toLocaleString('en'),
      quantity(formatAim(row.aim, row.unit) || '–'),
      standingBadges[standingOf(row)],
      row.against ?? '–',
      row.note ?? '–',
    ]),
  );
}

/** A number stays on one line with its unit. */
function quantity(text: string): Markup {
  return html`<span class="quantity">${text}</span>`;
}

const standingBadges: Readonly<Record<Standing, Markup>> = {
  reached: badge('pass', '✓', 'reached'),
  missed: badge('fail', '✗', 'missed'),
  stated: html`–`,
};
