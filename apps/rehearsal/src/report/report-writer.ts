import type { ServiceLevel } from '@observed-rollouts/slo';
import { Recorder, type Recording, eventsOf } from '../recording/recording.ts';
import type { TimedEvent } from '../release/event.ts';
import type { RunSummary } from '../release/run-summary.ts';
import { prepareReportFolder, writeReport } from './report-file.ts';
import { thisMachine } from './this-machine.ts';

export interface ReportSettings {
  /** Made when it isn't there. */
  readonly folder: string;
  readonly level: ServiceLevel;
  /** Names of the releases, in the order in which the report shows them. */
  readonly releases: readonly string[];
  /** What a repetition of the run needs beside its releases and its seed, e.g. `['--speed', '10']`. */
  readonly options: readonly string[];
}

/** Keeps what happens in a run, and makes the report of it at its end. */
export class ReportWriter {
  readonly #settings: ReportSettings;
  readonly #recorder = new Recorder();

  /** Errors: {@link InputError} when the folder can't be written. */
  constructor(settings: ReportSettings) {
    prepareReportFolder(settings.folder);
    this.#settings = settings;
  }

  take(event: TimedEvent): void {
    this.#recorder.show(event);
  }

  /**
   * Writes the report, also of a run that ended early, with what there is.
   *
   * @param failure why the run ended early; absent when it came to its end.
   * Shape:  returns the file that was written; `undefined` when no release was started: an earlier report stays.
   * Errors: {@link InputError} when it can't be written.
   */
  async write(run: RunSummary, failure?: unknown): Promise<string | undefined> {
    const { folder, level, releases, options } = this.#settings;
    const place = ({ release }: Recording) => releases.indexOf(release);
    const recordings = this.#recorder.recordings.toSorted((a, b) => place(a) - place(b));
    if (recordings.length === 0) return undefined;
    return writeReport(folder, {
      ...{ recordings, run, level, machine: thisMachine(recordings), commands: repetitions(recordings, options) },
      ...(failure === undefined ? {} : { interruption: failure instanceof Error ? failure.message : String(failure) }),
      writtenAt: Date.now(),
    });
  }
}

/** One command for all releases of the same seed. */
function repetitions(recordings: readonly Recording[], options: readonly string[]): readonly string[] {
  const bySeed = Map.groupBy(recordings, (recording) => eventsOf(recording, 'started').at(-1)?.seed);
  return [...bySeed].map(([seed, own]) => {
    const words = [
      // A service file is among the options, and excludes names.
      ...(options.includes('--file') ? [] : own.map(({ release }) => release)),
      ...(seed === undefined ? [] : ['--seed', `${seed}`]),
      ...options,
    ];
    return `npm run rehearse -- ${words.map(quoted).join(' ')}`;
  });
}

function quoted(word: string): string {
  return /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
