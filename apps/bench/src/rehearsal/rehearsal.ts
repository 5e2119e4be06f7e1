import { join } from 'node:path';
import type { Benchmark, Findings, Row, Stage } from '../benchmark.ts';
import { spreadOf } from '../harness/spread.ts';
import { playRelease, type Played } from './play.ts';
import { environmentOf, predictedSeconds } from './predicted.ts';

/** Releases, how the gate ends each, and how often each is played. */
const releases = [
  { release: 'errors', verdict: 'refused' },
  { release: 'slow', verdict: 'refused' },
  { release: 'best', verdict: 'passed' },
] as const;
const efforts = {
  full: { errors: 3, slow: 3, best: 1 },
  quick: { errors: 1, slow: 0, best: 0 },
} as const satisfies Record<Stage['effort'], Record<(typeof releases)[number]['release'], number>>;

const mostOverheadSeconds = 3;
const mostHarnessShare = 0.15;

export const rehearsal: Benchmark = {
  name: 'rehearsal',
  title: 'A rehearsal of a release',
  method:
    'Releases of the story are played one at a time by the built rehearsal. Times come from its JSON lines. Meanwhile the counters of the pods are read at the pods themselves, the canary’s ' +
    'ten times a second, and judged by the arithmetic of the rendered queries: the overhead of a verdict is the time from the first instant at which the answers given so far were enough, whether a look fell there or ' +
    'not, to the end of the analysis. It holds the wait for the next scrape and the next look, and the controller’s own time. Predicted is what the exact walk of the gate says about a release of the ' +
    'declared shares, without the comparison with stable.',
  minutes: 6,
  run: measureRehearsal,
};

async function measureRehearsal({ effort, progress, signal, folder }: Stage): Promise<Findings> {
  const played: Played[] = [];
  for (const { release } of releases) {
    const times = efforts[effort][release];
    for (let time = 1; time <= times; time++) {
      signal.throwIfAborted();
      const what = `${release}, ${time} of ${times}`;
      // A release that is promoted has nothing to tell for most of a minute.
      const startedAt = performance.now();
      const timer = setInterval(
        () => progress(`${what}: ${Math.round((performance.now() - startedAt) / 1000)} s`),
        10_000,
      );
      try {
        played.push(await playRelease({ release, reportFolder: join(folder, 'report'), signal, progress }));
      } finally {
        clearInterval(timer);
      }
    }
  }
  const seconds = (milliseconds: (times: Played) => number, of = played) =>
    ({ value: spreadOf(of.map((times) => milliseconds(times) / 1000)), unit: 's' }) as const;
  const aim = { atMost: mostOverheadSeconds };
  const rows: Row[] = [
    { what: 'from the command to the first pod Ready', ...seconds(({ firstPodReadyMs }) => firstPodReadyMs) },
    {
      what: 'overhead of a verdict',
      against: 'the evidence',
      ...seconds(({ sinceEvidenceMs }) => sinceEvidenceMs),
      aim,
    },
    {
      what: 'CPU of the harness, of a core',
      value: spreadOf(played.map(({ harnessShare }) => harnessShare)),
      unit: 'share',
      aim: { atMost: mostHarnessShare },
    },
    ...releases.flatMap(({ release, verdict }): Row[] => {
      const own = played.filter((times) => times.release === release);
      if (own.length === 0) return [];
      const predicted = predictedSeconds(environmentOf(release), verdict);
      return [
        {
          what: `${release}: overhead of its verdict`,
          against: 'the evidence',
          ...seconds(({ sinceEvidenceMs }) => sinceEvidenceMs, own),
        },
        {
          what: `${release}: from the release to its verdict`,
          ...seconds(({ sinceReleaseMs }) => sinceReleaseMs, own),
        },
        {
          what: `${release}: from the canary’s first answer to its verdict`,
          ...seconds(({ sinceFirstAnswerMs }) => sinceFirstAnswerMs, own),
          note: `the exact walk predicts ${predicted.median.toFixed(1)} s (median), ${predicted.mean.toFixed(1)} s (mean)`,
        },
      ];
    }),
  ];
  return { rows, plots: [], notes: [] };
}
