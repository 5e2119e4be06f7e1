import {
  comparisonBound,
  comparisonWalk,
  decisive,
  logLikelihoodRatio,
  pingTraffic,
  releaseAnalysis,
  releaseDwellMs,
  riskRatio,
  type SequentialTest,
  type ServiceLevel,
} from '@observed-rollouts/slo';
import type { ReleaseEnd } from '@observed-rollouts/contract';
import type { StoryGate } from '../story-gates.ts';
import { badOf, type Counts, podsAt, type RecordedRelease } from './recorded-release.ts';
import { Rollout, type Rule, type Verdict } from './rollout.ts';

/** This project's gate and what follows it. */
export interface GateRelease {
  readonly gates: readonly StoryGate[];
  /** Looks that each later weight lasts. */
  readonly dwellLooks: number;
  /** Whether an abort also needs the canary to be worse than stable; the page always does, a test against the exact chances doesn't. */
  readonly isCompared: boolean;
  /** What looks beside the gate and after it; absent only in tests of the gate alone. */
  readonly watch?: WatchLimits;
}

/** What the watch tolerates. */
export interface WatchLimits {
  /** How long evidence that isn't clearly against the canary, or too few answers, may last in all before the release pauses. */
  readonly patienceSeconds: number;
  /** Answers of the canary within that time that are enough to judge by. */
  readonly leastAnswers: number;
}

/** The release of the story: its gates, the dwell of its later weights, and what its watch tolerates, as the analysis is rendered. */
export function storyRelease(gates: readonly StoryGate[], level: ServiceLevel): GateRelease {
  return {
    gates,
    dwellLooks: releaseDwellMs(level) / level.promise.lookIntervalMs,
    isCompared: true,
    watch: watchLimits(level),
  };
}

function watchLimits(level: ServiceLevel): WatchLimits {
  const metric = releaseAnalysis(level).watch.find(({ name }) => name === 'answers-of-canary');
  const least = /^result\[0\] >= (\d+)$/.exec(metric?.successCondition ?? '')?.[1];
  if (metric === undefined || least === undefined) {
    throw new Error('comparison: got no watch of the canary’s answers, expected answers-of-canary with a least number');
  }
  return {
    patienceSeconds: (metric.inconclusiveLimit * level.promise.lookIntervalMs) / 1000,
    leastAnswers: Number(least),
  };
}

/** Seconds that the later weights of a release take in all. */
export function dwellSeconds({ gates, dwellLooks }: GateRelease): number {
  return (pingTraffic.weights.length - 1) * dwellLooks * lookSecondsOf(gates);
}

/** A gate with its test at hand, which is asked for at every look. */
interface OpenGate {
  readonly gate: StoryGate;
  readonly test: SequentialTest;
  /** Whether the watch's evidence is enough for an abort. */
  readonly isSuspicious: (bad: number, total: number) => boolean;
}

function opened(gate: StoryGate): OpenGate {
  const { evidence, reject } = gate.watch;
  // The same few counts come up in every release.
  const known = new Map<number, boolean>();
  const isSuspicious = (bad: number, total: number): boolean => {
    const key = total * 65_536 + bad;
    const found = known.get(key) ?? evidence(bad, total - bad) >= reject;
    known.set(key, found);
    return found;
  };
  return { gate, test: gate.run('fixed').test, isSuspicious };
}

/**
 * Judges as the analysis does. At the first weight each objective's test looks until it accepts; one that rejects aborts; looks that run out pause. Beside it and at
 * every later weight the watch looks: evidence together with the comparison aborts, evidence without it pauses after its patience, and so do too few answers.
 */
export function gateRule(settings: GateRelease): Rule {
  const { gates } = settings;
  const looks = looksOf(gates);
  const tests = gates.map(opened);
  return {
    key: 'gate',
    title: 'this gate',
    longestSeconds: looks * lookSecondsOf(gates) + dwellSeconds(settings),
    historySeconds: 0,
    judge: (release) => new Judge(settings, tests, release).judge(looks),
  };
}

class Judge {
  readonly #settings: GateRelease;
  readonly #tests: readonly OpenGate[];
  readonly #lookSeconds: number;
  readonly #rollout: Rollout;
  #notClearlyWorseLooks = 0;
  #unansweredLooks = 0;

  constructor(settings: GateRelease, tests: readonly OpenGate[], release: RecordedRelease) {
    this.#settings = settings;
    this.#tests = tests;
    this.#lookSeconds = lookSecondsOf(settings.gates);
    this.#rollout = new Rollout(release, podsAt(pingTraffic.weights[0]));
  }

  judge(looks: number): Verdict {
    let open = this.#tests;
    for (let look = 1; look <= looks; look++) {
      const now = look * this.#lookSeconds;
      const canary = this.#rollout.canaryBetween(0, now);
      const walks = open.map((each) => ({ each, walk: this.#walk(each, canary, now) }));
      if (walks.some(({ each, walk }) => walk >= each.test.reject)) return this.#rollout.end('aborted', now);
      const watched = this.#watch(canary, now);
      if (watched !== undefined) return this.#rollout.end(watched, now);
      open = walks.filter(({ each, walk }) => walk > each.test.accept).map(({ each }) => each);
      if (open.length === 0) return this.#dwell(now);
    }
    return this.#rollout.end('paused', looks * this.#lookSeconds);
  }

  #dwell(passed: number): Verdict {
    const [, ...later] = pingTraffic.weights;
    let now = passed;
    for (const weight of later) {
      this.#rollout.moveTo(podsAt(weight), now);
      for (let look = 1; look <= this.#settings.dwellLooks; look++) {
        now += this.#lookSeconds;
        const watched = this.#watch(this.#rollout.canaryBetween(0, now), now);
        if (watched !== undefined) return this.#rollout.end(watched, now);
      }
    }
    return this.#rollout.end('promoted', now);
  }

  #walk({ gate, test }: OpenGate, canary: Counts, now: number): number {
    const walk = logLikelihoodRatio(test, badOf(canary, gate.objective.indicator.kind), canary.total);
    // Short of the bound the comparison changes no verdict.
    return this.#settings.isCompared && walk >= test.reject
      ? decisive(walk, this.#comparison(gate, canary, now), test.reject)
      : walk;
  }

  #comparison({ objective, lookSeconds }: StoryGate, canary: Counts, now: number): number {
    const { kind } = objective.indicator;
    // Stable's counters have no "since the release": they are counted from the look that first saw the canary.
    const stable = this.#rollout.remainingStableBetween(lookSeconds, now);
    const comparison = comparisonWalk(
      { bad: badOf(canary, kind), total: canary.total },
      { bad: badOf(stable, kind), total: stable.total },
      riskRatio(objective),
    );
    return comparison / (objective.designEffect ?? 1);
  }

  #watch(canary: Counts, now: number): ReleaseEnd | undefined {
    const { watch } = this.#settings;
    if (watch === undefined) return undefined;
    const { patienceSeconds, leastAnswers } = watch;
    const patience = Math.ceil(patienceSeconds / this.#lookSeconds);
    const suspicious = this.#tests.filter(({ gate, isSuspicious }) =>
      isSuspicious(badOf(canary, gate.objective.indicator.kind), canary.total),
    );
    if (suspicious.some(({ gate }) => this.#comparison(gate, canary, now) >= comparisonBound)) return 'aborted';
    if (suspicious.length > 0) this.#notClearlyWorseLooks++;
    const recent = this.#rollout.canaryBetween(now - patienceSeconds, now);
    if (recent.total < leastAnswers) this.#unansweredLooks++;
    return this.#notClearlyWorseLooks > patience || this.#unansweredLooks > patience ? 'paused' : undefined;
  }
}

function looksOf(gates: readonly StoryGate[]): number {
  return Math.max(...gates.map((gate) => gate.run('fixed').looks));
}

function lookSecondsOf([gate]: readonly StoryGate[]): number {
  if (gate === undefined) throw new Error('comparison: got no gate, expected at least one');
  return gate.lookSeconds;
}
