import { anchor, type Canvas, figure, html, type Markup, Plot, table } from '@observed-rollouts/report';
import type { FaultFacts, ReleaseFacts, StepFacts } from './facts.ts';
import { legend, type Swatch } from './legend.ts';
import { podLabels } from './pod-labels.ts';
import { axisStart, seconds, timeAxis, timeMarks } from './time-axis.ts';

const stepsRow = 'steps';
const weightRow = 'weight';
const faultsRow = 'faults';
const pixelsPerLetter = 6.2;

interface Bar {
  readonly row: string;
  readonly from: number;
  readonly to: number;
  readonly className: string;
  readonly title: string;
  readonly text?: string;
  /** Where there is no room for it. */
  readonly shortText?: string;
}

/** Steps, weight, faults and every pod's life, one below the other. */
export function timelinePlot(facts: ReleaseFacts): Markup {
  const bars = [...stepBars(facts), ...faultBars(facts), ...podBars(facts)].filter(({ to }) => to > axisStart(facts));
  const rows = [...new Set(bars.map(({ row }) => row))];
  const labels = podLabels(facts.pods);
  return figure({
    id: anchor(facts.name, 'timeline'),
    title: 'Steps and pods',
    words: timelineWords(facts),
    caption: html`A step is a box with what it does or waits for; below it the weight of the canary in percent. A pod is
    framed while it starts, filled while it is ready, and pale while it
    ends.${facts.origin === 'release' && ' The pods of stable were ready before the release started.'}`,
    legend: legend(legendOf(facts)),
    empty: rows.length === 0 ? 'Nothing to draw: no pod was started.' : undefined,
    plot: (canvas) => ({
      ...timeAxis(facts, canvas),
      height: 44 + 22 * rows.length,
      y: {
        domain: rows,
        label: null,
        tickSize: 0,
        tickFormat: (row: string) => labels.get(row)?.[canvas.isNarrow ? 'short' : 'long'] ?? row,
      },
      marks: [...timeMarks(facts), ...barMarks(facts, bars, canvas), ...decisionMarks(facts)],
    }),
  });
}

function barMarks(facts: ReleaseFacts, bars: readonly Bar[], canvas: Canvas): Plot.Markish[] {
  const start = axisStart(facts);
  const pixelsPerSecond = (canvas.width - canvas.marginLeft - canvas.marginRight) / Math.max(facts.last - start, 1);
  const clipped = bars.map((bar) => ({ ...bar, from: Math.max(bar.from, start) }));
  const fitting = clipped.flatMap((bar) => {
    const room = Math.floor(((bar.to - bar.from) * pixelsPerSecond - 8) / pixelsPerLetter);
    const text = shortened(bar.text ?? '', room) ?? shortened(bar.shortText ?? '', room);
    return text === undefined ? [] : [{ ...bar, text }];
  });
  return [
    ...[...Map.groupBy(clipped, ({ className }) => className)].map(([className, own]) =>
      Plot.barX(own, { x1: 'from', x2: 'to', y: 'row', insetTop: 2, insetBottom: 2, title: 'title', className }),
    ),
    Plot.text(fitting, {
      x: 'from',
      y: 'row',
      text: 'text',
      textAnchor: 'start',
      dx: 5,
      className: 'bar-text',
    }),
  ];
}

/** As much as there is room for: all of it, else its first words, else nothing. */
function shortened(text: string, room: number): string | undefined {
  if (text === '') return undefined;
  if (text.length <= room) return text;
  return room >= 12 ? `${text.slice(0, room - 1)}…` : undefined;
}

function decisionMarks({ decisions, last }: ReleaseFacts): Plot.Markish[] {
  return [
    Plot.ruleX(decisions, { x: 'second', className: 'decision-rule' }),
    ...[false, true].map((isLate) =>
      Plot.text(
        decisions.filter(({ second }) => second > 0.9 * last === isLate),
        {
          x: 'second',
          text: 'decision',
          frameAnchor: 'top',
          dy: -10,
          textAnchor: isLate ? 'end' : 'middle',
          className: 'decision-text',
        },
      ),
    ),
  ];
}

function stepBars({ steps }: ReleaseFacts): readonly Bar[] {
  return steps.flatMap((step, index) => {
    const { from, to, weight } = step;
    const beganAt = steps.slice(0, index).findLast((before) => before.weight !== weight);
    const isFirstOfWeight = steps[index - 1]?.weight !== weight;
    const endsAt = steps.slice(index).find((later) => later.weight !== weight)?.from ?? steps.at(-1)?.to ?? to;
    return [
      {
        row: stepsRow,
        from,
        to,
        className: 'step-bar',
        title: stepTitle(step),
        text: step.description,
        shortText: `${index + 1}`,
      },
      ...(isFirstOfWeight || beganAt === step
        ? [
            {
              row: weightRow,
              from,
              to: endsAt,
              className: 'weight-bar',
              title: `weight ${weight} %`,
              text: `${weight} %`,
            },
          ]
        : []),
    ];
  });
}

function stepTitle({ index, steps, description, weight, from, to }: StepFacts): string {
  return `step ${Math.min(index + 1, steps)} of ${steps}: ${description}, weight ${weight} %, from ${seconds(from)} to ${seconds(to)}`;
}

function faultBars({ faults }: ReleaseFacts): readonly Bar[] {
  return faults.map((fault) => ({
    row: faultsRow,
    from: fault.from,
    to: fault.to,
    className: 'fault-bar',
    title: faultTitle(fault),
    text: fault.fault,
  }));
}

function faultTitle({ fault, message, from, to, isUndone }: FaultFacts): string {
  return `fault ${fault} from ${seconds(from)} ${isUndone ? `to ${seconds(to)}` : 'to the end'}: ${message}`;
}

function podBars({ pods }: ReleaseFacts): readonly Bar[] {
  const order = { canary: 0, stable: 1, pinger: 2 } as const;
  return pods
    .toSorted((a, b) => order[a.role] - order[b.role])
    .flatMap(({ name, role, phases }) =>
      phases.map(({ phase, from, to }) => ({
        row: name,
        from,
        to,
        className: `${role}-bar pod-${phase}`,
        title: `${role} pod ${name} ${phase} from ${seconds(from)} to ${seconds(to)}`,
      })),
    );
}

function legendOf({ pods, faults, decisions }: ReleaseFacts): readonly (readonly [Swatch, string])[] {
  const roles = new Set(pods.map(({ role }) => role));
  return [
    ...(['canary', 'stable', 'pinger'] as const)
      .filter((role) => roles.has(role))
      .map((role) => [`${role}-bar`, role] as const),
    ['starting-bar', 'starting'],
    ['terminating-bar', 'terminating'],
    ...(faults.length > 0 ? [['fault-bar', 'fault'] as const] : []),
    ...(decisions.length > 0 ? [['decision-rule', 'decision'] as const] : []),
  ];
}

function timelineWords(facts: ReleaseFacts): string {
  const { steps, decisions, pods, faults } = facts;
  return [
    `Steps: ${steps.map((step) => `${step.description} from ${seconds(step.from)}`).join(', ') || 'none'}.`,
    ...faults.map((fault) => `${faultTitle(fault)}.`),
    ...decisions.map(({ decision, second, message }) => `Decision at ${seconds(second)}: ${decision}, ${message}.`),
    `${pods.length} pods; their times are in the table below.`,
  ].join(' ');
}

/** The steps, and when each pod started, became ready, began to end and was gone. */
export function courseTables({ steps, pods, origin }: ReleaseFacts): Markup {
  const stepRows = steps.map(({ index, description, weight, from, to }) => [
    `${index + 1}`,
    description,
    `${weight} %`,
    seconds(from),
    seconds(to - from),
  ]);
  const podRows = pods.map(({ name, role, phases, goneAt }) => {
    const first = (wanted: string) => at(phases.find(({ phase }) => phase === wanted)?.from);
    return [name, role, first('starting'), first('ready'), first('terminating'), at(goneAt)];
  });
  return html`<details>
    <summary>Steps and pods as tables</summary>
    <p>Times count from the start of the ${origin}; what happened before it is negative.</p>
    ${table(['step', 'what', 'weight', 'from', 'for'], stepRows)}
    ${table(['pod', 'version', 'started', 'ready', 'terminating', 'gone'], podRows)}
  </details>`;
}

function at(second: number | undefined): string {
  return second === undefined ? '–' : seconds(second);
}
