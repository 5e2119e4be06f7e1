import { InputError } from '@observed-rollouts/command-line';
import { otlp } from '@observed-rollouts/contract';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { defaultReport } from './report/report-file.ts';

export interface CommandLine {
  /** Names of release files; none for the story. One that isn't there is found out later. */
  readonly releases: readonly string[];
  /** A service file: it is rehearsed instead of ping-service. Excludes names of releases. */
  readonly file?: string;
  readonly seed?: number;
  /** Releases that are played at the same time. */
  readonly parallel: number;
  /** By what pauses are divided that no analysis needs. */
  readonly speed: number;
  readonly list: boolean;
  /** Folder for the configuration of a Prometheus that is started by hand; absent: releases are played. */
  readonly prometheus?: string;
  readonly json: boolean;
  readonly manifests: string;
  readonly releasesFolder: string;
  /** Files of results; absent: none. */
  readonly junit?: string;
  readonly summary?: string;
  /** Addresses of a Tempo; absent: none, and its usual receiver. */
  readonly tempo?: string;
  readonly tempoOtlp?: string;
  /** Folder of the report. */
  readonly report: string;
}

const mostParallel = 16;
const greatestSeed = 4_294_967_295;

/**
 * Reads the arguments after the program's name.
 *
 * Edge:   `undefined` when help was asked for and has been written.
 * Errors: {@link InputError} on an unknown flag and on a wrong value.
 */
export function readCommandLine(
  args: readonly string[],
  defaults: Pick<CommandLine, 'manifests' | 'releasesFolder' | 'parallel'>,
  write: (text: string) => void,
): CommandLine | undefined {
  const command = new Command('rehearse')
    .description(
      'Plays releases on this machine: real processes, a real Prometheus, and the analysis of the synthesized manifests.',
    )
    .argument('[release...]', 'release files to play, without extension (default: the story)')
    .option('--file <path>', 'rehearse your own service as this file says (docs/rehearse-your-service.md)')
    .option('--seed <number>', 'repeat the draws of an earlier run', readSeed)
    .option('--parallel <number>', 'releases to play at the same time', readParallel, defaults.parallel)
    .option('--speed <factor>', 'shorten pauses that no background analysis needs', readSpeed, 1)
    .option('--list', 'show the releases and end', false)
    .option('--prometheus <folder>', 'write the configuration that Prometheus is started with, say how, and end')
    .option('--json', 'write one JSON object per event', false)
    .option('--manifests <folder>', 'synthesized manifests to read', defaults.manifests)
    .option('--releases <folder>', 'release files', defaults.releasesFolder)
    .option('--report <folder>', 'where the report is written', defaultReport)
    .option('--junit <file>', 'write the results as JUnit XML')
    .option('--summary <file>', 'write the verdict cards as Markdown')
    .option('--tempo <url>', 'send the traces to this Tempo, too, and link them to it')
    .option('--tempo-otlp <url>', `where that Tempo takes OTLP over HTTP (default: its host, port ${otlp.httpPort})`)
    .addHelpText('after', '\nExit code: 0 every release ended as expected, 1 one did not, 2 it could not run.')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: () => undefined });
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new InputError([`rehearse: ${error.message.replace(/^error: /, '').replaceAll('\n', ' ')}; see --help`]);
  }
  const named = command.processedArgs[0] as string[];
  if (named.length > 0 && command.getOptionValue('file') !== undefined) {
    throw new InputError([
      `rehearse: got the release ${named[0]} and --file, expected one of them: releases are ping-service's; see --help`,
    ]);
  }
  checkOnce(named);
  const { releases, ...options } = command.opts<
    Omit<CommandLine, 'releases' | 'releasesFolder'> & { releases: string }
  >();
  return { ...options, releasesFolder: releases, releases: named };
}

/** Recordings, cards and results are kept by name. */
function checkOnce(names: readonly string[]): void {
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated === undefined) return;
  throw new InputError([
    `rehearse: got the release ${repeated} more than once, expected each name once; to play it again run the program again, with another --seed for other draws; see --help`,
  ]);
}

function readSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed <= greatestSeed) return seed;
  throw new InvalidArgumentError(`Expected a whole number from 0 to ${greatestSeed}, e.g. --seed 42.`);
}

function readParallel(text: string): number {
  const parallel = Number(text);
  if (/^\d+$/.test(text) && parallel >= 1 && parallel <= mostParallel) return parallel;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${mostParallel}, e.g. --parallel 2.`);
}

function readSpeed(text: string): number {
  const speed = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && speed >= 1 && Number.isFinite(speed)) return speed;
  throw new InvalidArgumentError('Expected a factor of at least 1, e.g. --speed 10.');
}
