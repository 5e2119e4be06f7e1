import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ports } from '@observed-rollouts/contract';
import type { TimedEvent } from '../src/release/event.ts';
import { readPlan } from '../src/release/plan.ts';
import { Rehearsal } from '../src/release/rehearsal.ts';
import { readReleases } from '../src/release/release-file.ts';
import { machine, root, workspaceManifests, workspaceToolchain } from './workspace.ts';

const events: TimedEvent[] = [];
const ending = new AbortController();
let rehearsal: Rehearsal;

beforeAll(async () => {
  const { prometheus } = await workspaceToolchain();
  const [release] = readReleases(`${root}releases`, ['best']);
  if (!release) throw new Error('no release best');
  const plan = readPlan(workspaceManifests(), root);
  const emit = (event: TimedEvent) => events.push(event);
  rehearsal = await Rehearsal.start({
    ...machine(),
    plan,
    release,
    seed: 3,
    root,
    prometheus,
    emit,
    signal: ending.signal,
  });
  await rehearsal.deploy();
});

afterAll(() => rehearsal?.close());

const diagnoses = () => events.flatMap((event) => (event.type === 'diagnosis' ? [event.message] : []));

it('says that no ping reaches a canary that is Ready and scraped, and when one does again', async () => {
  const ended = rehearsal.play().catch((error: unknown) => error);
  const canary = await vi.waitFor(
    () => {
      const ready = events.find((event) => event.type === 'pod' && event.role === 'canary' && event.phase === 'ready');
      const pod = rehearsal.cluster.pods.find(({ identity }) => ready && 'pod' in ready && identity.name === ready.pod);
      if (!pod) throw new Error('no canary pod is Ready');
      return pod;
    },
    { timeout: 60_000 },
  );
  const { name } = canary.identity;
  rehearsal.cluster.balancer.remove(name);
  // It may have answered before it was removed: what was counted then stays, what is missing is the endpoint.
  const missing = new RegExp(
    `^canary pod ${name} has been Ready for \\d+ s, but it isn't among the endpoints of the balancer$`,
  );
  await vi.waitFor(() => expect(diagnoses()).toContainEqual(expect.stringMatching(missing)), { timeout: 60_000 });
  rehearsal.cluster.balancer.add(name, canary.endpoint(ports.http.name));
  await vi.waitFor(() => expect(diagnoses()).toContain(`canary pod ${name} yields evidence now`), { timeout: 60_000 });
  ending.abort(new Error('seen enough'));
  expect(await ended).toEqual(new Error('seen enough'));
});
