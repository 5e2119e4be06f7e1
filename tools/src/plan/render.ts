import { percent, seconds } from '../format.ts';
import type { Outlook, Plan } from './plan.ts';
import { percentText } from './settings.ts';

/** The plan for a terminal, without colours; at most 100 columns. */
export function renderPlan(plan: Plan): string {
  const { input, good, bad } = plan;
  return [
    answer(plan),
    '',
    columns([
      ['', 'true share', 'abort', 'promote', 'pause', 'median', '99 % within', 'failed answers'],
      outlookRow('good release', good),
      outlookRow('bad release', bad),
    ]),
    '',
    ...plot(plan),
    '',
    'What helps most (each alone):',
    columns([
      ['', 'verdict in time', 'good: mean', 'bad: mean', 'failed answers'],
      ...plan.levers.map(({ change, good, bad }) => [
        change,
        percent(1 - Math.max(good.pause, bad.pause)),
        seconds(good.meanSeconds),
        seconds(bad.meanSeconds),
        bad.failedAnswers.toFixed(1),
      ]),
    ]),
    '',
    `The canary gives ${Number(plan.canaryAnswersPerSecond.toPrecision(4))} answers per second (${plan.arrivals} arrivals); ` +
      `${plan.looks} looks. Abort at ${plan.bounds.abort}, accept at ${plan.bounds.accept}.`,
    `Times count from the canary's first answer; evidence is ${seconds(input.lookMs / 2000)} old on average when it is looked at.`,
    'Failed answers are the canary’s, until the gate ends. Answers are taken to fail independently of each other.',
  ].join('\n');
}

function answer({ concludesInTime, input, good, bad }: Plan): string {
  const question = `p0 ${percentText(input.acceptable)}, p1 ${percentText(input.refused)}`;
  if (concludesInTime) {
    return `Yes: ${question} reach a verdict within ${seconds(input.budgetMs / 1000)} in ${percent(1 - Math.max(good.pause, bad.pause))} of the releases.`;
  }
  return (
    `No: within ${seconds(input.budgetMs / 1000)} a good release stays without a verdict in ${percent(good.pause)} of the cases, ` +
    `a bad one in ${percent(bad.pause)} (${question}).`
  );
}

function outlookRow(name: string, outlook: Outlook): string[] {
  return [
    name,
    percentText(outlook.share),
    percent(outlook.abort),
    percent(outlook.promote),
    percent(outlook.pause),
    outlook.medianSeconds === null ? '–' : seconds(outlook.medianSeconds),
    outlook.p99Seconds === null ? '–' : seconds(outlook.p99Seconds),
    outlook.failedAnswers.toFixed(1),
  ];
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] as readonly string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  const pad = (cell: string, column: number) => {
    const width = widths[column] as number;
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  };
  return rows.map((row) => `  ${row.map(pad).join('   ')}`.trimEnd()).join('\n');
}

const levels = 8;
/** Terminal columns per point of the curve. */
const stride = 3;
const marks = { abort: 'a', promote: 'p', pause: '·' } as const;

/** Chance of each end over the true share: a = abort, p = promote, · = pause; where two meet, the greater chance is drawn. */
function plot({ curve, input }: Plan): string[] {
  const level = (chance: number) => Math.round(chance * levels);
  const lines = Array.from({ length: levels + 1 }, (_, row) => {
    const at = levels - row;
    const cells = curve.map((outlook) => {
      const drawn = (['abort', 'promote', 'pause'] as const).filter(
        (end) => level(outlook[end]) === at && outlook[end] > 0,
      );
      const [end] = drawn.sort((a, b) => outlook[b] - outlook[a]);
      return (end === undefined ? ' ' : marks[end]).padEnd(stride);
    });
    return `${percentText(at / levels).padStart(8)} │${cells.join('')}`.trimEnd();
  });
  const most = curve.at(-1)?.share ?? 1;
  const width = (curve.length - 1) * stride;
  const axis = Array.from({ length: width + 1 }, () => '─');
  const labels: string[] = Array.from({ length: width + 12 }, () => ' ');
  for (const [share, label] of [
    [0, '0%'],
    [input.acceptable, `p0`],
    [input.refused, 'p1'],
    [most, percentText(most)],
  ] as const) {
    const column = Math.round((share / most) * width);
    if (share > 0) axis[column] = '┴';
    for (const [index, letter] of [...label].entries()) labels[column + index] = letter;
  }
  return [
    'Chance to abort (a), promote (p) and pause (·) against the true share of bad answers:',
    ...lines,
    `${' '.repeat(9)}└${axis.join('')}`,
    `${' '.repeat(10)}${labels.join('')}`.trimEnd(),
  ];
}
