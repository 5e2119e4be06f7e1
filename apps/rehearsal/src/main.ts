#!/usr/bin/env node
import { randomInt } from 'node:crypto';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Release } from '@observed-rollouts/contract';
import { type CommandLine, readCommandLine } from './command-line.ts';
import { InputError } from './input/input-error.ts';
import { readManifests } from './manifests/manifests.ts';
import { readPlan, type RehearsalPlan } from './release/plan.ts';
import { Rehearsal } from './release/rehearsal.ts';
import { listReleases, readReleases } from './release/release-file.ts';
import { findToolchain } from './toolchain/toolchain.ts';
import { JsonView } from './view/json-view.ts';
import { LineView } from './view/line-view.ts';
import { LiveView } from './view/live-view.ts';
import type { View } from './view/view.ts';

const exitCodes = { asExpected: 0, unexpected: 1, couldNotRun: 2 } as const;
const signalExitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** The apps' processes need this version; an older Node can't run them. */
const leastNodeMajor = 24;

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
    const commandLine = readCommandLine(process.argv.slice(2), defaultFolders(), write);
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
  const releases = readReleases(commandLine.releasesFolder, commandLine.releases);
  const plan = readPlan(readManifests(commandLine.manifests), root);
  checkNode();
  const view = viewFor(commandLine);
  try {
    const { prometheus } = await findToolchain({
      env: process.env,
      note: (text) => view.note(text),
      signal: interruption,
    });
    let unexpected = 0;
    for (const release of releases) {
      const seed = commandLine.seed ?? randomInt(2 ** 32);
      if (!(await play({ plan, release, seed, prometheus, view, interruption }))) unexpected++;
    }
    return unexpected === 0 ? exitCodes.asExpected : exitCodes.unexpected;
  } finally {
    view.close();
  }
}

interface Play {
  readonly plan: RehearsalPlan;
  readonly release: Release;
  readonly seed: number;
  readonly prometheus: string;
  readonly view: View;
  readonly interruption: AbortSignal;
}

async function play({ plan, release, seed, prometheus, view, interruption }: Play): Promise<boolean> {
  const emit = view.show.bind(view);
  const rehearsal = await Rehearsal.start({ plan, release, seed, root, prometheus, emit, signal: interruption });
  try {
    await rehearsal.deploy();
    const { asExpected } = await rehearsal.play();
    return asExpected;
  } finally {
    await rehearsal.close();
  }
}

function list({ releasesFolder }: CommandLine, write: (text: string) => void): number {
  for (const { name, expect, description } of readReleases(releasesFolder, listReleases(releasesFolder))) {
    write(`${name.padEnd(16)} ${expect.padEnd(9)} ${description}\n`);
  }
  return exitCodes.asExpected;
}

function viewFor({ json }: CommandLine): View {
  const toStdout = (text: string) => void process.stdout.write(text);
  if (json) return new JsonView(toStdout, (text) => void process.stderr.write(text));
  return process.stdout.isTTY ? new LiveView(process.stdout) : new LineView(toStdout);
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

function defaultFolders(): { manifests: string; releasesFolder: string } {
  const shown = (folder: string) => relative(process.cwd(), join(root, folder)) || '.';
  return { manifests: shown('dist/manifests'), releasesFolder: shown('releases') };
}

function describeError(error: unknown): string {
  if (error instanceof InputError) return error.message;
  return `rehearse: ${error instanceof Error ? error.message : String(error)}`;
}

const exitCode = await main();
// Written output first; then nothing that is still open may keep the program.
process.stdout.write('', () => process.exit(exitCode));
