import type { BenchReport, Section } from './bench-report.ts';
import { formatAim, formatSpread, standingOf } from './figures.ts';

const header = ['what', 'measured', 'aim', '', 'against'];

/** The findings of a run as lines of text, for a terminal. */
export function textTable({ sections }: Pick<BenchReport, 'sections'>): string {
  return sections.map(sectionLines).join('\n\n');
}

function sectionLines(section: Section): string {
  const rows = cellsOf(section);
  const widths = header.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length), 0));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] as number)).join('  '));
  const notes = [
    ...(section.findings?.notes ?? []),
    ...(section.failure === undefined ? [] : [`Not measured: ${section.failure}`]),
  ];
  return [section.title, ...lines, ...notes]
    .map((line, index) => (index === 0 ? line : `  ${line.trimEnd()}`))
    .join('\n');
}

/** The findings as Markdown: a table per section. Cells hold no `|`: {@link Row.what} is a sentence. */
export function markdownTable({ sections }: Pick<BenchReport, 'sections'>): string {
  return sections.map(markdownSection).join('\n\n');
}

function markdownSection(section: Section): string {
  const lines = [`### ${section.title}`, '', section.method];
  if (section.failure !== undefined) lines.push('', `Not measured: ${section.failure}`);
  if (section.findings !== undefined) {
    const rows = [header, header.map(() => '---'), ...cellsOf(section)];
    lines.push('', ...rows.map((row) => `| ${row.join(' | ')} |`));
    lines.push(...section.findings.notes.flatMap((note) => ['', note]));
  }
  return lines.join('\n');
}

function cellsOf({ findings }: Section): string[][] {
  return (findings?.rows ?? []).map((row) => [
    row.what,
    formatSpread(row.value, row.unit),
    formatAim(row.aim),
    row.aim === undefined ? '' : standingOf(row),
    [row.against ?? '', row.note ?? ''].filter((text) => text !== '').join('; '),
  ]);
}
