import type { ReleaseManifest } from '../manifest/analysis-manifest.ts';
import type { ManifestMetric } from '../manifest/measuring.ts';
import { type PlayedEnd, ReleasePlayer } from '../manifest/play.ts';

/** A release whose readings are laid down second by second. */
interface Play {
  readonly what: string;
  readonly startSeconds?: number;
  /** A reading that isn't the usual one of a good release. */
  readonly read: (name: string, second: number) => number | undefined;
  readonly end: PlayedEnd['end'];
  readonly seconds: number;
}

/** Readings that are judged alike whatever the bounds: acceptable, refused, and in between. */
const good = {
  gate: -100,
  watch: 1,
  notClearlyWorse: 1,
  'restarts-of-canary': 0,
  'metrics-of-canary': 1,
  'answers-of-canary': 100,
};
const gateEnds = 7;
/** Three later weights of ten seconds. */
const later = 30;

function kindOf(name: string): keyof typeof good {
  if (name in good) return name as keyof typeof good;
  return name.endsWith('-watch') ? 'watch' : name.endsWith('-above-stable') ? 'notClearlyWorse' : 'gate';
}

function usual(name: string, second: number): number {
  const kind = kindOf(name);
  return kind === 'gate' && second < gateEnds ? 0 : good[kind];
}

const bad: Readonly<Partial<Record<keyof typeof good, number>>> = { gate: 100, watch: 1000, 'restarts-of-canary': 1 };
const undecided: Readonly<Partial<Record<keyof typeof good, number>>> = {
  notClearlyWorse: 402,
  'metrics-of-canary': 0,
  'answers-of-canary': 0,
};

function playsFor(name: string): Play[] {
  const kind = kindOf(name);
  const only = (reading: number | undefined, from: number, to: number) => (asked: string, second: number) =>
    asked === name && second >= from && second <= to ? reading : undefined;
  const failing = bad[kind];
  const pausing = undecided[kind];
  return [
    ...(kind === 'gate'
      ? [
          { what: `${name} never decides`, read: only(0, -Infinity, Infinity), end: 'paused', seconds: 300 } as const,
          {
            what: `${name} decides at its last look`,
            read: only(0, -Infinity, 299),
            end: 'promoted',
            seconds: 300 + later,
          } as const,
        ]
      : []),
    ...(failing === undefined
      ? []
      : [{ what: `${name} fails once`, read: only(failing, 5, 5), end: 'aborted', seconds: 5 } as const]),
    ...(failing === undefined || kind === 'gate'
      ? []
      : [
          {
            what: `${name} fails at the last weight`,
            read: only(failing, 36, 36),
            end: 'aborted',
            seconds: 36,
          } as const,
        ]),
    ...(pausing === undefined
      ? []
      : [
          {
            what: `${name} is undecided for a minute`,
            read: whileGateLooks(name, pausing, 60),
            end: 'promoted',
            seconds: 100 + later,
          } as const,
          {
            what: `${name} is undecided for longer`,
            read: whileGateLooks(name, pausing, 61),
            end: 'paused',
            seconds: 61,
          } as const,
        ]),
  ];
}

/** The gate decides after 100 seconds, and a metric of the watch is undecided from the start for some seconds. */
function whileGateLooks(name: string, reading: number, seconds: number) {
  return (asked: string, second: number): number | undefined => {
    if (asked === name && second >= 1 && second <= seconds) return reading;
    return kindOf(asked) === 'gate' && second < 100 ? 0 : undefined;
  };
}

const always: readonly Play[] = [
  { what: 'a good release', read: () => undefined, end: 'promoted', seconds: gateEnds + later },
  {
    what: 'a good release whose pods take 90 s to start',
    startSeconds: 90,
    read: (name, second) => (second > 0 ? undefined : undecided[kindOf(name)]),
    end: 'promoted',
    seconds: gateEnds + later,
  },
];

/** The first play that ends otherwise than promised. */
export function wrongPlay(release: ReleaseManifest): string | undefined {
  const player = new ReleasePlayer(release);
  const gate = release.steps.flatMap((step) => (step.kind === 'analysis' ? step.metrics : []));
  for (const { what, startSeconds = 0, read, end, seconds } of [
    ...always,
    ...[...gate, ...release.watch].flatMap(({ name }) => playsFor(name)),
  ]) {
    let now = 0;
    const played = player.play({
      startSeconds,
      tick: (second) => (now = second),
      read: ({ name }: ManifestMetric) => read(name, now) ?? usual(name, now),
    });
    if (played.end !== end || played.seconds !== seconds) {
      return `${what}: ${played.end} after ${played.seconds} s, expected ${end} after ${seconds} s`;
    }
  }
  return undefined;
}
