import { drawInteger, type Random, seededRandom } from '../../src/cluster/random.ts';
import { type Behaviour, liveThrough, type PodHistory, type PodLife } from './pod-history.ts';

/** One release as Prometheus saw it, and when it is looked at. */
export interface CountSequence {
  /** Unique; also the namespace of its pods. */
  readonly name: string;
  readonly canaryHash: string;
  readonly stableHash: string;
  readonly pods: readonly PodHistory[];
  /** Milliseconds since the start of the sequence, ascending by a second. */
  readonly looks: readonly number[];
  /** How the upper bound of the latency bucket is written: Prometheus 2 keeps `1`, Prometheus 3 writes `1.0`. */
  readonly bucketBound: '1' | '1.0';
}

const good: Behaviour = { rate: 2, bad: 0.04, slow: 0.08 };
const failing: Behaviour = { rate: 2, bad: 0.4, slow: 0.08 };
const slow: Behaviour = { rate: 2, bad: 0.04, slow: 0.5 };
const silent: Behaviour = { rate: 0, bad: 0, slow: 0 };

interface Draw {
  readonly random: Random;
  /** Milliseconds of the last look. */
  readonly end: number;
}

type Lives = (draw: Draw) => readonly PodLife[];

/** A pod with its own scrape phase, there from `from` (seconds) to the end and beyond. */
function pod({ random, end }: Draw, name: string, from: number, life: Partial<PodLife> = {}): PodLife {
  return {
    pod: name,
    version: name.startsWith('canary') ? 'canary' : 'stable',
    firstScrape: from * 1000 + 250 * drawInteger(random, 4),
    lastScrape: end,
    behaviour: () => good,
    markedEnd: false,
    ...life,
  };
}

/** Four stable pods with a past, whose counters are far from 0. */
function stables(draw: Draw, life: Partial<PodLife> = {}): PodLife[] {
  return [1, 2, 3, 4].map((index) => pod(draw, `stable-${index}`, 0, { before: 50, ...life }));
}

/** Seconds from `from` on, up to `spread` later. */
function sometime({ random }: Draw, from: number, spread: number): number {
  return (from + drawInteger(random, spread)) * 1000;
}

const anyBehaviour = ({ random }: Draw): Behaviour => [good, failing, slow][drawInteger(random, 3)] as Behaviour;

/** What befalls the pods of a release, by what a test says about it. */
const kinds: Readonly<Record<string, { readonly seconds: number; readonly lives: Lives }>> = {
  'good-canary': { seconds: 45, lives: (draw) => [...stables(draw), pod(draw, 'canary-1', 3)] },
  'failing-canary': {
    seconds: 40,
    lives: (draw) => [...stables(draw), pod(draw, 'canary-1', 3, { behaviour: () => failing })],
  },
  'slow-canary': {
    seconds: 40,
    lives: (draw) => [...stables(draw), pod(draw, 'canary-1', 3, { behaviour: () => slow })],
  },
  'newborn-with-counts': {
    seconds: 30,
    lives: (draw) => {
      const behaviour = anyBehaviour(draw);
      return [...stables(draw), pod(draw, 'canary-1', 5, { before: 4, behaviour: () => behaviour })];
    },
  },
  'missed-scrapes': {
    seconds: 40,
    lives: (draw) => {
      const missing = { skipped: 0.2, failed: 0.15 };
      const behaviour = anyBehaviour(draw);
      return [...stables(draw, missing), pod(draw, 'canary-1', 2, { ...missing, behaviour: () => behaviour })];
    },
  },
  'counter-reset': {
    seconds: 40,
    lives: (draw) => {
      const behaviour = anyBehaviour(draw);
      return [
        ...stables(draw).slice(0, 3),
        pod(draw, 'stable-4', 0, { before: 50, restarts: [sometime(draw, 8, 20)] }),
        pod(draw, 'canary-1', 2, { behaviour: () => behaviour, restarts: [sometime(draw, 8, 25)] }),
      ];
    },
  },
  'replaced-at-a-weight-change': {
    seconds: 40,
    lives: (draw) => {
      const change = 10 + drawInteger(draw.random, 8);
      const behaviour = anyBehaviour(draw);
      return [
        ...stables(draw).slice(0, 3),
        pod(draw, 'stable-4', 0, { before: 50, lastScrape: change * 1000, markedEnd: true }),
        pod(draw, 'canary-1', 2, { behaviour: () => behaviour }),
        pod(draw, 'canary-2', change, { behaviour: () => behaviour, before: 1 }),
      ];
    },
  },
  'canary-fell-silent': {
    seconds: 335,
    lives: (draw) => [
      ...stables(draw, { behaviour: (at) => (at > 20_000 ? silent : good) }),
      pod(draw, 'canary-1', 2, { lastScrape: sometime(draw, 14, 8), behaviour: () => good }),
    ],
  },
  'canary-ended': {
    seconds: 40,
    lives: (draw) => [
      ...stables(draw),
      pod(draw, 'canary-1', 2, { lastScrape: sometime(draw, 8, 10), markedEnd: true, behaviour: () => failing }),
    ],
  },
  'two-canaries': {
    seconds: 35,
    lives: (draw) => [
      ...stables(draw).slice(0, 3),
      pod(draw, 'canary-1', 2, { behaviour: () => anyBehaviour(draw) }),
      pod(draw, 'canary-2', 3, { lateCodes: true }),
    ],
  },
  'stable-rolling': {
    seconds: 40,
    lives: (draw) => [
      ...stables(draw).slice(0, 3),
      pod(draw, 'stable-4', 0, { before: 50, lastScrape: sometime(draw, 9, 6), markedEnd: true }),
      pod(draw, 'stable-5', 14, { before: 3, lateCodes: true }),
      pod(draw, 'canary-1', 2, { behaviour: () => failing }),
    ],
  },
  'late-failures': {
    seconds: 40,
    lives: (draw) => {
      const faultless = { behaviour: () => ({ ...good, bad: 0 }), lateCodes: true };
      const gone = { lastScrape: sometime(draw, 14, 5), markedEnd: true, behaviour: () => failing };
      return [
        ...stables(draw, faultless).slice(0, 3),
        pod(draw, 'stable-4', 0, { before: 50, lateCodes: true, ...gone }),
        pod(draw, 'canary-1', 3, {
          lateCodes: true,
          behaviour: (at) => (at > 22_000 ? failing : faultless.behaviour()),
        }),
      ];
    },
  },
  'unseen-for-seconds': {
    seconds: 40,
    lives: (draw) => {
      const from = sometime(draw, 12, 8);
      return [...stables(draw), pod(draw, 'canary-1', 3, { behaviour: () => failing, unseen: [from, from + 5_000] })];
    },
  },
  'both-failing': {
    seconds: 45,
    lives: (draw) => [
      ...stables(draw, { behaviour: (at) => (at > 6_000 ? failing : good) }),
      pod(draw, 'canary-1', 6, { behaviour: () => failing }),
    ],
  },
  'no-traffic': {
    seconds: 80,
    lives: (draw) => [
      ...stables(draw, { behaviour: () => silent }),
      pod(draw, 'canary-1', 2, { behaviour: () => silent }),
    ],
  },
  'absent-at-first': {
    seconds: 45,
    lives: (draw) => {
      const behaviour = anyBehaviour(draw);
      return [
        ...stables(draw),
        pod(draw, 'canary-1', 15 + drawInteger(draw.random, 8), { behaviour: () => behaviour }),
      ];
    },
  },
};

export const kindsOfSequence = Object.keys(kinds);

/** A sequence of a kind; the same seed draws the same one. */
export function countSequence(kind: string, seed: number): CountSequence {
  const { seconds, lives } = kinds[kind] as { seconds: number; lives: Lives };
  const random = seededRandom(seed);
  // In a window that ends a minute or more after the first scrape no sample lies exactly on an edge, where versions of Prometheus differ.
  const offsets = seconds < 60 ? [0, 100, 350, 750] : [100, 350, 600, 850];
  const offset = offsets[drawInteger(random, offsets.length)] as number;
  const looks = Array.from({ length: seconds }, (_, second) => second * 1000 + offset);
  const pods = lives({ random, end: seconds * 1000 + 1000 }).map((life) => liveThrough(life, random));
  return {
    name: `${kind}-${seed}`,
    canaryHash: `c${seed}`,
    stableHash: `s${seed}`,
    pods,
    looks,
    bucketBound: random() < 0.5 ? '1' : '1.0',
  };
}
