import { setTimeout as delay } from 'node:timers/promises';
import {
  applyEnvironment,
  applyRelease,
  paths,
  pingAnswered,
  ports,
  type Release,
  targetLabels,
  workloads,
} from '@observed-rollouts/contract';
import { answerMetricOf } from '@observed-rollouts/slo';
import { LocalCluster } from '../cluster/local-cluster.ts';
import { declaredTarget, seedEnvironment, targetEnvironment } from '../cluster/local-environment.ts';
import type { Pod } from '../cluster/pod.ts';
import { podTemplateHash, withHashLabel } from '../cluster/pod-template-hash.ts';
import { ReplicaSet } from '../cluster/replica-set.ts';
import { release as startRelease } from '../controller/reconcile.ts';
import type { PodTemplate } from '../controller/rollout-schema.ts';
import { ReleaseObserver } from '../observation/release-observer.ts';
import { queryInstant } from '../prometheus/query.ts';
import { PrometheusServer, versionOf } from '../prometheus/server.ts';
import { AnalysisRuns } from './analysis-runs.ts';
import { EvidenceWatch } from './evidence-watch.ts';
import type { EventBody, PodRole, TimedEvent } from './event.ts';
import { type PingCounts, pingsSince, readPings } from './pings.ts';
import type { RehearsalPlan } from './plan.ts';
import { RolloutLoop } from './rollout-loop.ts';
import { decisiveMetric, type Verdict } from './verdict.ts';

/** How long Prometheus may take to reach every pod of the stable version. */
const warmUpLimitMs = 60_000;

export interface RehearsalSettings {
  readonly plan: RehearsalPlan;
  readonly release: Release;
  readonly seed: number;
  /** Folder that holds the workspace. */
  readonly root: string;
  /** Path of the `prometheus` binary. */
  readonly prometheus: string;
  readonly emit: (event: TimedEvent) => void;
  /** Where a trace is shown; absent without a Tempo. */
  readonly linkOf?: ((traceId: string) => string) | undefined;
  /** Ends the rehearsal; {@link Rehearsal.close} has still to be called. */
  readonly signal: AbortSignal;
}

/** Plays one release: the stable version first, then the release, until the controller has ended it. */
export class Rehearsal {
  readonly cluster: LocalCluster;
  readonly #settings: RehearsalSettings;
  readonly #fail: AbortController;
  readonly #signal: AbortSignal;
  readonly #replicaSets = new Map<string, ReplicaSet>();
  readonly #stableHash: string;
  readonly #runs: AnalysisRuns;
  #prometheus: PrometheusServer | undefined;
  #loop: RolloutLoop | undefined;
  #pinger: Pod | undefined;
  #lastPings: PingCounts | undefined;
  #watch: EvidenceWatch | undefined;
  #observer: ReleaseObserver | undefined;
  #releasedAt: number | undefined;
  #canaryReadyAt: number | undefined;
  #seeds = 0;
  #closed = false;

  private constructor(settings: RehearsalSettings, cluster: LocalCluster, fail: AbortController) {
    this.#settings = settings;
    this.cluster = cluster;
    this.#fail = fail;
    this.#signal = AbortSignal.any([settings.signal, fail.signal]);
    cluster.failure.catch((error: unknown) => fail.abort(error));
    this.#stableHash = this.#addVersion(applyEnvironment(settings.plan.rollout.template, settings.release.stable));
    const query = (text: string, timeoutMs: number) => queryInstant(this.prometheusUrl, text, timeoutMs);
    this.#runs = new AnalysisRuns(
      query,
      (event) => this.#emit(event),
      () => this.#loop?.wake(),
    );
  }

  static async start(settings: RehearsalSettings): Promise<Rehearsal> {
    let changed: (pod: Pod) => void = () => undefined;
    const { root, seed } = settings;
    const cluster = await LocalCluster.start({ root, seed, onPodChange: (pod) => changed(pod) });
    const rehearsal = new Rehearsal(settings, cluster, new AbortController());
    changed = (pod) => rehearsal.#podChanged(pod);
    return rehearsal;
  }

  /** Base address of Prometheus, once {@link deploy} has started it. */
  get prometheusUrl(): string {
    if (!this.#prometheus) throw new Error('Prometheus has not been started');
    return this.#prometheus.url;
  }

  get stableHash(): string {
    return this.#stableHash;
  }

  /** Deploys the stable version with its traffic and its Prometheus. Resolves when every pod serves, is pinged and is scraped. */
  deploy(): Promise<void> {
    return this.#unlessFailed(() => this.#deploy());
  }

  /** Releases the new version and plays it to its end. */
  play(): Promise<Verdict> {
    return this.#unlessFailed(() => this.#play());
  }

  /** Ends every process and removes every file. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#watch?.close();
    this.#observer?.close();
    await this.cluster.close();
  }

  /** The first error ends everything that still waits, and is the one that is reported. */
  async #unlessFailed<T>(part: () => Promise<T>): Promise<T> {
    try {
      return await part();
    } catch (error) {
      this.#fail.abort(error);
      throw this.#signal.reason;
    }
  }

  async #deploy(): Promise<void> {
    const { release, seed } = this.#settings;
    this.#emit({ type: 'started', description: release.description, expect: release.expect, seed });
    this.#loop = this.#newLoop(startRelease(this.#stableHash, Date.now()));
    const deployed = this.#loop.run();
    await Promise.all([deployed, this.#startPrometheus(), this.#startTraffic()]);
    const targetsUp = await this.#waitForTargets();
    await this.#settings.plan.own?.checkDeployed(this.prometheusUrl, this.#signal);
    this.#emit({ type: 'traffic', targetsUp });
  }

  async #play(): Promise<Verdict> {
    const { plan, release, seed } = this.#settings;
    const before = await this.#readPings();
    if (release.traffic === 'none') await this.#stopTraffic();
    const canaryHash = this.#addVersion(applyRelease(plan.own?.candidate ?? plan.rollout.template, release));
    this.#releasedAt = Date.now();
    this.#emit({ type: 'release', stableHash: this.#stableHash, canaryHash });
    this.#observer = this.#observe(canaryHash, this.#releasedAt);
    this.#loop = this.#newLoop(startRelease(canaryHash, this.#releasedAt, this.#loop?.state));
    this.#watch = new EvidenceWatch({
      pods: () => this.#replicaSets.get(canaryHash)?.pods ?? [],
      balancer: this.cluster.balancer,
      prometheusUrl: this.prometheusUrl,
      counter: answerMetricOf(plan.level).counter,
      report: (message) => this.#emit({ type: 'diagnosis', message }),
    });
    const end = await this.#loop.run();
    // The drain of the last pods belongs to the release: a ping that it loses is the release's.
    while (this.cluster.pods.some(({ isDeleted }) => isDeleted)) await delay(50, undefined, { signal: this.#signal });
    const endedAt = Date.now();
    this.#watch.close();
    await this.#observer.finish();
    const run = this.#runs.deciding(end.state);
    const decidedBy = run && decisiveMetric(run);
    const verdict: Verdict = {
      expected: release.expect,
      outcome: end.outcome,
      asExpected: end.outcome === release.expect,
      message: end.message,
      ...(decidedBy ? { decidedBy } : {}),
      decidedAfterMs: end.decidedAt - this.#releasedAt,
      endedAfterMs: endedAt - this.#releasedAt,
      ...(this.#canaryReadyAt === undefined ? {} : { evidenceMs: end.decidedAt - this.#canaryReadyAt }),
      pings: pingsSince(await this.#readPings(), before),
      seed,
    };
    this.#emit({ type: 'verdict', ...verdict });
    return verdict;
  }

  #observe(canaryHash: string, releasedAt: number): ReleaseObserver {
    return new ReleaseObserver({
      prometheusUrl: this.prometheusUrl,
      level: this.#settings.plan.level,
      namespace: this.#settings.plan.rollout.namespace,
      stableHash: this.#stableHash,
      canaryHash,
      releasedAt,
      spans: () => this.cluster.sink.spans,
      linkOf: this.#settings.linkOf,
      emit: (event) => this.#emit(event),
    });
  }

  #newLoop(state: ReturnType<typeof startRelease>): RolloutLoop {
    const { plan } = this.#settings;
    const emit = (event: EventBody) => this.#emit(event);
    return new RolloutLoop(
      { plan, replicaSets: this.#replicaSets, runs: this.#runs, emit, signal: this.#signal },
      state,
    );
  }

  #addVersion(plain: PodTemplate): string {
    const { plan, seed } = this.#settings;
    const { rollout } = plan;
    const hash = podTemplateHash(plain);
    const template = withHashLabel(plain, hash);
    const namePrefix = `${rollout.name}-${hash}`;
    const create = () =>
      this.cluster.createPod({
        namePrefix,
        namespace: rollout.namespace,
        template,
        hash,
        process: plan.own?.process,
        environment: (declared) => ({ ...seedEnvironment((seed + this.#seeds++) % 2 ** 32), ...onlySeed(declared) }),
      });
    if (!this.#replicaSets.has(hash)) this.#replicaSets.set(hash, new ReplicaSet(hash, create));
    return hash;
  }

  async #startPrometheus(): Promise<void> {
    const { plan, prometheus } = this.#settings;
    const { folder, freePorts, reaper } = this.cluster;
    const server = await PrometheusServer.start(
      { binary: prometheus, deployment: plan.prometheus, folder, freePorts, reaper },
      this.cluster.pods,
    );
    this.cluster.superviseProcess(server.process);
    this.#prometheus = server;
    server.setPods(this.cluster.pods);
    await server.ready(this.#signal);
    this.#emit({
      type: 'prometheus',
      url: server.url,
      version: versionOf(prometheus).join('.'),
      dropped: server.config.dropped,
    });
  }

  async #startTraffic(): Promise<void> {
    const { template, namespace } = this.#settings.plan.pinger;
    while (this.cluster.balancer.endpoints.length === 0) await delay(20, undefined, { signal: this.#signal });
    this.#pinger = await this.cluster.createPod({
      namePrefix: workloads.pinger,
      namespace,
      template,
      environment: (declared) => targetEnvironment(declaredTarget(declared), this.cluster.balancerPort),
    });
    while (this.#pinger.phase !== 'ready') await delay(20, undefined, { signal: this.#signal });
  }

  async #waitForTargets(): Promise<number> {
    const expected = this.cluster.pods.length;
    const until = Date.now() + warmUpLimitMs;
    for (;;) {
      const result = await queryInstant(
        this.prometheusUrl,
        `count(up{${targetLabels.pod}!=""} == 1) or vector(0)`,
        5_000,
      );
      const [targetsUp = 0] = typeof result === 'number' ? [result] : result;
      if (targetsUp >= expected && (await this.#isAnswered())) return targetsUp;
      if (Date.now() > until) {
        throw new Error(
          `Prometheus: got ${targetsUp} targets up after ${warmUpLimitMs / 1000} s, expected ${expected}; see the scrape configuration in the manifests`,
        );
      }
      await delay(200, undefined, { signal: this.#signal });
    }
  }

  async #isAnswered(): Promise<boolean> {
    const { byOutcome } = await this.#readPings();
    return (byOutcome[pingAnswered] ?? 0) > 0;
  }

  /** Ends the pinger; its counts stay as they were last read. */
  async #stopTraffic(): Promise<void> {
    await this.#pinger?.delete();
  }

  async #readPings(): Promise<PingCounts> {
    const pinger = this.#pinger as Pod;
    if (pinger.isDeleted && this.#lastPings !== undefined) return this.#lastPings;
    const { host, port } = pinger.endpoint(ports.metrics.name);
    this.#lastPings = await readPings(`http://${host}:${port}${paths.metrics}`);
    return this.#lastPings;
  }

  #podChanged(pod: Pod): void {
    const { name, hash } = pod.identity;
    const role: PodRole = hash === undefined ? 'pinger' : hash === this.#stableHash ? 'stable' : 'canary';
    if (role === 'canary' && pod.phase === 'ready') this.#canaryReadyAt ??= Date.now();
    this.#emit({ type: 'pod', pod: name, role, phase: pod.phase, ...(hash === undefined ? {} : { hash }) });
    this.#prometheus?.setPods(this.cluster.pods);
    this.#loop?.wake();
  }

  #emit(event: EventBody): void {
    if (this.#closed) return;
    const at = Date.now();
    const sinceRelease = this.#releasedAt === undefined ? {} : { sinceRelease: at - this.#releasedAt };
    this.#settings.emit({ ...event, release: this.#settings.release.name, at, ...sinceRelease } as TimedEvent);
  }
}

/** A seed that the release declares itself stays. */
function onlySeed(declared: Readonly<Record<string, string>>): Record<string, string> {
  const [name] = Object.keys(seedEnvironment(0)) as [string];
  const value = declared[name];
  return value === undefined ? {} : { [name]: value };
}
