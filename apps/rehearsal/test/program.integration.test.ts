import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { workloads } from '@observed-rollouts/contract';
import { readRollout } from '../src/controller/rollout.ts';
import { root, runProgram, startProgram, workspaceManifests, workspaceToolchain } from './workspace.ts';

let folder: string;

beforeAll(async () => {
  await workspaceToolchain();
  folder = mkdtempSync(join(tmpdir(), 'releases-'));
  const best = readFileSync(`${root}releases/best.yaml`, 'utf8');
  writeFileSync(join(folder, 'best.yaml'), best);
  writeFileSync(
    join(folder, 'wrong.yaml'),
    readFileSync(`${root}releases/errors.yaml`, 'utf8').replace('aborted', 'promoted'),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('promotes the release best with exit code 0, and one JSON object per line', async () => {
  const { code, stdout } = await runProgram(['best', '--json', '--seed', '5', '--releases', folder]);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.at(-1)).toMatchObject({
    type: 'verdict',
    release: 'best',
    outcome: 'promoted',
    asExpected: true,
    seed: 5,
  });
  expect(lines.at(-1)).toMatchObject({ pings: { transportFailures: 0 } });
  const { steps } = readRollout(workspaceManifests(), workloads.pingService);
  const walked = lines.filter(({ type }) => type === 'step');
  expect(walked.map(({ index }) => index)).toEqual([...steps.keys(), steps.length]);
  expect([...new Set(walked.map(({ weight }) => weight))]).toEqual([20, 40, 60, 80, 100]);
  expect(code).toBe(0);
});

it('ends with exit code 1 when the release ends in another way than its file expects', async () => {
  const { code, stdout } = await runProgram(['wrong', '--releases', folder, '--seed', '6']);
  expect(stdout).toContain('FAIL release wrong: aborted, expected promoted');
  expect(code).toBe(1);
});

describe('a rehearsal that is ended', () => {
  let temporary: string;
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'ended-'));
  });
  afterEach(() => rmSync(temporary, { recursive: true, force: true }));

  /** Starts one, waits until a pod is Ready, and sends the signal. */
  async function endBy(signal: NodeJS.Signals) {
    let output = '';
    const { child, ended } = startProgram(
      ['best', '--json', '--releases', folder],
      temporary,
      (text) => (output += text),
    );
    await vi.waitFor(() => expect(output).toContain('"phase":"ready"'), { timeout: 60_000 });
    const started = descendantsOf(child.pid as number);
    expect(started.length).toBeGreaterThan(5);
    expect(readdirSync(temporary)).toEqual([expect.stringMatching(/^rehearsal-/)]);
    child.kill(signal);
    return { started, end: await ended, output: () => output };
  }

  it('by ctrl-C leaves no process and no folder behind, and says so', async () => {
    const { started, end, output } = await endBy('SIGINT');
    expect(end).toEqual([130, null]);
    expect(output()).toContain('rehearse: interrupted by SIGINT, everything is stopped\n');
    expect(readdirSync(temporary)).toEqual([]);
    await vi.waitFor(() => expect(started.filter(isAlive)).toEqual([]), { timeout: 10_000 });
  });

  it('by SIGKILL, without a chance to clean up, leaves no process and no folder behind', async () => {
    const { started } = await endBy('SIGKILL');
    await vi.waitFor(() => expect(started.filter(isAlive)).toEqual([]), { timeout: 10_000 });
    await vi.waitFor(() => expect(readdirSync(temporary)).toEqual([]), { timeout: 10_000 });
  });
});

/** Processes that a process has started, as Linux lists them. */
function descendantsOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? [] : children.split(' ').map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
