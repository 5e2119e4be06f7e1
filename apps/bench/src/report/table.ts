import type { BenchReport, Section } from './bench-report.ts';
import { formatAim, formatSpread, standingOf } from './figures.ts';
import { machineWords, measuredWords } from './words.ts';

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
  return [section.title, ...[...lines, ...notes].map((line) => indented(line.trimEnd()))].join('\n');
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

/** The findings as Markdown: the machine, and a table per section. Of a failure only the first line: a program's output is no documentation. */
export function markdownTable({ machine, sections }: BenchReport): string {
  return [`Machine: ${machineWords(machine)}.`, ...sections.map(markdownSection)].join('\n\n');
}

function markdownSection(section: Section): string {
  const lines = [`### ${section.title}`, '', section.method];
  if (section.failure !== undefined) lines.push('', `Not measured: ${section.failure.split('\n')[0]}`);
  const cells = cellsOf(section);
  if (cells.length > 0) {
    const rows = [header, header.map(() => '---'), ...cells];
    lines.push('', ...rows.map((row) => `| ${row.map(cellText).join(' | ')} |`));
  }
  lines.push(...(section.findings?.notes ?? []).flatMap((note) => ['', note]));
  return [...lines, '', `Measured: \`npm run bench -- ${section.name}\`, ${measuredWords(section)}.`].join('\n');
}

function cellText(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function cellsOf({ findings }: Section): string[][] {
  return (findings?.rows ?? []).map((row) => [
    row.what,
    formatSpread(row.value, row.unit),
    formatAim(row.aim, row.unit),
    row.aim === undefined ? '' : standingOf(row),
    [row.against ?? '', row.note ?? ''].filter((text) => text !== '').join('; '),
  ]);
}
