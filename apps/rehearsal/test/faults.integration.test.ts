import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFault, type Release } from '@observed-rollouts/contract';
import { listReleases, readReleases } from '../src/release/release-file.ts';
import { Footprint } from './left-behind.ts';
import { writeSmallManifests } from './small-manifests.ts';
import { root, startProgram, workspaceToolchain } from './workspace.ts';

const releasesFolder = `${root}releases`;
/** Every release of the workspace that has a fault. */
const releases = readReleases(releasesFolder, listReleases(releasesFolder)).filter(({ faults }) => faults.length > 0);
/** Long enough for the slowest machine that this is tested on. */
const limitMs = 480_000;

type Line = Readonly<Record<string, unknown>> & { readonly type: string; readonly release: string };

let folder: string;
let temporary: string;
let code: number | null;
let output = '';
let footprint: Footprint;
let openPorts: readonly number[];
const linesOf = (type: string, release: Release): readonly Line[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.type === type && line.release === release.name);

/** All of them in one program, three at a time. */
beforeAll(async () => {
  await workspaceToolchain();
  folder = mkdtempSync(join(tmpdir(), 'faults-'));
  temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  writeSmallManifests(join(folder, 'manifests'));
  const names = releases.map(({ name }) => name);
  const folders = ['--manifests', join(folder, 'manifests'), '--report', join(folder, 'report')];
  const args = [...names, '--json', '--seed', '11', '--parallel', '3', ...folders];
  const { child, ended } = startProgram(args, temporary, (text) => (output += text));
  footprint = new Footprint(child.pid as number);
  [code] = await ended;
  footprint.close();
  openPorts = footprint.openPorts;
}, limitMs);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(releases.map((release) => [release.name, release] as const))('the release %s', (_name, release) => {
  it(`ends ${release.expect}, as it declares`, () => {
    const [verdict] = linesOf('verdict', release);
    const story = ['fault', 'analysisEnd', 'decision', 'verdict'].flatMap((type) => linesOf(type, release));
    const shown = JSON.stringify(story, undefined, 1);
    expect([verdict?.['outcome'], verdict?.['asExpected']], shown).toEqual([release.expect, true]);
    const promoted = linesOf('decision', release).some(({ decision }) => decision === 'promote');
    expect(promoted).toBe(release.expect === 'promoted');
  });

  it('has each of its faults injected, and undone where it says so', () => {
    const undone = release.faults.filter((fault) => fault.kind === 'stop-prometheus' && fault.forMs !== undefined);
    const seen = linesOf('fault', release).map(({ fault, phase }) => `${fault as string} ${phase as string}`);
    for (const fault of release.faults) expect(seen).toContain(`${describeFault(fault)} injected`);
    for (const fault of undone) expect(seen).toContain(`${describeFault(fault)} undone`);
  });
});

it('says with the exit code that every release ended as declared', () => expect(code).toBe(0));

it('leaves no process, no open port and no folder behind', () => {
  // Each release has a pod of each version, the pinger and Prometheus; a port of each, and the balancer's.
  expect(footprint.processes.length).toBeGreaterThan(4 * releases.length);
  expect(footprint.ports.length).toBeGreaterThan(5 * releases.length);
  expect({ alive: footprint.alive, openPorts, folders: readdirSync(temporary) }).toEqual({
    ...{ alive: [], openPorts: [], folders: [] },
  });
});
