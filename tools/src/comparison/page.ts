import { formatDuration } from '@observed-rollouts/contract';
import { pingTraffic } from '@observed-rollouts/slo';
import { percent, seconds } from '../format.ts';
import { code, table } from '../markdown.ts';
import { betterSections } from './better.ts';
import { spanOf } from './compare.ts';
import { planSample } from './fixed-sample-rule.ts';
import { answers, estimate, sharePercent } from './format.ts';
import { dwellSeconds } from './gate-rule.ts';
import { minute } from './minute-rule.ts';
import { objectiveOf } from './objective-of.ts';
import { renderComparisonPlot } from './plot.ts';
import { pooledRate } from './pooled-rate-rule.ts';
import { pods } from './recorded-release.ts';
import { minuteVariants } from './rules.ts';
import type { Situation } from './situation.ts';
import { allOf, cellsOf, playStudy, type Study } from './study.ts';
import { endTable, harmInAllTable, harmTable, timeTable, toleratedWrong } from './tables.ts';

/** What the page is drawn with; any other seed gives other releases, none of them better chosen. */
export const pageSample = { releases: 2000, seed: 1 } as const;

const plotName = 'comparison.svg';

/** The page and its plot by file name within `docs/`. */
export function renderComparison(): Map<string, string> {
  const study = playStudy(pageSample);
  return new Map([
    ['comparison.md', renderPage(study)],
    [plotName, renderComparisonPlot(study)],
  ]);
}

function renderPage(study: Study): string {
  return [
    '# Compared with what people use',
    '<!-- Generated from libs/slo, releases and dist/manifests by `npm run docs`; a test fails when it is stale. -->',
    introduction(study),
    ...inShort(study),
    ...rules(study),
    ...releases(study),
    ...results(study),
    '## Where another rule does better',
    'Found in the figures above by a program, not chosen.',
    ...betterSections(study),
    ...costs(study),
    ...leftOut(),
  ]
    .join('\n\n')
    .concat('\n');
}

function introduction({ rules: all, sample, situations }: Study): string {
  return (
    `The same releases, judged by ${all.length} rules: this project’s gate, the demo that it descends from, success rates per minute as Flagger has them, and a test of one planned sample. ` +
    `${allOf(situations).length} kinds of releases, ${sample.releases.toLocaleString('en')} of each, seeded: every rule meets the same pings, each with the same pod and the same draws, ` +
    'and so does every kind of release. Intervals are those of Clopper and Pearson at 95 %. Times count from the first answer of the canary at the first weight.'
  );
}

function inShort(study: Study): string[] {
  const { errors, latency, trouble } = study.situations;
  const constant = [...errors, ...latency];
  const good = constant.filter(({ right }) => right.includes('promoted'));
  const bad = constant.filter(({ right }) => right.includes('aborted'));
  const unseen = trouble.filter(({ traffic }) => traffic !== 'all');
  const shared = trouble.filter(({ right, traffic }) => traffic === 'all' && right.includes('paused'));
  const worst = (situations: readonly Situation[], end: 'aborted' | 'promoted', index: number) =>
    Math.max(...situations.map((situation) => cellsOf(study, situation)[index]?.ends[end].share ?? 0));
  const longest = (situations: readonly Situation[], index: number) =>
    Math.max(...situations.map((situation) => cellsOf(study, situation)[index]?.p50 ?? 0));
  const mostHarm = (index: number) =>
    Math.max(...bad.map((situation) => cellsOf(study, situation)[index]?.excessInAll ?? 0));
  const flagged = (share: number) => (share > toleratedWrong ? `**${sharePercent(share)}**` : sharePercent(share));
  return [
    '## In short',
    table(
      [
        'Rule',
        'Good release aborted',
        'Bad release promoted',
        'Shared outage blamed',
        'Promoted without evidence',
        'Good release has ended, median',
        'Bad release has ended, median',
        'Bad answers beyond the objective',
      ],
      study.rules.map(({ title }, index) => [
        title,
        flagged(worst(good, 'aborted', index)),
        flagged(worst(bad, 'promoted', index)),
        flagged(worst(shared, 'aborted', index)),
        flagged(worst(unseen, 'promoted', index)),
        seconds(longest(good, index)),
        seconds(longest(bad, index)),
        answers(mostHarm(index)),
      ]),
    ),
    'Each figure is the worst over its kind of releases. Good: every objective is met, up to exactly at it. Bad: a refused share is reached. Both with constant shares and independent failures; ' +
      `bursts and ramps are [below](#where-another-rule-does-better). Bold: a wrong end in more than ${percent(toleratedWrong)} of the releases.`,
  ];
}

function rules(study: Study): string[] {
  const { level, gates, release } = study;
  const { promise, objectives } = level;
  const [first, ...later] = pingTraffic.weights;
  const tests = gates.map((gate) => {
    const { test } = gate.run('fixed');
    return `${gate.objective.name}: accept at ${code(`${test.accept}`)}, abort at ${code(`${test.reject}`)}`;
  });
  const plans = gates.map(({ objective, rates }) => {
    const { answers: size, reject } = planSample(objective, rates);
    return `${objective.name}: ${size} answers, abort from ${reject} bad ones on`;
  });
  const [titleOfGate, titleOfPooled, ...titlesOfOthers] = study.rules.map(({ title }) => title);
  const variants = minuteVariants(level);
  const perMinute = (index: number, what: string): string[] => [
    titlesOfOthers[index] ?? '',
    `${what}: at least ${percent(variants[index]?.leastSuccess ?? 0)} of the canary’s answers of the last ${minute.intervalSeconds} s succeed and ${percent(variants[index]?.leastFast ?? 0)} are in time. ` +
      `One check a minute; the ${minute.failedChecks}th failed one rolls back, each passed one raises the weight (${pingTraffic.weights.join(', ')} %), the last one promotes. No answers: a failed check.`,
  ];
  return [
    '## The rules',
    table(
      ['Rule', 'Configuration', 'Source'],
      [
        [
          titleOfGate ?? '',
          `Sequential tests of ${objectives.map(({ name, acceptable, refused }) => `${name} (${percent(acceptable)} fine, ${percent(refused)} refused)`).join(' and ')} at ${first} % weight, a look each ` +
            `${formatDuration(promise.lookIntervalMs)}, at most ${formatDuration(promise.budgetMs)}, then pause. ${tests.join('; ')}; an abort also needs the canary to be worse than stable. ` +
            `Then ${later.join(', ')} % for ${seconds(dwellSeconds(release) / later.length)} each. Beside all of it the watch: evidence at ${gates[0]?.watch.reject} and the comparison abort; ` +
            `${seconds(release.watch?.patienceSeconds ?? 0)} of evidence without the comparison, or of too few answers, pause.`,
          '`libs/slo`, as it stands; [operating curves](operating-curve.md)',
        ],
        [
          titleOfPooled ?? '',
          `Success share of all pods together over ${pooledRate.windowSeconds} s must be over ${percent(pooledRate.leastSuccess)}, each ${pooledRate.intervalSeconds} s, the first miss aborts; 90th percentile of the ` +
            `latency under ${describeBound(level)}, miss ${pooledRate.slowFailureLimit + 1} aborts. ${pooledRate.steps.map(({ weight, seconds: pause }) => `${weight} % for ${pause} s`).join(', ')}. Division by no answers is NaN, a miss.`,
          'observe-argo-rollout (the ancestor), `analysis-template.yaml` and `app.yaml` at 3eb76e5',
        ],
        [
          ...perMinute(0, 'The documented success rate'),
          'Flagger’s documentation, “Metrics Analysis”: `interval: 1m`, `threshold: 5`, `min: 99`. Its latency example (99 % under 500 ms) would refuse the story’s stable version, so the objective’s is taken',
        ],
        [...perMinute(1, 'The line at the objectives'), 'the same, with this story’s objectives'],
        [
          ...perMinute(2, 'The line in the middle between objective and refused share'),
          'the same, with a line that knows what should be refused',
        ],
        [
          titlesOfOthers[3] ?? '',
          `Exact binomial test per objective with the same error rates as the gate’s (false abort ${gates.map(({ rates }) => percent(rates.alpha)).join(' and ')}, missed ${gates.map(({ rates }) => percent(rates.beta)).join(' and ')}): ` +
            `${plans.join('; ')}. At ${first} % weight; promoted at once when no test rejects; pause after ${formatDuration(promise.budgetMs)} without full samples.`,
          'textbook; the smallest sample that keeps both error rates',
        ],
      ],
    ),
    'Where a choice had to be made, it favours the other rule: all see fresh counts without the age of a scrape, a rate is the true share of its window (Prometheus loses what comes before a ' +
      'new series’ first sample), Flagger rolls back with its last failed check (its code does so a minute later), and weights change at once.',
  ];
}

function releases({ level, rules: all }: Study): string[] {
  const { seconds: span } = spanOf(all);
  return [
    '## The releases',
    `${pingTraffic.pingsPerSecond} pings per second at a constant rate, each on a connection of its own to a random one of ${pods} pods; at ${pingTraffic.weights[0]} % weight one of them is the canary’s. ` +
      'The stable version is the story’s: its failures and latencies are read from `dist/manifests`, those of `slow` and `best` from `releases`. Failures and slow answers are independent of each other; ' +
      `slow means over ${describeBound(level)}. Each row of the results changes one thing.`,
    `Bad answers are the canary’s failed ones, in the latency rows its slow ones. The excess is what is beyond the objective’s share of as many answers. The last table follows each release for ${seconds(span)}, the ` +
      'longest that any rule takes: an aborted version harms no longer, a promoted one serves everything, a paused one stays at its weight (nobody comes to look). ' +
      'Without the shared outage, which no end of a release ends.',
  ];
}

function describeBound(level: Study['level']): string {
  const { indicator } = objectiveOf(level, 'latency');
  return indicator.kind === 'latency' ? `${indicator.boundSeconds} s` : '';
}

function results(study: Study): string[] {
  return [
    '## Results',
    `![Chance to abort and median time until the release has ended, for each rule, against the true share of failed answers](${plotName})`,
    '### Aborted',
    `Share of the releases with its 95 % interval; bold where that is wrong and more frequent than ${percent(toleratedWrong)}. Rows without an abort by any rule are left out.`,
    endTable(study, 'aborted'),
    '### Promoted',
    endTable(study, 'promoted'),
    '### Paused for a human',
    endTable(study, 'paused'),
    '### Time until the release has ended',
    'Median / 99th percentile, whatever the end.',
    timeTable(study),
    '### Bad answers that users saw until then',
    'Mean (and how many of them beyond the objective).',
    harmTable(study),
    '### Bad answers beyond the objective in all',
    harmInAllTable(study),
  ];
}

function costs(study: Study): string[] {
  const { errors, latency } = study.situations;
  const objective = objectiveOf(study.level, 'availability');
  const atObjective = errors.filter(({ right }) => right.includes('promoted')).at(-1);
  const [gate] = atObjective === undefined ? [] : cellsOf(study, atObjective);
  const paused = [...errors, ...latency]
    .map((situation) => ({ situation, paused: cellsOf(study, situation)[0]?.ends.paused }))
    .reduce((most, next) => ((next.paused?.share ?? 0) > (most.paused?.share ?? 0) ? next : most));
  return [
    '## What the gate costs',
    [
      ...(gate === undefined
        ? []
        : [
            `- **Time.** A release right at the objective (${percent(objective.acceptable)} fail) is promoted after ${seconds(gate.p50)} in the median, ${seconds(gate.p99)} in 99 % of the releases; ` +
              `${seconds(dwellSeconds(study.release))} of it are the later weights under the watch.`,
          ]),
      ...(paused.paused !== undefined && paused.paused.share > 0
        ? [
            `- **A human now and then.** Of all releases with constant shares, “${paused.situation.name}” pauses most often: ${estimate(paused.paused)}.`,
          ]
        : []),
      '- **Two numbers to choose.** An objective alone is not enough: the refused share says how bad is too bad, and the space between the two is left to chance.',
      '- **A number that is no percentage.** The walk has to be learned; the dashboards show it between its bounds.',
      '- **Labels and raw counters.** Pods must be told apart by hash, which takes a relabelling rule, and a restarted container starts its counters anew.',
    ].join('\n'),
  ];
}

function leftOut(): string[] {
  return [
    '## What is left out',
    [
      '- Pods that take time to start, scrapes and queries that take time, controllers that are late: the same for all rules here, and up to a scrape, a look and a pod start more in a cluster.',
      '- Answers count when they are asked for; a slow one really counts when it ends.',
      '- Shares that depend on the weight or the load, and versions that are bad on one node only.',
      '- Kayenta’s judge: it compares distributions over many points per metric, at least 50 by its own advice, which at one a minute is another kind of release than these.',
    ].join('\n'),
  ];
}
