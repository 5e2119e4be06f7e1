import { setTimeout as delay } from 'node:timers/promises';
import { applyEnvironment, applyRelease, type Release } from '@observed-rollouts/contract';
import { answerMetricOf } from '@observed-rollouts/slo';
import { LocalCluster } from '../cluster/local-cluster.ts';
import type { Pod } from '../cluster/pod.ts';
import type { StartGate } from '../cluster/start-gate.ts';
import { release as startRelease } from '../controller/reconcile.ts';
import { ReleaseObserver } from '../observation/release-observer.ts';
import { queryInstant } from '../prometheus/query.ts';
import { PrometheusServer, versionOf } from '../prometheus/server.ts';
import { waitForTargets } from '../prometheus/targets-up.ts';
import type { Tempo, TraceRequest } from '../tracing/tempo.ts';
import type { UsageMeter, UsageReading } from '../usage/usage-meter.ts';
import { Controller } from './controller.ts';
import { EvidenceWatch } from './evidence-watch.ts';
import type { EventBody, PodRole, TimedEvent } from './event.ts';
import { injectFault } from './fault-injection.ts';
import { FaultSchedule } from './fault-schedule.ts';
import { pingsSince } from './pings.ts';
import type { RehearsalPlan } from './plan.ts';
import { TimingRecorder } from './timing-recorder.ts';
import { Traffic } from './traffic.ts';
import { decisiveMetric, judge, type Verdict } from './verdict.ts';
import { Versions } from './versions.ts';

/** How long the stable version may take until every pod serves, at least. */
const leastDeployLimitMs = 120_000;

export interface RehearsalSettings {
  readonly plan: RehearsalPlan;
  readonly release: Release;
  readonly seed: number;
  /** Folder that holds the workspace. */
  readonly root: string;
  /** Path of the `prometheus` binary. */
  readonly prometheus: string;
  /** Shared by all rehearsals of this program, like the next one. */
  readonly gate: StartGate;
  readonly usage: UsageMeter;
  readonly emit: (event: TimedEvent) => void;
  /** Gets the pods' traces as well, and is where the events' links lead; absent: they stay here. */
  readonly tempo?: Tempo | undefined;
  /** Ends the rehearsal; {@link Rehearsal.close} has still to be called. */
  readonly signal: AbortSignal;
}

/** Plays one release: the stable version first, then the release, until the controller has ended it. */
export class Rehearsal {
  readonly cluster: LocalCluster;
  readonly #settings: RehearsalSettings;
  readonly #fail: AbortController;
  readonly #signal: AbortSignal;
  readonly #versions: Versions;
  readonly #stableHash: string;
  readonly #controller: Controller;
  readonly #timing = new TimingRecorder(Date.now());
  readonly #usage: UsageReading;
  #faults: FaultSchedule | undefined;
  #prometheus: PrometheusServer | undefined;
  #traffic: Traffic | undefined;
  #watch: EvidenceWatch | undefined;
  #observer: ReleaseObserver | undefined;
  #releasedAt: number | undefined;
  #closed = false;

  private constructor(settings: RehearsalSettings, cluster: LocalCluster, fail: AbortController) {
    this.#settings = settings;
    this.cluster = cluster;
    this.#fail = fail;
    this.#signal = AbortSignal.any([settings.signal, fail.signal]);
    cluster.failure.catch((error: unknown) => fail.abort(error));
    const { plan, seed } = settings;
    this.#versions = new Versions({
      ...{ cluster, plan, seed },
      // A version that dies before it has ever served can't be released over.
      restarts: () => this.#releasedAt !== undefined,
    });
    this.#stableHash = this.#versions.add(applyEnvironment(plan.rollout.template, settings.release.stable));
    this.#usage = settings.usage.measure(() => cluster.processes.flatMap(({ pid }) => pid ?? []));
    this.#controller = new Controller({
      plan,
      replicaSets: this.#versions.replicaSets,
      query: (text, timeoutMs) => queryInstant(this.prometheusUrl, text, timeoutMs),
      emit: (event) => this.#emit(event),
      signal: this.#signal,
    });
  }

  static async start(settings: RehearsalSettings): Promise<Rehearsal> {
    let changed: (pod: Pod) => void = () => undefined;
    const { root, seed, gate, tempo } = settings;
    const forwardTraces = tempo && ((request: TraceRequest) => tempo.forward(request));
    const cluster = await LocalCluster.start({ root, seed, gate, onPodChange: (pod) => changed(pod), forwardTraces });
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
    this.#faults?.close();
    this.#watch?.close();
    this.#observer?.close();
    await this.cluster.close();
    await this.#usage.end();
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
    const { description, expect } = release;
    const { own } = this.#settings.plan;
    this.#emit({ type: 'started', description, expect, seed, ...(own && { file: own.file }) });
    const deployed = this.#controller.run(startRelease(this.#stableHash, Date.now()), Date.now() + this.#deployLimitMs);
    const [end] = await Promise.all([deployed, this.#startPrometheus(), this.#startTraffic()]);
    if (end.outcome !== 'promoted') throw new Error(this.#describeUndeployed());
    const targetsUp = await this.#waitForTargets();
    await this.#settings.plan.own?.checkDeployed(this.prometheusUrl, this.#signal);
    this.#emit({ type: 'traffic', targetsUp });
  }

  /** Each pod of an own service has its time, even when they start one after the other. */
  get #deployLimitMs(): number {
    const { own, rollout } = this.#settings.plan;
    return Math.max(leastDeployLimitMs, (own?.readyWithin.milliseconds ?? 0) * rollout.limits.replicas);
  }

  async #play(): Promise<Verdict> {
    const { plan, release, seed } = this.#settings;
    const traffic = this.#traffic as Traffic;
    const before = await traffic.read();
    if (release.traffic === 'none') await traffic.stop();
    const canaryHash = this.#versions.add(applyRelease(plan.own?.candidate ?? plan.rollout.template, release));
    const releasedAt = Date.now();
    this.#releasedAt = releasedAt;
    this.#faults = this.#scheduleFaults(canaryHash);
    this.#emit({ type: 'release', stableHash: this.#stableHash, canaryHash });
    this.#observer = this.#observe(canaryHash, releasedAt);
    this.#watch = this.#watchEvidence(canaryHash);
    const state = startRelease(canaryHash, releasedAt, this.#controller.state);
    const end = await this.#controller.run(state, releasedAt + release.withinMs);
    // The drain of the last pods belongs to the release: a ping that it loses is the release's.
    while (this.cluster.pods.some(({ isDeleted }) => isDeleted)) await delay(50, undefined, { signal: this.#signal });
    const endedAt = Date.now();
    this.#faults.close();
    this.#watch.close();
    const pings = pingsSince(await traffic.read(), before);
    await this.#observer.finish();
    const run = this.#controller.deciding(end.state);
    const decidedBy = run && decisiveMetric(run);
    const decidedAt = end.decidedAt ?? endedAt;
    const { firstCanaryReadyMs, releasedMs = 0 } = this.#timing.timing;
    const evidenceMs = firstCanaryReadyMs && decidedAt - releasedAt - (firstCanaryReadyMs - releasedMs);
    const verdict: Verdict = {
      ...judge(end, release.expect, this.#faults.outstanding),
      ...(decidedBy ? { decidedBy } : {}),
      decidedAfterMs: decidedAt - releasedAt,
      endedAfterMs: endedAt - releasedAt,
      ...(evidenceMs === undefined || end.decidedAt === undefined ? {} : { evidenceMs }),
      pings,
      seed,
    };
    this.#timing.end(endedAt);
    this.#emit({ type: 'usage', timing: this.#timing.timing, usage: await this.#usage.end() });
    this.#emit({ type: 'verdict', ...verdict });
    return verdict;
  }

  #scheduleFaults(canaryHash: string): FaultSchedule {
    const podsOf = (version: 'canary' | 'stable') =>
      this.#versions.podsOf(version === 'canary' ? canaryHash : this.#stableHash);
    const { cluster } = this;
    const prometheus = this.#prometheus as PrometheusServer;
    const targets = { cluster, prometheus, controller: this.#controller, podsOf, signal: this.#signal };
    return new FaultSchedule({
      faults: this.#settings.release.faults,
      inject: (fault) => injectFault(fault, targets),
      emit: (event) => this.#emit(event),
      fail: (error) => this.#fail.abort(error),
    });
  }

  #watchEvidence(canaryHash: string): EvidenceWatch {
    return new EvidenceWatch({
      pods: () => this.#versions.podsOf(canaryHash),
      balancer: this.cluster.balancer,
      prometheusUrl: this.prometheusUrl,
      counter: answerMetricOf(this.#settings.plan.level).counter,
      report: (message) => this.#emit({ type: 'diagnosis', message }),
    });
  }

  #describeUndeployed(): string {
    const pods = this.cluster.pods.filter(({ identity }) => identity.hash === this.#stableHash);
    const ready = pods.filter(({ phase }) => phase === 'ready').length;
    return `the stable version: got ${ready} of ${this.#settings.plan.rollout.limits.replicas} pods Ready after ${this.#deployLimitMs / 1000} s, expected all; a pod is Ready when its readiness probe succeeds`;
  }

  #observe(canaryHash: string, releasedAt: number): ReleaseObserver {
    const { tempo } = this.#settings;
    return new ReleaseObserver({
      prometheusUrl: this.prometheusUrl,
      level: this.#settings.plan.level,
      namespace: this.#settings.plan.rollout.namespace,
      stableHash: this.#stableHash,
      canaryHash,
      releasedAt,
      spans: () => this.cluster.sink.spans,
      linkOf: tempo && ((traceId) => tempo.linkTo(traceId)),
      emit: (event) => this.#emit(event),
    });
  }

  async #startPrometheus(): Promise<void> {
    const { plan, prometheus } = this.#settings;
    const { folder, freePorts, reaper } = this.cluster;
    const server = await PrometheusServer.start(
      {
        ...{ binary: prometheus, deployment: plan.prometheus, folder, freePorts, reaper },
        supervise: (process, isExpected) => this.cluster.superviseProcess(process, isExpected),
      },
      this.cluster.pods,
    );
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
    this.#traffic = await Traffic.start(this.cluster, this.#settings.plan.pinger, this.#signal);
  }

  #waitForTargets(): Promise<number> {
    const isAnswered = () => (this.#traffic as Traffic).isAnswered();
    return waitForTargets(this.prometheusUrl, this.cluster.pods.length, isAnswered, this.#signal);
  }

  #podChanged(pod: Pod): void {
    const { name, hash } = pod.identity;
    const role: PodRole = hash === undefined ? 'pinger' : hash === this.#stableHash ? 'stable' : 'canary';
    const { phase, restarts, reason } = pod;
    this.#emit({
      type: 'pod',
      pod: name,
      role,
      phase,
      ...(hash === undefined ? {} : { hash }),
      ...(restarts === 0 ? {} : { restarts }),
      ...(reason === undefined ? {} : { reason }),
    });
    this.#prometheus?.setPods(this.cluster.pods);
    this.#controller.wake();
  }

  #emit(event: EventBody): void {
    if (this.#closed) return;
    const at = Date.now();
    const sinceRelease = this.#releasedAt === undefined ? {} : { sinceRelease: at - this.#releasedAt };
    const timed = { ...event, release: this.#settings.release.name, at, ...sinceRelease } as TimedEvent;
    this.#timing.take(timed);
    this.#settings.emit(timed);
    this.#faults?.take(event);
  }
}
