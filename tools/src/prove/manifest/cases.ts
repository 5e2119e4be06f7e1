import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniformFrom } from '../draws.ts';
import { type Interval, meanInterval, shareInterval } from '../interval.ts';
import type { Finding, Point } from '../points.ts';
import { parseManifest, readRelease, type ReleaseManifest } from './analysis-manifest.ts';
import { type PlayedEnd, ReleasePlayer } from './play.ts';
import { type SimulatedBehaviour, SimulatedRelease } from './simulated-release.ts';

const manifestFile = join(import.meta.dirname, '../../../../dist/manifests/40-ping-service.yaml');

/** Text of the committed manifest that judges releases of ping-service. */
export function manifestText(): string {
  return readFileSync(manifestFile, 'utf8');
}

/** A release that was played, with what its users saw of it. */
export interface PlayedRelease extends PlayedEnd {
  /** Answers of the canary that failed. */
  readonly failedAnswers: number;
}

/** What is promised of a kind of release: a greatest chance, or a greatest mean. */
type Promised =
  | { readonly what: string; readonly atMost: number; readonly chanceOf: (release: PlayedRelease) => boolean }
  | { readonly what: string; readonly atMost: number; readonly meanOf: (release: PlayedRelease) => number };

interface Case {
  readonly name: string;
  readonly behaviour: SimulatedBehaviour;
  readonly release?: (release: ReleaseManifest) => ReleaseManifest;
  readonly promised: readonly Promised[];
  /** Part of the releases that is played, where each takes thousands of looks. */
  readonly part?: number;
}

const notEnding = (end: PlayedEnd['end']) => (release: PlayedRelease) => release.end !== end;
const ending = (end: PlayedEnd['end']) => (release: PlayedRelease) => release.end === end;

/** The declared behaviour of the story: one answer of twenty fails, none takes longer than a second. */
const story = { failed: 0.05, slow: 0 };
/** Both objectives just met: the worst release that is still good. */
const justMet = { failed: 0.05, slow: 0.1 };
const perSecond = 10;

const cases: readonly Case[] = [
  {
    name: '35 % of 2 answers per second fail',
    behaviour: { canary: { failed: 0.35, slow: 0 }, stable: story, perSecond },
    promised: [
      { what: 'no abort', atMost: 0.01, chanceOf: notEnding('aborted') },
      { what: 'evidence later than 10 s', atMost: 0.5, chanceOf: ({ seconds }) => seconds > 10 },
      { what: 'evidence later than 25 s', atMost: 0.01, chanceOf: ({ seconds }) => seconds > 25 },
      { what: 'failed answers (mean)', atMost: 10, meanOf: ({ failedAnswers }) => failedAnswers },
    ],
  },
  {
    name: '5 % fail, 10 % are slow, as stable does',
    behaviour: { canary: justMet, stable: justMet, perSecond },
    promised: [{ what: 'abort', atMost: 0.01, chanceOf: ending('aborted') }],
  },
  {
    name: '5 % fail, none is slow, as stable does',
    behaviour: { canary: story, stable: story, perSecond },
    promised: [{ what: 'abort', atMost: 0.01, chanceOf: ending('aborted') }],
  },
  {
    name: '20 % fail',
    behaviour: { canary: { failed: 0.2, slow: 0 }, stable: story, perSecond },
    promised: [{ what: 'promote', atMost: 0.01, chanceOf: ending('promoted') }],
  },
  {
    name: '30 % are slow',
    behaviour: { canary: { failed: 0.05, slow: 0.3 }, stable: story, perSecond },
    promised: [{ what: 'promote', atMost: 0.01, chanceOf: ending('promoted') }],
  },
  {
    name: '45 % are slow',
    behaviour: { canary: { failed: 0.05, slow: 0.45 }, stable: story, perSecond },
    promised: [{ what: 'no abort', atMost: 0.01, chanceOf: notEnding('aborted') }],
  },
  {
    name: 'both versions fail 35 % from the release on',
    behaviour: { canary: { failed: 0.35, slow: 0 }, stable: { failed: 0.35, slow: 0 }, perSecond },
    promised: [
      { what: 'abort', atMost: 0.01, chanceOf: ending('aborted') },
      { what: 'no pause', atMost: 0.01, chanceOf: notEnding('paused') },
    ],
  },
  // The shares at which the comparison errs most: enough to be refused in some releases, too little to be told apart soon.
  {
    name: 'both versions fail 9 % from the release on',
    behaviour: { canary: { failed: 0.09, slow: 0 }, stable: { failed: 0.09, slow: 0 }, perSecond },
    promised: [{ what: 'abort', atMost: 0.01, chanceOf: ending('aborted') }],
  },
  {
    name: '15 % are slow in both versions from the release on',
    behaviour: { canary: { failed: 0.05, slow: 0.15 }, stable: { failed: 0.05, slow: 0.15 }, perSecond },
    promised: [{ what: 'abort', atMost: 0.01, chanceOf: ending('aborted') }],
  },
  {
    name: 'no traffic',
    behaviour: { canary: story, stable: story, perSecond: 0 },
    promised: [
      { what: 'promote', atMost: 0, chanceOf: ending('promoted') },
      { what: 'no pause', atMost: 0, chanceOf: notEnding('paused') },
    ],
  },
  {
    name: 'two hours of the watch, 5 % fail, 10 % are slow',
    behaviour: { canary: justMet, stable: justMet, perSecond },
    release: watchOnly(7_200_000),
    part: 0.05,
    promised: [{ what: 'abort', atMost: 0.01, chanceOf: ending('aborted') }],
  },
  {
    name: 'two hours of the watch, both versions fail 10 %',
    behaviour: { canary: { failed: 0.1, slow: 0 }, stable: { failed: 0.1, slow: 0 }, perSecond },
    release: watchOnly(7_200_000),
    part: 0.2,
    promised: [
      { what: 'abort', atMost: 0.01, chanceOf: ending('aborted') },
      { what: 'promote', atMost: 0.01, chanceOf: ending('promoted') },
    ],
  },
];

/** A release whose first weight lasts a while with nothing but the watch, as when a human takes their time. */
function watchOnly(ms: number): (release: ReleaseManifest) => ReleaseManifest {
  return (release) => ({ ...release, steps: [...release.steps.slice(0, 1), { kind: 'pause', ms }], startingStep: 1 });
}

/** What the manifest's own text makes of simulated releases: one point for each kind of release. */
export function manifestPoints(text = manifestText()): Point[] {
  const release = readRelease(parseManifest(text));
  return cases.map((it) => ({
    name: `dist/manifests, ${it.name}`,
    prove: (releases, seed) =>
      proveCase(it, it.release?.(release) ?? release, Math.ceil(releases * (it.part ?? 1)), seed),
  }));
}

function proveCase({ behaviour, promised }: Case, release: ReleaseManifest, releases: number, seed: number): Finding[] {
  const player = new ReleasePlayer(release);
  const world = new SimulatedRelease(release, behaviour);
  const uniform = uniformFrom(seed);
  const played = Array.from({ length: releases }, (): PlayedRelease => {
    const end = player.play(world.begin(uniform));
    return { ...end, failedAnswers: world.failedAnswers };
  });
  return promised.map((promise) => findingOf(promise, played));
}

/** Refuted when the interval lies above what is promised. */
function findingOf(promise: Promised, played: readonly PlayedRelease[]): Finding {
  const { what, atMost } = promise;
  const { measured, interval } =
    'chanceOf' in promise ? shareOf(promise.chanceOf, played) : meanOf(promise.meanOf, played);
  return { what, stated: atMost, kind: 'at most', measured, interval, holds: interval.low <= atMost };
}

function shareOf(holds: (release: PlayedRelease) => boolean, played: readonly PlayedRelease[]): Measured {
  const count = played.filter(holds).length;
  return { measured: count / played.length, interval: shareInterval(count, played.length) };
}

function meanOf(value: (release: PlayedRelease) => number, played: readonly PlayedRelease[]): Measured {
  const values = played.map(value);
  const sum = values.reduce((total, it) => total + it, 0);
  const squares = values.reduce((total, it) => total + it * it, 0);
  return { measured: sum / played.length, interval: meanInterval(sum, squares, played.length) };
}

interface Measured {
  readonly measured: number;
  readonly interval: Interval;
}
