import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { workloads } from '@observed-rollouts/contract';
import { readRollout } from '../src/controller/rollout.ts';
import { eventSchema } from '../src/outputs/event-schema.ts';
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
  expect(lines.filter((line) => !eventSchema.safeParse(line).success)).toEqual([]);
  expectToBeObserved(lines);
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
  const [junit, summary] = ['results.xml', 'results.md'].map((name) => join(folder, name)) as [string, string];
  const results = ['--junit', junit, '--summary', summary];
  const { code, stdout } = await runProgram(['wrong', '--releases', folder, '--seed', '6', ...results]);
  const headline = 'FAIL release wrong: aborted, expected promoted';
  expect(stdout).toContain(`\n${headline}\n`);
  expect(readFileSync(junit, 'utf8')).toContain(`<failure message="${headline}: `);
  expect(readFileSync(summary, 'utf8')).toContain(`\n### ${headline}\n`);
  expect(stdout).toMatch(/^ {2}failed ping +of canary pod /m);
  expect(code).toBe(1);
});

/** A release is watched from its start to its end, and a ping can be followed from the pinger to the pod that answered. */
function expectToBeObserved(lines: readonly Record<string, unknown>[]): void {
  const events = lines.map((line) => eventSchema.parse(line));
  const of = <T extends (typeof events)[number]['type']>(type: T) =>
    events.filter((event): event is Extract<(typeof events)[number], { type: T }> => event.type === type);
  const [verdict] = of('verdict');
  const last = of('sample').at(-1);
  const answers = (last?.stable.answers ?? 0) + (last?.canary?.answers ?? 0);
  // A scrape behind at both ends, and what was in flight.
  expect(Math.abs(answers - (verdict?.pings.ended ?? 0))).toBeLessThan(60);
  expect(Object.values(last?.pods ?? {}).reduce((sum, count) => sum + count, 0)).toBe(answers);
  const [exemplars] = of('exemplars');
  expect(new Set(exemplars?.exemplars.map(({ version }) => version))).toEqual(new Set(['stable', 'canary']));
  const known = new Set(exemplars?.exemplars.map(({ traceId }) => traceId));
  const traces = of('trace');
  expect(traces.filter(({ traceId }) => !known.has(traceId))).toEqual([]);
  const whole = traces.filter(({ spans }) => new Set(spans.map(({ service }) => service)).size === 2);
  expect(whole.length).toBeGreaterThan(0);
  expect(of('ancestor').map(({ readings }) => readings[0]?.sinceRelease)).toEqual([0]);
}

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
