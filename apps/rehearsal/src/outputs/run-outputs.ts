import { appendFileSync, writeFileSync } from 'node:fs';
import { InputError, Problems } from '@observed-rollouts/command-line';
import { fileErrorReason } from '@observed-rollouts/report/files';
import { Recorder } from '../recording/recording.ts';
import type { TimedEvent } from '../release/event.ts';
import { junitXml } from './junit.ts';
import { releaseResults } from './release-result.ts';
import { markdownSummary } from './summary.ts';

/** GitHub Actions names the file here that becomes the summary of the job; other steps write to it, too. */
const stepSummaryVariable = 'GITHUB_STEP_SUMMARY';

export interface OutputSettings {
  /** File of the JUnit XML; absent: none. */
  readonly junit?: string;
  /** File of the Markdown summary; absent: none. */
  readonly summary?: string;
  /** File that the Markdown summary is appended to; absent: none. */
  readonly appendedSummary?: string;
  /** Names, in the order in which they were asked for. */
  readonly releases: readonly string[];
  readonly startedAt: Date;
}

/** The files that a run is asked for on its command line and by the environment of its CI. */
export function outputFiles(
  { junit, summary }: Pick<OutputSettings, 'junit' | 'summary'>,
  env: Readonly<Record<string, string | undefined>>,
): Pick<OutputSettings, 'junit' | 'summary' | 'appendedSummary'> {
  const appended = env[stepSummaryVariable];
  return {
    ...(junit === undefined ? {} : { junit }),
    ...(summary === undefined ? {} : { summary }),
    ...(appended === undefined || appended === '' ? {} : { appendedSummary: appended }),
  };
}

/** Writes what machines read about a run that has ended, in whatever way. */
export class RunOutputs {
  readonly #settings: OutputSettings;
  readonly #recorder = new Recorder();

  /** Errors: {@link InputError} with every file that can't be written: a run of minutes shan't end without its results. */
  constructor(settings: OutputSettings) {
    this.#settings = settings;
    const problems = new Problems();
    const { junit, summary, appendedSummary } = settings;
    if (junit !== undefined) problems.collect(() => append('--junit', junit, ''));
    if (summary !== undefined) problems.collect(() => append('--summary', summary, ''));
    if (appendedSummary !== undefined) problems.collect(() => append(stepSummaryVariable, appendedSummary, ''));
    problems.throwIfAny();
  }

  take(event: TimedEvent): void {
    this.#recorder.show(event);
  }

  /**
   * Edge:   a release that has no verdict is an error with the run's failure.
   * Errors: {@link InputError} when a file can't be written.
   *
   * @param failure why the run ended before its end; absent when every release was played.
   */
  write(failure: string | undefined): void {
    const { junit, summary, appendedSummary, releases, startedAt } = this.#settings;
    const results = releaseResults([...new Set(releases)], this.#recorder.recordings, failure);
    const problems = new Problems();
    if (junit !== undefined) problems.collect(() => replace('--junit', junit, junitXml(results, startedAt)));
    if (summary !== undefined) problems.collect(() => replace('--summary', summary, markdownSummary(results)));
    if (appendedSummary !== undefined)
      problems.collect(() => append(stepSummaryVariable, appendedSummary, markdownSummary(results)));
    problems.throwIfAny();
  }
}

function replace(setting: string, file: string, text: string): void {
  written(setting, file, () => writeFileSync(file, text));
}

function append(setting: string, file: string, text: string): void {
  written(setting, file, () => appendFileSync(file, text));
}

function written(setting: string, file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new InputError([`${setting}: ${file}: ${fileErrorReason(error)}, expected a file that can be written`]);
  }
}
