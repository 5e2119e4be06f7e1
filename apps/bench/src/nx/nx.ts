import { join } from 'node:path';
import type { Benchmark, Findings, Row, Stage } from '../benchmark.ts';
import { spreadOf } from '../harness/spread.ts';
import { WorkspaceClone } from './workspace-clone.ts';

/** Rounds. */
const efforts = { full: 2, quick: 1 } as const;
const synth = ['run', 'charts:synth'];
const changedProject = 'apps/pinger';

export const nx: Benchmark = {
  name: 'nx',
  title: 'Nx around the synth and the builds',
  method:
    'In a clone of the last commit with linked dependencies, so that nothing of the checkout changes. Each step is a process from spawn to exit; the steps are taken in turns, round after ' +
    'round, and what a longer one takes more than a shorter one is what it does more. Cold means that neither graph nor cache nor anything built is there. The daemon is off, as in CI, except where it is named.',
  minutes: 3,
  run: measureNx,
};

interface Step {
  readonly what: string;
  /** Milliseconds. */
  readonly measure: (clone: WorkspaceClone, round: number) => Promise<number>;
  readonly against?: string;
  readonly note?: string;
}

const synthSteps: readonly Step[] = [
  {
    what: 'nx run charts:synth, cold',
    against: 'tsc -b of the same three projects',
    note: 'start of Nx, graph, hashes, three tsc processes, synth',
    measure: async (clone) => {
      clone.remove('.nx');
      clone.removeBuilt();
      return clone.run('nx', synth);
    },
  },
  {
    what: 'nx run charts:synth, cached',
    note: 'start of Nx, graph, hashes',
    measure: (clone) => clone.run('nx', synth),
  },
  {
    what: 'nx run charts:synth, cached and built files gone',
    note: 'the same, and the files are taken from the cache',
    measure: async (clone) => {
      clone.removeBuilt();
      return clone.run('nx', synth);
    },
  },
  { what: 'nx show projects', note: 'start of Nx, graph', measure: (clone) => clone.run('nx', ['show', 'projects']) },
  { what: 'nx --version', note: 'start of Nx', measure: (clone) => clone.run('nx', ['--version']) },
  {
    what: 'tsc -b libs/charts, cold',
    note: 'one process builds contract, slo and charts',
    measure: async (clone) => {
      clone.removeBuilt();
      return clone.run('tsc', ['-b', 'libs/charts']);
    },
  },
  { what: 'tsc -b libs/charts, nothing to do', measure: (clone) => clone.run('tsc', ['-b', 'libs/charts']) },
  {
    what: 'the synth itself',
    note: 'start of Node, imports, drawing, writing; compiled modules are not kept',
    measure: (clone) => clone.run('node', [join('dist', 'main.js')], { folder: 'libs/charts' }),
  },
];

const daemonSteps: readonly Step[] = [
  {
    what: 'nx run charts:synth with the daemon, nothing cached',
    note: 'the graph is in the daemon',
    measure: async (clone) => {
      clone.removeBuilt();
      return clone.run('nx', [...synth, '--skip-nx-cache'], { daemon: true });
    },
  },
  {
    what: 'nx run charts:synth with the daemon, cached',
    measure: (clone) => clone.run('nx', synth, { daemon: true }),
  },
];

/** Everything was built once before, so that only what the change asks for is done anew. */
const affectedSteps: readonly Step[] = [
  {
    what: 'nx affected -t build test after a one-line change in pinger',
    against: 'tsc -b after the same change',
    note: 'builds and tests pinger and whatever depends on it',
    measure: (clone, round) => {
      clone.change(`${changedProject}/src/main.ts`, round);
      return clone.run('nx', ['affected', '-t', 'build', 'test', '--uncommitted']);
    },
  },
  {
    what: 'nx affected -t build after a one-line change in pinger',
    measure: (clone, round) => {
      clone.change(`${changedProject}/src/main.ts`, round);
      return clone.run('nx', ['affected', '-t', 'build', '--uncommitted']);
    },
  },
  {
    what: 'tsc -b after the same change',
    measure: (clone, round) => {
      clone.change(`${changedProject}/src/main.ts`, round);
      return clone.run('tsc', ['-b', changedProject]);
    },
  },
];

async function measureNx(stage: Stage): Promise<Findings> {
  const rounds = efforts[stage.effort];
  stage.progress('cloning the last commit');
  const clone = new WorkspaceClone(join(stage.folder, 'workspace'), stage.signal);
  const rows = await measureSteps(synthSteps, rounds, clone, stage);

  stage.cleanUp.defer(() => clone.stopDaemon());
  stage.progress('starting the daemon');
  await clone.run('nx', ['show', 'projects'], { daemon: true });
  rows.push(...(await measureSteps(daemonSteps, rounds, clone, stage)));
  await clone.stopDaemon();

  stage.progress('building what a change in pinger reaches, to fill the cache');
  await clone.run('nx', ['run-many', '-t', 'build', '-p', 'pinger,rehearsal']);
  // One round: the tests take most of a minute, and nothing in them is Nx's.
  rows.push(...(await measureSteps(affectedSteps, 1, clone, stage)));
  return {
    rows,
    plots: [{ kind: 'bar', title: 'From spawn to exit', label: 'seconds', bars: barsOf(rows) }],
    notes: [],
  };
}

async function measureSteps(
  steps: readonly Step[],
  rounds: number,
  clone: WorkspaceClone,
  { progress }: Stage,
): Promise<Row[]> {
  const times = steps.map((): number[] => []);
  for (let round = 1; round <= rounds; round++) {
    for (const [index, { what, measure }] of steps.entries()) {
      progress(`round ${round}: ${what}`);
      times[index]?.push((await measure(clone, round * steps.length + index)) / 1000);
    }
  }
  return steps.map(({ what, against, note }, index) => ({
    what,
    value: spreadOf(times[index] ?? []),
    unit: 's',
    ...(against !== undefined && { against }),
    ...(note !== undefined && { note }),
  }));
}

function barsOf(rows: readonly Row[]) {
  return rows.map(({ what, value }) => ({ name: what, value }));
}
