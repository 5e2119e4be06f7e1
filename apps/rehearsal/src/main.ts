#!/usr/bin/env node
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError, Interrupted, interruption } from '@observed-rollouts/command-line';
import type { Release } from '@observed-rollouts/contract';
import { type CommandLine, readCommandLine } from './command-line.ts';
import { chooseReleases, fromCaller } from './own-service/choose-releases.ts';
import { speedUp } from './controller/speed.ts';
import { setUpPrometheus } from './prometheus/set-up.ts';
import { checkFaults } from './release/fault-injection.ts';
import { playReleases } from './release/play-releases.ts';
import { outputFiles, RunOutputs } from './outputs/run-outputs.ts';
import { listReleases, readReleases } from './release/release-file.ts';
import { describeRun, RunRecorder, type RunSummary } from './release/run-summary.ts';
import { ReportWriter } from './report/report-writer.ts';
import { findToolchain } from './toolchain/toolchain.ts';
import { Tempo, tempoExample } from './tracing/tempo.ts';
import { JsonView } from './view/json-view.ts';
import { LineView } from './view/line-view.ts';
import { liveView } from './view/live-view.ts';
import type { View } from './view/view.ts';

const exitCodes = { asExpected: 0, unexpected: 1, couldNotRun: 2 } as const;
/** The apps' processes need this version; an older Node can't run them. */
const leastNodeMajor = 24;

/** Each release takes up to a CPU; with more than three the longest one sets the time. */
const mostParallelByDefault = 3;

const root = fileURLToPath(new URL('../../..', import.meta.url));

async function main(): Promise<number> {
  const interrupted = interruption();
  try {
    const write = (text: string) => void process.stdout.write(text);
    const commandLine = readCommandLine(process.argv.slice(2), defaults(), write);
    if (!commandLine) return exitCodes.asExpected;
    if (commandLine.list) return list(commandLine, write);
    if (commandLine.prometheus !== undefined)
      return await showPrometheus(commandLine.prometheus, commandLine, interrupted);
    return await rehearse(commandLine, interrupted);
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
  const names = releases.map(({ name }) => name);
  const report = new ReportWriter({
    folder: commandLine.report,
    level: read.level,
    releases: names,
    options: optionsOf(commandLine),
  });
  const outputs = new RunOutputs({
    ...outputFiles(commandLine, process.env),
    releases: names,
    startedAt: new Date(performance.timeOrigin),
  });
  const view = viewFor(commandLine, releases, interruption);
  const cpus = availableParallelism();
  const recorder = new RunRecorder({ releases: names, parallel, cpus, startedAt: performance.timeOrigin });
  let failure: unknown;
  try {
    const { rollout, note } = speedUp(read.rollout, speed);
    if (speed !== 1) view.note(note);
    for (const warning of warnings) view.note(`! ${warning}`);
    const tempo = await connectTempo(commandLine, (text) => view.note(text));
    const { prometheus } = await findToolchain({
      env: process.env,
      note: (text) => view.note(text),
      signal: interruption,
    });
    await playReleases({
      ...{ plan: { ...read, rollout }, releases, root, prometheus, parallel, tempo, signal: interruption },
      seedOf: () => commandLine.seed ?? randomInt(2 ** 32),
      startsAtOnce: cpus,
      emit: (event) => {
        recorder.take(event);
        outputs.take(event);
        report.take(event);
        view.show(event);
      },
    });
    await tempo?.flush();
    const { summary } = recorder;
    view.note(describeRun(summary));
    return summary.releases.every(({ asExpected }) => asExpected) ? exitCodes.asExpected : exitCodes.unexpected;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    try {
      outputs.write(failure === undefined ? undefined : describeError(failure));
    } finally {
      await writeReport(report, recorder.summary, view, failure).finally(() => view.close());
    }
  }
}

/** What ended a run early says more than what its report met then. */
async function writeReport(report: ReportWriter, run: RunSummary, view: View, failure: unknown): Promise<void> {
  try {
    const file = await report.write(run, failure);
    if (file !== undefined) view.note(`open ${file}`);
  } catch (error) {
    if (failure === undefined) throw error;
    view.note(describeError(error));
  }
}

/** What a repetition of the run needs beside its releases and its seed. */
function optionsOf({ speed, manifests, releasesFolder, file }: CommandLine): readonly string[] {
  const usual = defaults();
  return [
    ...(speed === 1 ? [] : ['--speed', `${speed}`]),
    ...(manifests === usual.manifests ? [] : ['--manifests', manifests]),
    ...(file === undefined ? [] : ['--file', file]),
    ...(releasesFolder === usual.releasesFolder ? [] : ['--releases', releasesFolder]),
  ];
}

async function connectTempo(
  { tempo: url, tempoOtlp: otlpUrl }: CommandLine,
  report: (text: string) => void,
): Promise<Tempo | undefined> {
  if (url !== undefined) return await Tempo.connect({ url, otlpUrl }, report);
  if (otlpUrl === undefined) return undefined;
  throw new InputError([`--tempo-otlp: got no --tempo beside it, expected both, e.g. --tempo ${tempoExample}`]);
}

function list({ releasesFolder }: CommandLine, write: (text: string) => void): number {
  const places = ({ story = Infinity }: Release) => story;
  const releases = readReleases(releasesFolder, listReleases(releasesFolder));
  for (const { name, expect, description, story } of releases.toSorted((a, b) => places(a) - places(b) || 0)) {
    write(`${`${story ?? ''}`.padStart(2)} ${name.padEnd(20)} ${expect.padEnd(9)} ${description}\n`);
  }
  return exitCodes.asExpected;
}

/** Everything but the rehearsal: one JSON document on standard output. */
async function showPrometheus(folder: string, { manifests }: CommandLine, signal: AbortSignal): Promise<number> {
  const note = (text: string) => void process.stderr.write(`${text}\n`);
  const toolchain = await findToolchain({ env: process.env, note, signal });
  const setUp = setUpPrometheus(toolchain, manifests, fromCaller(folder, process.env));
  process.stdout.write(`${JSON.stringify(setUp, undefined, 2)}\n`);
  return exitCodes.asExpected;
}

function viewFor({ json }: CommandLine, releases: readonly Release[], interruption: AbortSignal): View {
  const toStdout = (text: string) => void process.stdout.write(text);
  if (json) return new JsonView(toStdout, (text) => void process.stderr.write(text));
  if (!process.stdout.isTTY || process.env['TERM'] === 'dumb') return new LineView(toStdout);
  const names = releases.map(({ name }) => name);
  return liveView(names, interruption);
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
