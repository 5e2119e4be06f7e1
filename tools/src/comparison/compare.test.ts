import { pingServiceLevel } from '@observed-rollouts/slo';
import { expect, test } from 'vitest';
import type { StoryGate } from '../story-gates.ts';
import { compare, type Cell } from './compare.ts';
import { fixedSampleRule } from './fixed-sample-rule.ts';
import { gateRule } from './gate-rule.ts';
import { minuteVariants } from './rules.ts';
import { minuteRule } from './minute-rule.ts';
import { pooledRateRule } from './pooled-rate-rule.ts';
import { gateOf, releaseWith } from './story-release.fixture.ts';

/** Wald's test at 1 % and 1 %, written out, with a look each 5 s, so that calibrating the story's gate changes nothing here. */
const wald = { perBad: 1.386294, perGood: -0.17185, accept: -4.59512, reject: 4.59512 };
const gate: StoryGate = {
  ...gateOf('availability'),
  rates: { alpha: 0.01, beta: 0.01 },
  lookSeconds: 5,
  run: (kind) => ({ test: wald, arrivals: { kind, perLook: 10 }, looks: 60 }),
};
const rules = [
  gateRule({ gates: [gate], dwellLooks: 0, isCompared: true }),
  pooledRateRule,
  ...minuteVariants(pingServiceLevel).map(minuteRule),
  fixedSampleRule([gate]),
];

function figures({ ends, p50, p99, bad }: Cell): number[] {
  return [ends.aborted.share, ends.promoted.share, ends.paused.share, p50, p99, Number(bad.toFixed(2))];
}

test('a seeded comparison has these figures: aborted, promoted, paused, median, 99th percentile, bad answers', () => {
  const situations = [0.05, 0.1, 0.35].map((share) => releaseWith(share));
  const comparison = compare(situations, rules, pingServiceLevel, { releases: 200, seed: 1 });
  expect([...comparison].map(([{ name }, cells]) => [name, ...cells.map(figures)])).toMatchInlineSnapshot(`
    [
      [
        "0.05 fail",
        [
          0.005,
          0.995,
          0,
          25,
          75,
          2.83,
        ],
        [
          0,
          1,
          0,
          180,
          180,
          39.97,
        ],
        [
          1,
          0,
          0,
          300,
          360,
          32.41,
        ],
        [
          0.335,
          0.665,
          0,
          420,
          480,
          92.44,
        ],
        [
          0,
          1,
          0,
          240,
          240,
          60.7,
        ],
        [
          0.005,
          0.995,
          0,
          50,
          60,
          5.2,
        ],
      ],
      [
        "0.1 fail",
        [
          0.23,
          0.765,
          0.005,
          55,
          295,
          15.08,
        ],
        [
          0,
          1,
          0,
          180,
          180,
          78.55,
        ],
        [
          1,
          0,
          0,
          300,
          300,
          60.3,
        ],
        [
          1,
          0,
          0,
          300,
          360,
          64.41,
        ],
        [
          0,
          1,
          0,
          240,
          420,
          130.62,
        ],
        [
          0.37,
          0.63,
          0,
          50,
          60,
          10.16,
        ],
      ],
      [
        "0.35 fail",
        [
          1,
          0,
          0,
          15,
          25,
          9.62,
        ],
        [
          1,
          0,
          0,
          140,
          160,
          139.06,
        ],
        [
          1,
          0,
          0,
          300,
          300,
          209.99,
        ],
        [
          1,
          0,
          0,
          300,
          300,
          209.99,
        ],
        [
          1,
          0,
          0,
          300,
          300,
          209.99,
        ],
        [
          1,
          0,
          0,
          50,
          60,
          35.58,
        ],
      ],
    ]
  `);
});

test('every rule meets the same draws, whatever other rules and situations are compared', () => {
  const sample = { releases: 50, seed: 3 };
  const situation = releaseWith(0.12);
  const together = compare([releaseWith(0.3), situation], rules, pingServiceLevel, sample).get(situation);
  const apart = rules.map(
    (rule) => compare([situation], [rule, pooledRateRule], pingServiceLevel, sample).get(situation)?.[0],
  );
  expect(together?.map(({ ends }) => ends)).toEqual(apart.map((cell) => cell?.ends));
});

test('the harm in all goes on after a promotion, stays at its weight after a pause, and ends with an abort', () => {
  const [aborting, promoting, pausing] = (['aborted', 'promoted', 'paused'] as const).map((end) => ({
    ...pooledRateRule,
    longestSeconds: 110,
    judge: () => ({ end, seconds: 10, canary: { total: 20, failed: 20, slow: 0 }, pods: 1 }),
  }));
  const situation = releaseWith(1);
  const cells = compare([situation], [aborting!, promoting!, pausing!], pingServiceLevel, { releases: 1, seed: 1 });
  // 20 answers, of which the objective allows one; then 100 s at 10 answers per second on all, or on one of five pods.
  expect(cells.get(situation)?.map(({ excessInAll }) => Math.round(excessInAll))).toEqual([19, 19 + 950, 19 + 190]);
});
