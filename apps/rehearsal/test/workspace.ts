import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { StartGate } from '../src/cluster/start-gate.ts';
import { type Manifests, readManifests } from '../src/manifests/manifests.ts';
import { findToolchain } from '../src/toolchain/toolchain.ts';
import { UsageMeter } from '../src/usage/usage-meter.ts';

/** Folder that holds the workspace. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));
const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export function workspaceManifests(): Manifests {
  return readManifests(`${root}dist/manifests`);
}

export function workspaceToolchain() {
  return findToolchain({ env: process.env, note: (text) => console.log(text), signal: new AbortController().signal });
}

/** What the rehearsals of a program share. */
export function machine() {
  return { gate: new StartGate(2), usage: new UsageMeter() };
}

export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program in the workspace, as `npm run rehearse` does. */
export function runProgram(args: readonly string[]): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd: root, encoding: 'utf8' }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, stdout, stderr });
    });
  });
}

/** Starts the built program and gives its output as it comes; its temporary files go to a folder of the test. */
export function startProgram(args: readonly string[], temporaryFolder: string, onText: (text: string) => void) {
  const env = { ...process.env, TMPDIR: temporaryFolder };
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', onText);
  return { child, ended: endOf(child) };
}

/** Its exit code and signal, once all that it wrote has been read. `close` says the same, but never comes when this side has left the channel. */
async function endOf(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const read = streams.map((stream) => finished(stream).catch(() => undefined));
  const [exit] = await Promise.all([once(child, 'exit'), ...read]);
  return exit as [number | null, NodeJS.Signals | null];
}

/** Runs a program to its end, whatever its exit code. */
export function runTool(file: string, args: readonly string[]): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    execFile(file, args, { encoding: 'utf8', maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, stdout, stderr });
    });
  });
}
