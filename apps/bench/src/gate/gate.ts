import { join } from 'node:path';
import { pingServiceLevel } from '@observed-rollouts/slo';
import type { Benchmark, Findings, Row, Stage } from '../benchmark.ts';
import { root } from '../harness/workspace-root.ts';
import { spreadOf } from '../harness/spread.ts';
import { timedRun } from '../harness/timed-run.ts';
import { coldArithmetic, type GateTimes } from './cold-process.ts';
import { timedGate } from './timed-gate.ts';

const mostCurveMs = 200;
const mostPlanMs = 1_000;
const rounds = { full: 15, quick: 2 } as const satisfies Record<Stage['effort'], number>;

/** As the README shows it. */
const planArguments = ['--p0', '1%', '--p1', '5%', '--rps', '10', '--weight', '20%', '--budget', '5m'];

export const gate: Benchmark = {
  name: 'gate',
  title: 'Arithmetic of the release gate',
  method:
    'The exact operating curve of an objective is what docs/operating-curve.md plots: 49 true shares with random arrivals, over the 300 looks of the story. Cold is the first computation of a ' +
    'new process, without its start; warm is a repetition in one process. `npm run plan` is timed from spawn to exit, with the arguments of the README; beside it the same program without npm, and Node and npm with nothing to do.',
  minutes: 1,
  run: measureGate,
};

async function measureGate(stage: Stage): Promise<Findings> {
  const { effort, progress, signal } = stage;
  const names = pingServiceLevel.objectives.map(({ name }) => name);
  const cold = new Map<string, GateTimes[]>(names.map((name) => [name, []]));
  const commands = planCommands();
  const planMs = new Map<string, number[]>(commands.map(({ what }) => [what, []]));
  for (let round = 0; round < rounds[effort]; round++) {
    progress(`round ${round + 1} of ${rounds[effort]}`);
    for (const name of names) cold.get(name)?.push(await coldArithmetic(name, signal));
    for (const { what, command } of commands) {
      planMs.get(what)?.push(await timedRun({ command, folder: root, env: { npm_config_loglevel: 'error' }, signal }));
    }
  }
  return {
    rows: [
      ...names.flatMap((name) => coldRows(name, cold.get(name) ?? [])),
      ...names.flatMap((name) => warmRows(name, rounds[effort])),
      ...commands.map(({ what, aim }): Row => ({
        what,
        value: spreadOf(planMs.get(what) ?? []),
        unit: 'ms',
        ...(aim && { aim }),
      })),
    ],
    plots: [],
    notes: [],
  };
}

function coldRows(name: string, times: readonly GateTimes[]): Row[] {
  return [
    {
      what: `operating curve of ${name}, cold`,
      value: spreadOf(times.map(({ curveMs }) => curveMs)),
      unit: 'ms',
      aim: { atMost: mostCurveMs },
    },
    { what: `bounds of ${name}, cold`, value: spreadOf(times.map(({ boundsMs }) => boundsMs)), unit: 'ms' },
  ];
}

function warmRows(name: string, repetitions: number): Row[] {
  const times = Array.from({ length: repetitions + 1 }, () => timedGate(name)).slice(1);
  return [
    { what: `operating curve of ${name}, warm`, value: spreadOf(times.map(({ curveMs }) => curveMs)), unit: 'ms' },
    { what: `bounds of ${name}, warm`, value: spreadOf(times.map(({ boundsMs }) => boundsMs)), unit: 'ms' },
  ];
}

interface PlanCommand {
  readonly what: string;
  readonly command: readonly [string, ...string[]];
  readonly aim?: Row['aim'];
}

function planCommands(): readonly PlanCommand[] {
  const program = ['--conditions=@observed-rollouts/source', join('tools', 'src', 'plan.ts')];
  return [
    { what: 'npm run plan', command: ['npm', 'run', 'plan', '--', ...planArguments], aim: { atMost: mostPlanMs } },
    { what: 'the same program without npm', command: [process.execPath, ...program, ...planArguments] },
    { what: 'npm --version', command: ['npm', '--version'] },
    { what: 'node -e 0', command: [process.execPath, '-e', '0'] },
  ];
}
