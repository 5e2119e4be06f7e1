import { setTimeout as delay } from 'node:timers/promises';
import autocannon from 'autocannon';
import { ports, type Release, workloads } from '@observed-rollouts/contract';
import type { Pod } from '../../src/cluster/pod.ts';
import type { TimedEvent } from '../../src/release/event.ts';
import { readPlan } from '../../src/release/plan.ts';
import { Rehearsal } from '../../src/release/rehearsal.ts';
import { machine, root, workspaceManifests, workspaceToolchain } from '../workspace.ts';
import type { TimeSpan } from './grafana.ts';
import { recordedFaults } from './reactions.ts';
import { RecordedSystems } from './recorded-systems.ts';

/** As good as can be before, as bad as can be after: no panel may owe its movement to chance. */
const release: Release = {
  name: 'broken',
  description: 'fails nine of ten answers, and takes 1.5 s for each',
  environment: { PING_LATENCY: '100%1500ms', PING_SUCCESS_PERCENT: '10' },
  stable: { PING_LATENCY: '100%10ms', PING_SUCCESS_PERCENT: '100' },
  traffic: 'usual',
  faults: [],
  expect: 'aborted',
  withinMs: 120_000,
};

/** How many times as often as in a cluster the platform is scraped and rules are evaluated. */
export const speedUp = 15;

const now = () => Date.now() / 1000;
const seconds = (count: number) => delay(count * 1000);

/** A rehearsal with recordings of the systems that it doesn't have: first healthy, then with every fault of the table. */
export class PanelPlay {
  readonly #systems: RecordedSystems;
  readonly #rehearsal: Rehearsal;
  readonly #events: readonly TimedEvent[];

  private constructor(systems: RecordedSystems, rehearsal: Rehearsal, events: readonly TimedEvent[]) {
    this.#systems = systems;
    this.#rehearsal = rehearsal;
    this.#events = events;
  }

  static async start(): Promise<PanelPlay> {
    const { prometheus } = await workspaceToolchain();
    const systems = await RecordedSystems.start();
    const plan = readPlan(workspaceManifests(), root);
    const { config } = plan.prometheus;
    const observed = {
      ...config,
      global: { ...(config['global'] as object), evaluation_interval: '1s' },
      scrape_configs: [...(config.scrape_configs ?? []), ...systems.scrapeConfigs('observability')],
    } as typeof config;
    const events: TimedEvent[] = [];
    const rehearsal = await Rehearsal.start({
      ...machine(),
      plan: { ...plan, prometheus: { ...plan.prometheus, config: observed } },
      ...{ release, seed: 31, root, prometheus },
      emit: (event) => events.push(event),
      signal: new AbortController().signal,
    });
    systems.hash = rehearsal.stableHash;
    const play = new PanelPlay(systems, rehearsal, events);
    await rehearsal.deploy();
    return play;
  }

  get prometheusUrl(): string {
    return this.#rehearsal.prometheusUrl;
  }

  get hashes(): { readonly stable: string; readonly canary: string } {
    const released = this.#events.find((event) => event.type === 'release');
    return { stable: this.#rehearsal.stableHash, canary: released?.canaryHash ?? '' };
  }

  /** Long enough for windows of four scrapes to be full. */
  async beHealthy(): Promise<TimeSpan> {
    // The first scrapes are still to come, and whatever began with them is no event.
    await seconds(4);
    const from = now();
    await seconds(6);
    return { from, to: now() };
  }

  /** One fault after the other, those of the systems around with the first. */
  async beFaulty(): Promise<TimeSpan> {
    const from = now();
    const { outage = [], ...others } = recordedFaults;
    let end: unknown;
    const playing = this.#rehearsal.play().then(
      (verdict) => (end = verdict.outcome),
      (error: unknown) => (end = error),
    );
    const stable = this.#podsOf(workloads.pingService);
    this.#systems.change(Object.values(others).flat());
    // The canary is judged undisturbed, and its analysis is the one that the controller shows.
    while (!this.#events.some((event) => event.type === 'decision')) {
      if (end !== undefined) throw new Error(`the release ended without a decision: ${String(end)}`);
      this.#systems.hash = this.hashes.canary || this.hashes.stable;
      await seconds(0.25);
    }
    await this.#onlyOneEndpoint(stable);
    await this.#freeze(stable, 3);
    this.#systems.change(outage);
    stable[0]?.process?.signal('SIGKILL');
    await Promise.all([
      flood(stable[1] as Pod, 4),
      this.#freeze(this.#podsOf(workloads.pinger), 1.5),
      this.#stall(stable.slice(2, 3), 3),
    ]);
    await playing;
    // Until the killed process has been started again and is scraped.
    while (!((stable[0]?.restarts ?? 0) > 0 && stable[0]?.phase === 'ready')) await seconds(0.25);
    await seconds(2.5);
    return { from, to: now() };
  }

  async close(): Promise<void> {
    await this.#rehearsal.close();
    await this.#systems.close();
  }

  #podsOf(workload: string): readonly Pod[] {
    return this.#rehearsal.cluster.pods.filter(({ identity }) => identity.container.name === workload);
  }

  async #onlyOneEndpoint([kept, ...others]: readonly Pod[]): Promise<void> {
    const { balancer } = this.#rehearsal.cluster;
    for (const { identity } of others) balancer.remove(identity.name);
    await seconds(4);
    for (const pod of others) balancer.add(pod.identity.name, pod.endpoint(ports.http.name));
    if (kept === undefined) throw new Error('no pod of the stable version');
  }

  /** Shorter than a scrape may take: what a process says of its last seconds is told to whoever asks first, also to a scrape that has given up. */
  async #stall(pods: readonly Pod[], times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      await this.#freeze(pods, 0.7);
      await seconds(0.4);
    }
  }

  async #freeze(pods: readonly Pod[], forSeconds: number): Promise<void> {
    const processes = pods.flatMap(({ process }) => process ?? []);
    for (const process of processes) process.signal('SIGSTOP');
    await seconds(forSeconds);
    for (const process of processes) process.signal('SIGCONT');
  }
}

/** Many requests wait on each connection: asking costs little, so the pod uses several times the CPU that a start takes, also on a busy machine. */
async function flood(pod: Pod, forSeconds: number): Promise<void> {
  const { host, port } = pod.endpoint(ports.http.name);
  await autocannon({ url: `http://${host}:${port}/nowhere`, connections: 4, pipelining: 64, duration: forSeconds });
}
