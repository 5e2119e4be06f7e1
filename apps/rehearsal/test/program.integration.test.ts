import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { workloads } from '@observed-rollouts/contract';
import { readRollout } from '../src/controller/rollout.ts';
import { commandOf, Footprint } from './left-behind.ts';
import { writeSmallManifests } from './small-manifests.ts';
import { eventSchema } from '../src/outputs/event-schema.ts';
import { root, runProgram, startProgram, workspaceManifests, workspaceToolchain } from './workspace.ts';

let releasesFolder: string;

beforeAll(async () => {
  await workspaceToolchain();
  releasesFolder = mkdtempSync(join(tmpdir(), 'releases-'));
  const best = readFileSync(`${root}releases/best.yaml`, 'utf8');
  writeFileSync(join(releasesFolder, 'best.yaml'), best);
  writeFileSync(
    join(releasesFolder, 'wrong.yaml'),
    readFileSync(`${root}releases/errors.yaml`, 'utf8').replace('aborted', 'promoted'),
  );
});

afterAll(() => rmSync(releasesFolder, { recursive: true, force: true }));

it('promotes the release best with exit code 0, and one JSON object per line', async () => {
  const report = join(releasesFolder, 'report-of-best');
  const flags = ['--seed', '5', '--releases', releasesFolder, '--report', report];
  const { code, stdout, stderr } = await runProgram(['best', '--json', ...flags]);
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
  expect(stderr.trimEnd().split('\n').at(-1)).toBe(`open ${report}/index.html`);
  expect(readFileSync(join(report, 'index.html'), 'utf8')).toContain('PASS release best: promoted, as expected');
  expect(code).toBe(0);
});

it('says how to start its Prometheus by hand, with a configuration that promtool accepts', async () => {
  const folder = join(releasesFolder, 'by-hand');
  const { code, stdout } = await runProgram(['--prometheus', folder]);
  expect(code).toBe(0);
  const { promtool, prometheus, ...rest } = JSON.parse(stdout) as Record<string, string>;
  const config = join(folder, 'prometheus.yml');
  expect(rest).toEqual({
    command: [
      prometheus,
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--enable-feature=exemplar-storage',
    ],
    targets: join(folder, 'targets'),
    dropped: expect.any(Array),
  });
  expect(execFileSync(promtool as string, ['check', 'config', config], { encoding: 'utf8' })).toContain('SUCCESS');
});

it('ends with exit code 1 when the release ends in another way than its file expects', async () => {
  const [junit, summary] = ['results.xml', 'results.md'].map((name) => join(releasesFolder, name)) as [string, string];
  const report = join(releasesFolder, 'report-of-wrong');
  const results = ['--junit', junit, '--summary', summary, '--report', report];
  const { code, stdout } = await runProgram(['wrong', '--releases', releasesFolder, '--seed', '6', ...results]);
  const headline = 'FAIL release wrong: aborted, expected promoted';
  expect(stdout).toContain(`\n${headline}\n`);
  expect(readFileSync(junit, 'utf8')).toContain(`<failure message="${headline}: `);
  expect(readFileSync(summary, 'utf8')).toContain(`\n### ${headline}\n`);
  expect(stdout).toMatch(/^ {2}failed ping +of canary pod /m);
  const [last, opened] = stdout.trim().split('\n').slice(-2);
  expect(opened).toBe(`open ${report}/index.html`);
  expect(readFileSync(join(report, 'index.html'), 'utf8')).toContain(headline);
  expect(last).toMatch(/^1 of 1 release did not end as expected: wrong was aborted, expected promoted \(.+\)$/);
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
  expect(of('ancestor').map(({ readings }) => readings[0]?.sinceRelease)).toEqual([20_000]);
}

describe('a rehearsal that is ended', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ended-'));
    writeSmallManifests(join(folder, 'manifests'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Starts one, waits until all of it runs, ends it or a part of it, and looks at what is left. */
  async function endBy(name: string, end: (program: ChildProcess, footprint: Footprint) => void) {
    const temporary = join(folder, name);
    mkdirSync(temporary);
    let output = '';
    const [manifests, report] = [join(folder, 'manifests'), join(folder, 'report')];
    const folders = ['--releases', releasesFolder, '--manifests', manifests, '--report', report];
    const args = ['best', '--json', ...folders];
    const { child, ended } = startProgram(args, temporary, (text) => (output += text));
    const footprint = new Footprint(child.pid as number);
    await vi.waitFor(() => expect(output).toContain('"type":"traffic"'), { timeout: 180_000 });
    footprint.look();
    // Two pods, the pinger, Prometheus and the reaper; a port of each but the last, two of a pod, and the balancer's.
    expect(footprint.processes.length).toBeGreaterThanOrEqual(5);
    expect(footprint.ports.length).toBeGreaterThanOrEqual(8);
    expect(readdirSync(temporary)).toEqual([expect.stringMatching(/^rehearsal-/)]);
    end(child, footprint);
    const exit = await ended;
    footprint.close();
    await vi.waitFor(() => expect(footprint.alive).toEqual([]), { timeout: 60_000 });
    await vi.waitFor(() => expect(readdirSync(temporary)).toEqual([]), { timeout: 60_000 });
    expect(footprint.openPorts).toEqual([]);
    return { exit, output };
  }

  /** Ends the part whose command has this word, by SIGKILL. */
  const kill = (word: string) => (_program: ChildProcess, footprint: Footprint) => {
    const [pid] = footprint.processes.filter((candidate) => commandOf(candidate).some((part) => part.includes(word)));
    process.kill(pid as number, 'SIGKILL');
  };

  it.concurrent.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s leaves nothing behind, and says so', async (signal, code) => {
    const { exit, output } = await endBy(signal, (program) => program.kill(signal));
    expect(exit).toEqual([code, null]);
    expect(output).toContain(`rehearse: interrupted by ${signal}, everything is stopped\n`);
  });

  it.concurrent('by SIGKILL, without a chance to clean up, leaves nothing behind', async () => {
    expect((await endBy('SIGKILL', (program) => program.kill('SIGKILL'))).exit).toEqual([null, 'SIGKILL']);
  });

  it.concurrent.each([
    ['the program that started it', (program: ChildProcess) => program.disconnect()],
    ['whoever read its output', (program: ChildProcess) => program.stdout?.destroy()],
  ])('by the end of %s leaves nothing behind', async (name, end) => {
    expect((await endBy(name.replaceAll(' ', '-'), end)).exit).toEqual([129, null]);
  });

  it.concurrent.each([
    ['the pinger', 'apps/pinger/', /^rehearse: pinger-\w+ was killed by SIGKILL by itself; its last lines:$/m],
    ['Prometheus', '--storage.tsdb.path', /^rehearse: prometheus was killed by SIGKILL by itself; its last lines:$/m],
  ])('by the crash of %s leaves nothing behind, and says what ended', async (name, word, message) => {
    const { exit, output } = await endBy(name.replace(' ', '-'), kill(word));
    expect(output).toMatch(message);
    expect(exit).toEqual([2, null]);
  });

  it.concurrent('after the crash of the reaper leaves nothing behind, too', async () => {
    const crash = (program: ChildProcess, footprint: Footprint) => {
      kill('reaper')(program, footprint);
      program.kill('SIGTERM');
    };
    expect((await endBy('reaper', crash)).exit).toEqual([143, null]);
  });
});
