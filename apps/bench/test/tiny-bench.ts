/**
 * The command with benchmarks of its own, for its tests: `swift` measures a real server, `broken` fails, `sloppy` gives wrong findings and leaves what it can't
 * clean up, `slow` never ends, whatever the signal says. Arguments: the folder of the documentation, then those of the command.
 */
import { interruption } from '@observed-rollouts/command-line';
import { runBench } from '../src/bench-command.ts';
import type { Benchmark, Findings } from '../src/benchmark.ts';
import { Load } from '../src/harness/load.ts';
import { measureInPairs, ratioOf } from '../src/harness/pairs.ts';
import { startHttpSubject, startProgram } from './http-subject.ts';

const about = (name: string) => ({ name, title: `About ${name}`, method: `How ${name} is measured.`, minutes: 0.1 });

const swift: Benchmark = {
  ...about('swift'),
  async run({ progress, signal, cleanUp }): Promise<Findings> {
    const load = cleanUp.use(await Load.start());
    const [base, candidate] = [await startHttpSubject(), await startHttpSubject()];
    for (const { subject } of [base, candidate]) cleanUp.use(subject);
    const measure = async ({ url, subject }: typeof base) => {
      const before = await subject.usage();
      const { requests } = await load.burst({ url: `${url}/`, connections: 2, seconds: 0.2 });
      return ((await subject.usage()).cpuSeconds - before.cpuSeconds) / requests;
    };
    progress('measuring');
    const [pairs = []] = await measureInPairs({ base, candidates: [candidate], rounds: 2, measure, signal });
    const value = ratioOf(pairs, (cpu) => cpu);
    const aim = { atMost: 0.001 };
    return {
      rows: [{ what: 'CPU per request', against: 'itself', value, unit: '×', aim }],
      plots: [{ kind: 'bar', title: 'CPU', label: 'multiple', bars: [{ name: 'itself', value, aim }] }],
      notes: ['A note.'],
    };
  },
};

const broken: Benchmark = {
  ...about('broken'),
  run: () => Promise.reject(new Error('bench: broken: got nothing')),
};

const sloppy: Benchmark = {
  ...about('sloppy'),
  run({ cleanUp }) {
    cleanUp.defer(() => Promise.reject(new Error('it would not end')));
    const value = { median: Number.NaN, lowerQuartile: 0, upperQuartile: 0, samples: 1 };
    return Promise.resolve({ rows: [{ what: 'w', value, unit: 'ms' }], plots: [], notes: [] });
  },
};

const slow: Benchmark = {
  ...about('slow'),
  async run({ progress, cleanUp, folder }) {
    const subject = await startProgram('endless', `setInterval(() => {}, 1e6);`);
    cleanUp.use(subject);
    const load = cleanUp.use(await Load.start());
    await subject.usage();
    progress(`started ${JSON.stringify({ pids: [subject.pid, load.pid], folder })}`);
    return new Promise(() => {});
  },
};

const [docs = '', ...argv] = process.argv.slice(2);
const exitCode = await runBench({ argv, benchmarks: [swift, broken, sloppy, slow], docs, signal: interruption() });
process.stdout.write('', () => process.exit(exitCode));
