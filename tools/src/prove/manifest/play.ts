import type { ReleaseManifest } from './analysis-manifest.ts';
import { judgeOf, type ManifestMetric, MetricRun } from './measuring.ts';

/** How a release ended: paused means that a human decides. */
export interface PlayedEnd {
  readonly end: 'aborted' | 'paused' | 'promoted';
  /** Seconds since the canary answers. */
  readonly seconds: number;
}

/** What a release is played against. */
export interface PlayedWorld {
  /** The first step lasts that long: until the canary's pods are ready. */
  readonly startSeconds: number;
  /** Told at each second, before anything is read; negative while the pods start. */
  readonly tick: (second: number, weight: number) => void;
  /** `undefined`: no answer, an Error to Argo Rollouts. */
  readonly read: (metric: ManifestMetric) => number | undefined;
}

/** Time after which Argo Rollouts asks again after an error, whatever the interval is. */
const errorRetrySeconds = 10;

/** Plays releases second by second: steps in their order, the watch beside them from its first step on. */
export class ReleasePlayer {
  readonly #release: ReleaseManifest;
  readonly #judges: ReadonlyMap<ManifestMetric, ReturnType<typeof judgeOf>>;

  constructor(release: ReleaseManifest) {
    this.#release = release;
    const gates = release.steps.flatMap((step) => (step.kind === 'analysis' ? step.metrics : []));
    this.#judges = new Map([...gates, ...release.watch].map((metric) => [metric, judgeOf(metric)]));
  }

  play(world: PlayedWorld): PlayedEnd {
    const { steps, startingStep, watch } = this.#release;
    let second = -world.startSeconds;
    let weight = 0;
    let watching: Running[] | undefined;
    for (const [index, step] of steps.entries()) {
      if (index >= startingStep) watching ??= this.#start(watch);
      if (step.kind === 'weight') weight = step.percent;
      // Each step after the first takes effect at once; pods that are replaced meanwhile cost time, not verdicts.
      const gate = step.kind === 'analysis' ? this.#start(step.metrics) : undefined;
      const until = index === 0 ? 0 : step.kind === 'pause' ? second + step.ms / 1000 : gate ? Infinity : second;
      while (second < until) {
        second++;
        world.tick(second, weight);
        const ended = this.#look([...(gate ?? []), ...(watching ?? [])], second, world);
        if (ended !== undefined) return { end: ended, seconds: second };
        if (gate?.every(({ run }) => run.phase === 'Successful')) break;
        if (second > longestSeconds) return { end: 'paused', seconds: second };
      }
    }
    return { end: 'promoted', seconds: second };
  }

  #start(metrics: readonly ManifestMetric[]): Running[] {
    return metrics.map((metric) => ({ metric, run: new MetricRun(metric, this.#judges.get(metric)), due: -Infinity }));
  }

  /** An abort outweighs a pause at the same look. */
  #look(running: readonly Running[], second: number, world: PlayedWorld): 'aborted' | 'paused' | undefined {
    let end: 'aborted' | 'paused' | undefined;
    for (const it of running) {
      while (it.run.phase === undefined && it.due <= second) {
        const reading = world.read(it.metric);
        it.run.measure(reading);
        const from = it.due === -Infinity ? second : it.due;
        it.due = from + (reading === undefined ? errorRetrySeconds : it.metric.intervalMs / 1000);
      }
      const { phase } = it.run;
      if (phase === 'Failed' || phase === 'Error') return 'aborted';
      if (phase === 'Inconclusive') end = 'paused';
    }
    return end;
  }
}

/** Longer than any release lasts that ends by itself, a day of errors included. */
const longestSeconds = 200_000;

interface Running {
  readonly metric: ManifestMetric;
  readonly run: MetricRun;
  /** Second of the next look. */
  due: number;
}
