import type { ReleaseRecording } from '@observed-rollouts/contract';
import { storylineOf } from './storyline.ts';

/** A test that the page names: a file below apps/rehearsal, and its title or the row of its table. */
export interface NamedTest {
  readonly file: string;
  readonly sentence: string;
}

const testReference = /`([\w/.-]+\.test\.ts)` › (.+?)(?=<br>| \|)/g;
const tableRow = /^\|.*\|$/gm;

/** Every test that a table of the page names. */
export function namedTests(page: string): readonly NamedTest[] {
  return [...page.matchAll(testReference)].map(([, file = '', sentence = '']) => ({
    file,
    // A table's cell can hold a bar only behind a backslash.
    sentence: sentence.replaceAll('\\|', '|'),
  }));
}

/** Every recording that the last column of a table of rules names. */
export function namedRecordings(page: string): readonly string[] {
  const rows = (page.match(tableRow) ?? []).filter((row) => row.includes(' › '));
  return rows.flatMap((row) =>
    [...(row.split(' | ').at(-1) ?? '').matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name),
  );
}

/** Rows of the tables of rules that name no test. */
export function rowsWithoutTest(page: string): readonly string[] {
  const rules = page.slice(page.indexOf('## Rule by rule'), page.indexOf('## Not played'));
  const rows = (rules.match(tableRow) ?? []).filter((row) => !row.startsWith('| Rule') && !row.startsWith('| ---'));
  return rows.filter((row) => !row.includes(' › '));
}

/** Whether a source file holds a text as one whole string literal. */
export function holdsString(source: string, text: string): boolean {
  const escaped = (quote: string) => `${quote}${text.replaceAll(quote, `\\${quote}`)}${quote}`;
  return ["'", '"', '`'].some((quote) => source.includes(escaped(quote)));
}

/** What a recording shows, as the page prints it: the course, and between its lines the changes of pods. */
export function observed({ name, description, versions, recordedAt, command, timeline }: ReleaseRecording): string {
  const { replicas, course, runs } = storylineOf(timeline);
  const about = Object.entries(versions).map(([component, version]) => `${component} ${version}`);
  return [
    `### ${name}`,
    '',
    `${description[0]?.toUpperCase()}${description.slice(1)}. ${recordedAt.slice(0, 10)}, ${about.join(', ')}: \`${command}\``,
    '',
    '```text',
    ...course,
    '',
    `pods asked for: ${replicas.join(', ')}`,
    `analysis runs: ${runs.join(', ') || 'none'}`,
    '```',
  ].join('\n');
}
