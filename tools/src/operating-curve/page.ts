import {
  calibratedTest,
  type GateCharacteristic,
  gateCharacteristic,
  intervalCosts,
  type LookSummary,
  pingServiceLevel,
  pingTraffic,
  sequentialTest,
  type SequentialTest,
} from '@observed-rollouts/slo';
import { formatDuration } from '@observed-rollouts/contract';
import { percent, seconds } from '../format.ts';
import { code, table } from '../markdown.ts';
import { storyGates, type StoryGate } from '../story-gates.ts';
import { comparedSection } from './compared-section.ts';
import { curveOf, plotShares, tableShares } from './curve.ts';
import { renderGatePlot } from './plot.ts';
import { watchSection } from './watch-section.ts';

/** The page and its plots by file name within `docs/`. */
export function renderOperatingCurve(): Map<string, string> {
  const gates = storyGates();
  const plots = gates.map((gate) => [plotName(gate), renderGatePlot(gate, curveOf(gate, plotShares(gate)))] as const);
  return new Map([['operating-curve.md', renderPage(gates)], ...plots]);
}

function plotName({ objective }: StoryGate): string {
  return `operating-curve-${objective.name}.svg`;
}

function renderPage(gates: readonly StoryGate[]): string {
  return [
    '# Operating curves',
    '<!-- Generated from libs/slo by `npm run docs`; a test fails when it is stale. -->',
    introduction(gates),
    ...gates.flatMap(objectiveSection),
    ...boundsSection(gates),
    ...intervalSection(gates),
    ...comparedSection(gates),
    ...watchSection(gates, pingServiceLevel),
    ...assumptions(),
  ]
    .join('\n\n')
    .concat('\n');
}

function introduction([gate]: readonly StoryGate[]): string {
  const { promise } = pingServiceLevel;
  return (
    'What the release gate does with a release, against the share of its answers that are really bad: the chance of each end, and the time it takes. ' +
    'Unless a section says otherwise, every figure is computed, not simulated: the walk of each test is followed look by look over all counts that it can have; what is left out is less than ' +
    '10⁻¹². `npm run prove` plays 100,000 seeded random releases for each of its points and fails when a 99.9 % interval misses the exact value.\n\n' +
    `The story: ${pingTraffic.pingsPerSecond} pings per second, ${pingTraffic.weights[0]} % of them to the canary, a look each ` +
    `${formatDuration(promise.lookIntervalMs)} (${gate?.answersPerLook} answers), at most ${formatDuration(promise.budgetMs)}. ` +
    'Times count from the first answer of the canary to the look that decides; the age of the evidence comes on top (see [the look interval](#the-look-interval)).'
  );
}

function objectiveSection(gate: StoryGate): string[] {
  const { name, acceptable, refused } = gate.objective;
  const { test } = gate.run('poisson');
  return [
    `## ${name}: ${percent(acceptable)} is fine, ${percent(refused)} is refused`,
    `![Chance to abort, to promote and to pause, and time to the verdict, against the true share of bad answers](${plotName(gate)})`,
    `Each bad answer moves the walk up by ${test.perBad}, each good one down by ${-test.perGood}. ` +
      `Abort at ${code(`${test.reject}`)} and above, accept at ${code(`${test.accept}`)} and below.`,
    table(
      ['True share', 'Abort', 'Promote', 'Pause', 'Verdict: median', '99 % within', 'Bad answers until then'],
      curveOf(gate, tableShares(gate)).map((characteristic) => curveRow(characteristic, gate)),
    ),
  ];
}

function curveRow(characteristic: GateCharacteristic, { lookSeconds, objective }: StoryGate): string[] {
  const { share, reject, accept, outOfTime, verdict, badAnswers } = characteristic;
  const isNamed = share === objective.acceptable || share === objective.refused;
  return [
    isNamed ? `**${percent(share)}**` : percent(share),
    percent(reject),
    percent(accept),
    percent(outOfTime),
    ...timesOf(verdict, lookSeconds),
    badAnswers.toFixed(1),
  ];
}

function timesOf(summary: LookSummary | undefined, lookSeconds: number): string[] {
  return summary === undefined ? ['–', '–'] : [seconds(summary.p50 * lookSeconds), seconds(summary.p99 * lookSeconds)];
}

function boundsSection(gates: readonly StoryGate[]): string[] {
  return [
    '## The bounds',
    'Wald’s bounds are safe without knowing what the walk does between two looks, and so are farther out than the promise needs. ' +
      'The calibrated pair is the nearest one whose exact error rates keep the promise. There is just one: pulling one bound in turns no walk into an error on the ' +
      'other side, so the nearest reject bound and the nearest accept bound go together, and the pair ends every single release soonest. No criterion has to weigh good releases against bad ones.',
    'A pair that was calibrated for many answers per look profits from how far a walk overshoots its bound in one look, and breaks the promise as soon as ' +
      'less traffic comes. The pair “for any traffic” also holds for a look after every single answer, for as long as it takes: at any rate, any look interval and ' +
      'any budget. That is the one to use; the other shows what its safety costs.',
    table(
      [
        'Objective',
        'Bounds',
        'Abort at',
        'Accept at',
        'False abort',
        'Missed',
        'Good release, mean',
        'Bad release, mean',
      ],
      gates.flatMap(boundsRows),
    ),
    `Chances and times at ${gates[0]?.answersPerLook} answers per look, evenly dealt. Allowed per test: false abort ${percent(gates[0]?.rates.alpha ?? 0)}, ` +
      `missed ${percent(gates[0]?.rates.beta ?? 0)}. A good release is exactly at the acceptable share, a bad one exactly at the refused share: the two hardest cases.`,
  ];
}

function boundsRows(gate: StoryGate): string[][] {
  const { objective, rates, answersPerLook } = gate;
  const { acceptable, refused } = objective;
  const { test, looks } = gate.run('fixed');
  const goal = { acceptable, refused, rates, answersPerLook, looks };
  const declared = [
    { arrivals: { kind: 'fixed', perLook: answersPerLook }, looks },
    { arrivals: { kind: 'poisson', perLook: answersPerLook }, looks },
  ] as const;
  const pairs: readonly (readonly [string, SequentialTest])[] = [
    ['in use', test],
    ['Wald', sequentialTest(acceptable, refused, rates)],
    ['calibrated for any traffic', calibratedTest(goal).test],
    [`calibrated for ${answersPerLook} per look only`, calibratedTest(goal, declared).test],
  ];
  return pairs.map(([label, pair]) => boundsRow(gate, label, pair));
}

function boundsRow(gate: StoryGate, label: string, test: SequentialTest): string[] {
  const run = { ...gate.run('fixed'), test };
  const good = gateCharacteristic(run, gate.objective.acceptable);
  const bad = gateCharacteristic(run, gate.objective.refused);
  return [
    gate.objective.name,
    label,
    `${test.reject}`,
    `${test.accept}`,
    percent(good.reject),
    percent(bad.accept),
    seconds(good.meanLooks * gate.lookSeconds),
    seconds(bad.meanLooks * gate.lookSeconds),
  ];
}

function intervalSection(gates: readonly StoryGate[]): string[] {
  const { budgetMs, lookIntervalMs } = pingServiceLevel.promise;
  const costs = gates.map(({ objective, rates, answersPerLook, lookSeconds }) =>
    intervalCosts(objective, rates, answersPerLook / lookSeconds, budgetMs),
  );
  const rows = (costs[0] ?? []).map((_, index) => {
    const each = costs.map((ofObjective) => ofObjective[index]).filter((cost) => cost !== undefined);
    const intervalMs = each[0]?.lookIntervalMs ?? 0;
    return { intervalMs, each, seconds: each.reduce((sum, cost) => sum + cost.seconds, 0) };
  });
  const best = rows.reduce((least, row) => (row.seconds < least.seconds ? row : least));
  return [
    '## The look interval',
    'Shorter looks let a walk stop where it crosses its bound. The scrape interval goes with the look interval: a look without a new scrape sees nothing new. ' +
      'Both run at their own phase, so that the evidence at a look is half an interval old on average; that is added to each verdict, the scrape itself takes milliseconds. ' +
      'The criterion is the mean time to the verdict of a good and of a bad release, both ages included, summed over the objectives, with bounds calibrated for any traffic.',
    table(
      [
        'Look and scrape every',
        ...gates.map(({ objective }) => `${objective.name}: good, bad`),
        'Sum with ages',
        'Looks in the budget',
      ],
      rows.map((row) => [
        formatDuration(row.intervalMs) + (row.intervalMs === lookIntervalMs ? ' (in use)' : ''),
        ...row.each.map(({ good, bad }) =>
          [good, bad].map(({ meanLooks }) => seconds((meanLooks * row.intervalMs) / 1000)).join(', '),
        ),
        seconds(row.seconds),
        `${budgetMs / row.intervalMs}`,
      ]),
    ),
    `${formatDuration(best.intervalMs)} is soonest. What it costs: the samples of the scraped pods and the looks of an analysis grow as the interval shrinks ` +
      '(one query and one status update of the AnalysisRun per look and test).',
  ];
}

function assumptions(): string[] {
  return [
    '## What the figures assume',
    [
      '- Answers are bad independently of each other. Bursts break that: an objective’s design effect d says how many answers carry the evidence of one; ' +
        'everything then takes d times as many answers.',
      '- The true share is constant while the gate looks. A share that changes is the watch’s task.',
      '- The curves above are for random (Poisson) arrivals at the declared rate. Traffic that is dealt out evenly gives nearly the same: its figures stand in the table of the bounds.',
      '- Each table is for one test alone. The release is aborted when any test rejects, and goes on when all accept: the chances of a false abort add up at most, and the slowest test sets the time.',
      '- One canary pod confounds version and node.',
    ].join('\n'),
  ];
}
