#!/usr/bin/env node
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Release } from '@observed-rollouts/contract';
import { type CommandLine, readCommandLine } from './command-line.ts';
import { InputError } from './input/input-error.ts';
import { chooseReleases } from './own-service/choose-releases.ts';
import { speedUp } from './controller/speed.ts';
import { checkFaults } from './release/fault-injection.ts';
import { playReleases } from './release/play-releases.ts';
import { listReleases, readReleases } from './release/release-file.ts';
import { describeRun, RunRecorder } from './release/run-summary.ts';
import { findToolchain } from './toolchain/toolchain.ts';
import { JsonView } from './view/json-view.ts';
import { LineView } from './view/line-view.ts';
import { liveView } from './view/live-view.ts';
import type { View } from './view/view.ts';

const exitCodes = { asExpected: 0, unexpected: 1, couldNotRun: 2 } as const;
const signalExitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** The apps' processes need this version; an older Node can't run them. */
const leastNodeMajor = 24;

/** Each release takes up to a CPU; with more than three the longest one sets the time. */
const mostParallelByDefault = 3;

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Why the rehearsal ends before its verdict: the user asked for it. */
class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: keyof typeof signalExitCodes) {
    super(`interrupted by ${signal}`);
    this.exitCode = signalExitCodes[signal];
  }
}

async function main(): Promise<number> {
  const interruption = onSignals();
  try {
    const write = (text: string) => void process.stdout.write(text);
    const commandLine = readCommandLine(process.argv.slice(2), defaults(), write);
    if (!commandLine) return exitCodes.asExpected;
    if (commandLine.list) return list(commandLine, write);
    return await rehearse(commandLine, interruption);
  } catch (error) {
    if (error instanceof Interrupted) {
      process.stderr.write(`rehearse: ${error.message}, everything is stopped\n`);
      return error.exitCode;
    }
    process.stderr.write(`${describeError(error)}\n`);
    return exitCodes.couldNotRun;
  }
}

async function rehearse(commandLine: CommandLine, interruption: AbortSignal): Promise<number> {
  const { parallel, speed } = commandLine;
  const { plan: read, releases, warnings } = chooseReleases(commandLine, root, process.env);
  checkFaults(releases, read.rollout.steps.length);
  checkNode();
  const view = viewFor(commandLine, releases, interruption);
  const cpus = availableParallelism();
  const names = releases.map(({ name }) => name);
  const recorder = new RunRecorder({ releases: names, parallel, cpus, startedAt: performance.timeOrigin });
  try {
    const { rollout, note } = speedUp(read.rollout, speed);
    if (speed !== 1) view.note(note);
    for (const warning of warnings) view.note(`! ${warning}`);
    const { prometheus } = await findToolchain({
      env: process.env,
      note: (text) => view.note(text),
      signal: interruption,
    });
    await playReleases({
      ...{ plan: { ...read, rollout }, releases, root, prometheus, parallel, signal: interruption },
      seedOf: () => commandLine.seed ?? randomInt(2 ** 32),
      startsAtOnce: cpus,
      emit: (event) => {
        recorder.take(event);
        view.show(event);
      },
    });
    const { summary } = recorder;
    view.note(describeRun(summary));
    return summary.releases.every(({ asExpected }) => asExpected) ? exitCodes.asExpected : exitCodes.unexpected;
  } finally {
    view.close();
  }
}

function list({ releasesFolder }: CommandLine, write: (text: string) => void): number {
  const places = ({ story = Infinity }: Release) => story;
  const releases = readReleases(releasesFolder, listReleases(releasesFolder));
  for (const { name, expect, description, story } of releases.toSorted((a, b) => places(a) - places(b) || 0)) {
    write(`${`${story ?? ''}`.padStart(2)} ${name.padEnd(20)} ${expect.padEnd(9)} ${description}\n`);
  }
  return exitCodes.asExpected;
}

function viewFor({ json }: CommandLine, releases: readonly Release[], interruption: AbortSignal): View {
  const toStdout = (text: string) => void process.stdout.write(text);
  if (json) return new JsonView(toStdout, (text) => void process.stderr.write(text));
  if (!process.stdout.isTTY) return new LineView(toStdout);
  const names = releases.map(({ name }) => name);
  return liveView(names, interruption);
}

/** Aborts on the first signal; a second one ends the program at once, and the reaper ends the rest. */
function onSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of Object.keys(signalExitCodes) as (keyof typeof signalExitCodes)[]) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(signalExitCodes[signal]);
      controller.abort(new Interrupted(signal));
    });
  }
  return controller.signal;
}

function checkNode(): void {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major >= leastNodeMajor) return;
  throw new InputError([
    `rehearse: got Node ${process.versions.node}, expected ${leastNodeMajor} or later; run "npm run rehearse"`,
  ]);
}

function defaults(): { manifests: string; releasesFolder: string; parallel: number } {
  const shown = (folder: string) => relative(process.cwd(), join(root, folder)) || '.';
  return {
    manifests: shown('dist/manifests'),
    releasesFolder: shown('releases'),
    parallel: Math.min(availableParallelism(), mostParallelByDefault),
  };
}

function describeError(error: unknown): string {
  if (error instanceof InputError) return error.message;
  return `rehearse: ${error instanceof Error ? error.message : String(error)}`;
}

const exitCode = await main();
// Written output first; then nothing that is still open may keep the program.
process.stdout.write('', () => process.exit(exitCode));
