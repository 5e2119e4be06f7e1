import { Command, InvalidArgumentError, Option } from 'commander';
import type { Benchmark, Stage } from './benchmark.ts';
import { defaultFolder } from './report/report-files.ts';

export interface Arguments {
  /** Of benchmarks that there are; all when none was named. */
  readonly names: readonly string[];
  readonly effort: Stage['effort'];
  /** Folder for the report. */
  readonly out: string;
  /** Whether a missed aim is a failure. */
  readonly strict: boolean;
  /** The report on standard output instead of the table. */
  readonly json: boolean;
  /** Whether the figures go into docs/performance.md. */
  readonly record: boolean;
  /** A saved report that is shown again; absent: it is measured. */
  readonly from?: string;
}

interface Options {
  readonly quick: boolean;
  readonly out: string;
  readonly strict: boolean;
  readonly json: boolean;
  readonly record: boolean;
  readonly from?: string;
}

/** Reads the arguments; ends the process with help, the list, or with exit code 2 and what is wrong. */
export function readArguments(
  argv: readonly string[],
  benchmarks: readonly Pick<Benchmark, 'name' | 'title' | 'minutes'>[],
): Arguments {
  const known = benchmarks.map(({ name }) => name);
  const list = benchmarks.map(({ name, title, minutes }) => `  ${name.padEnd(12)}${title} (${minutes} min)`).join('\n');
  const command = new Command('bench')
    .description('Measures what the parts of this workspace cost, each against what it is to be compared with.')
    .argument('[benchmarks...]', 'what to measure; everything when absent', collect(known), [] as string[])
    .option('--quick', 'a tenth of the measurements: shows that it works, its figures are rough', false)
    .option('--out <folder>', 'where the report goes', defaultFolder)
    .option('--json', 'print the report as JSON instead of the table', false)
    .addOption(new Option('--from <file>', 'show a saved bench.json again, measure nothing').conflicts('quick'))
    .option('--record', 'put the figures into docs/performance.md', false)
    .option('--strict', 'exit with 1 when an aim is missed', false)
    .addHelpText('after', `\nBenchmarks:\n${list}`)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse(argv, { from: 'user' });
  const { quick, ...rest } = command.opts<Options>();
  const names = command.processedArgs[0] as string[];
  if (rest.from !== undefined && names.length > 0) {
    command.error(`error: --from shows the whole report, got ${names.join(', ')}, expected no benchmarks`);
  }
  return { names: names.length === 0 ? known : names, effort: quick ? 'quick' : 'full', ...rest };
}

function collect(known: readonly string[]) {
  return (name: string, previous: string[]): string[] => {
    if (known.includes(name)) return [...previous, name];
    throw new InvalidArgumentError(`got "${name}", expected one of ${known.join(', ')}`);
  };
}
