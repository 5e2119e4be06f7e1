import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { InputError } from '@observed-rollouts/command-line';
import { fileErrorReason, writeWhole } from '@observed-rollouts/report/files';
import type { BenchReport, Machine, Section } from './bench-report.ts';
import { jsonOf, readReport } from './report-files.ts';
import { markdownTable } from './table.ts';

/** What was recorded, and the page that shows it, in the folder of the documentation. */
const recordFile = 'performance.json';
const recordPage = 'performance.md';

const begin = '<!-- recorded: npm run bench -- --record -->';
const end = '<!-- end of recorded -->';

/**
 * Makes sure that a run can be recorded, before it takes its minutes.
 *
 * Errors: {@link InputError} when the page has no place for the figures, or when other figures of the record are of another machine.
 */
export function prepareRecord(docs: string, machine: Machine, names: readonly string[]): void {
  withTable(readPage(docs), '');
  merged(readRecord(docs), { machine, sections: [] }, names);
}

/**
 * Puts a run into the record: its sections take the place of those of the same name, without plots; the table of the page is written anew. What failed is
 * left out: what was measured before stays.
 *
 * @param order names of all benchmarks: the order of the record, and what it may hold.
 * Errors: as {@link prepareRecord}.
 */
export function record(docs: string, run: BenchReport, order: readonly string[]): void {
  const measured = run.sections.filter(({ findings }) => findings !== undefined);
  const names = measured.map(({ name }) => name);
  const { machine, sections } = merged(readRecord(docs), { ...run, sections: measured }, names);
  const place = ({ name }: Section) => order.indexOf(name);
  const ordered = sections.filter((section) => place(section) >= 0).toSorted((a, b) => place(a) - place(b));
  const report: BenchReport = { machine, sections: ordered.map(withoutPlots) };
  writeWhole(join(docs, recordPage), withTable(readPage(docs), markdownTable(report)));
  writeWhole(join(docs, recordFile), jsonOf(report));
}

/** The page as it has to be for what is recorded. */
export function recordedPage(docs: string): string {
  return withTable(readPage(docs), markdownTable(readReport(join(docs, recordFile), 'recorded')));
}

function merged(recorded: BenchReport | undefined, run: BenchReport, names: readonly string[]): BenchReport {
  const kept = (recorded?.sections ?? []).filter(({ name }) => !names.includes(name));
  if (recorded !== undefined && kept.length > 0 && !isDeepStrictEqual(recorded.machine, run.machine)) {
    throw new InputError([
      `--record: ${kept.map(({ name }) => name).join(', ')} ${kept.length === 1 ? 'is' : 'are'} recorded of another machine, expected one for all; measure everything: npm run bench -- --record`,
    ]);
  }
  return { machine: run.machine, sections: [...kept, ...run.sections] };
}

/** The table says what the plots draw; the points would be most of the file. */
function withoutPlots({ findings, ...rest }: Section): Section {
  return findings === undefined ? rest : { ...rest, findings: { ...findings, plots: [] } };
}

function readRecord(docs: string): BenchReport | undefined {
  const file = join(docs, recordFile);
  return existsSync(file) ? readReport(file, '--record') : undefined;
}

function readPage(docs: string): string {
  const page = join(docs, recordPage);
  try {
    return readFileSync(page, 'utf8');
  } catch (error) {
    throw new InputError([`--record: ${page}: ${fileErrorReason(error)}, expected the page that shows the figures`]);
  }
}

function withTable(page: string, table: string): string {
  const [before, rest, ...others] = page.split(begin);
  const [, after, ...more] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined || others.length > 0 || more.length > 0) {
    throw new InputError([`--record: ${recordPage}: expected "${begin}" and "${end}" once each, in this order`]);
  }
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}
