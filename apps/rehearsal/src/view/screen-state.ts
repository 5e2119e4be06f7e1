import type { TimedEvent } from '../release/event.ts';
import { queuedRelease, type ReleaseState, updateRelease } from './release-state.ts';

export type ReleaseStatus = 'queued' | 'running' | 'PASS' | 'FAIL';

/** All that the live screen shows. */
export interface ScreenState {
  /** In the order of the command line. */
  readonly releases: readonly ReleaseState[];
  /** The release that a key has chosen; absent: the oldest that runs. */
  readonly chosen?: string;
  /** The user asked for the end. */
  readonly stopping: boolean;
}

/** @param releases Names of all releases that this run will play. */
export function emptyScreen(releases: readonly string[]): ScreenState {
  return { releases: [...new Set(releases)].map(queuedRelease), stopping: false };
}

/** Takes an event in; a release that nobody announced is put last. */
export function updateScreen(state: ScreenState, event: TimedEvent): ScreenState {
  const isKnown = state.releases.some(({ release }) => release === event.release);
  const releases = isKnown ? state.releases : [...state.releases, queuedRelease(event.release)];
  return {
    ...state,
    releases: releases.map((release) => (release.release === event.release ? updateRelease(release, event) : release)),
  };
}

export function statusOf({ startedAt, verdict }: ReleaseState): ReleaseStatus {
  if (verdict) return verdict.asExpected ? 'PASS' : 'FAIL';
  return startedAt === undefined ? 'queued' : 'running';
}

/** The release that is shown in full: the chosen one, else the oldest that runs, else the one that ended last, else the first. */
export function shownRelease({ releases, chosen }: ScreenState): ReleaseState | undefined {
  const oldest = releases
    .filter((release) => statusOf(release) === 'running')
    .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0))[0];
  const latest = releases.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))[0];
  return releases.find(({ release }) => release === chosen) ?? oldest ?? latest;
}

/** Chooses the release that is `offset` further on the list, around its end. */
export function chooseNext(state: ScreenState, offset: number): ScreenState {
  const { releases } = state;
  const shown = shownRelease(state);
  const index = releases.findIndex((release) => release === shown);
  const next = releases.at((index + offset) % releases.length);
  return next ? { ...state, chosen: next.release } : state;
}

/** Shows the oldest running one again, whichever that is. */
export function chooseNone({ releases, stopping }: ScreenState): ScreenState {
  return { releases, stopping };
}
