import { anchor, type Canvas, figure, html, type Markup, Plot } from '@observed-rollouts/report';
import type { Bound } from '../analysis/expression/bounds.ts';
import type { MeasurementPhase } from '../analysis/metric.ts';
import { formatBound, formatReading } from '../view/words.ts';
import { isNumber, type MetricFacts, type Reading, type ReleaseFacts, type RunFacts } from './facts.ts';
import { missingAnalysis } from './missing.ts';
import { thinned } from './thinning.ts';
import { seconds, timeAxis, timeMarks } from './time-axis.ts';

/** Readings further apart than this get a logarithmic axis. */
const widestLinear = 60;

const symbols: Readonly<Record<MeasurementPhase, 'circle' | 'diamond2' | 'times' | 'asterisk'>> = {
  Successful: 'circle',
  Inconclusive: 'diamond2',
  Failed: 'times',
  Error: 'asterisk',
};

interface MetricSize {
  readonly size: 'whole' | 'half';
  /** Heights in pixels. */
  readonly wide: number;
  readonly narrow: number;
}

const gateSize: MetricSize = { size: 'whole', wide: 210, narrow: 180 };
const watchSize: MetricSize = { size: 'half', wide: 140, narrow: 140 };

/** Each gate's walk between its bounds. */
export function gatePlots(facts: ReleaseFacts): Markup {
  const runs = facts.runs.filter(({ kind }) => kind === 'step');
  if (runs.length === 0) return html`<p class="empty">${missingAnalysis(facts, 'gate')}</p>`;
  return html`${runs.map((run) => html`${runWords(run)}${run.metrics.map((metric) => metricPlot(facts, run, metric, gateSize))}`)}`;
}

/** Each metric of the background analysis, one small plot below the other. */
export function watchPlots(facts: ReleaseFacts): Markup {
  const runs = facts.runs.filter(({ kind }) => kind === 'background');
  if (runs.length === 0) return html`<p class="empty">${missingAnalysis(facts, 'background analysis')}</p>`;
  return html`${runs.map(
    (run) =>
      html`${runWords(run)}
        <div class="multiples">${run.metrics.map((metric) => metricPlot(facts, run, metric, watchSize))}</div>`,
  )}`;
}

function runWords({ run, from, to, phase, message }: RunFacts): Markup {
  const end = phase === undefined ? 'still running when the recording ended' : `${phase} after ${seconds(to - from)}`;
  return html`<p>
    Analysis run <code>${run}</code>, from ${seconds(from)}: ${end}.${message !== undefined && ` ${message}`}
  </p>`;
}

function metricPlot(
  facts: ReleaseFacts,
  { run }: RunFacts,
  metric: MetricFacts,
  { size, wide, narrow }: MetricSize,
): Markup {
  const { name, readings } = metric;
  const read = readings.filter((point): point is Reading & { reading: number } => isNumber(point.reading));
  const points = thinned(read, (point, index) => point.phase !== read[index - 1]?.phase);
  const failures = thinned(readings.filter(({ reading }) => !isNumber(reading)));
  const bounds = boundsOf(metric);
  const values = [...points.map(({ reading }) => reading), ...bounds.map(({ value }) => value), 0];
  const low = Math.min(...values);
  const high = Math.max(...values, low + 1);
  const words = metricWords(metric);
  return figure({
    id: anchor(facts.name, run, name),
    title: name,
    words: `${name} over time. ${words}`,
    caption: html`${words}`,
    empty: readings.length === 0 ? 'It wasn’t measured before the run ended.' : undefined,
    size,
    plot: (canvas) => ({
      ...timeAxis(facts, canvas),
      height: canvas.isNarrow ? narrow : wide,
      y: readingAxis(low, high, canvas),
      marks: [
        ...timeMarks(facts),
        ...bounds.flatMap((bound) => [
          Plot.ruleY([bound], { y: 'value', className: `bound-rule ${bound.className}` }),
          Plot.text([bound], {
            y: 'value',
            text: 'text',
            frameAnchor: 'left',
            dx: 4,
            dy: bound.isAbove ? 8 : -7,
            className: 'bound-text',
          }),
        ]),
        Plot.lineY(points, { x: 'at', y: 'reading', className: 'walk' }),
        ...[...Map.groupBy(points, ({ phase }) => phase)].map(([phase, own]) =>
          Plot.dot(own, {
            x: 'at',
            y: 'reading',
            r: phase === 'Failed' ? 6 : phase === 'Inconclusive' ? 3 : 2.5,
            symbol: symbols[phase],
            title: readingTitle,
            className: `reading reading-${phase}`,
          }),
        ),
        Plot.dot(failures, {
          x: 'at',
          y: low,
          r: 5,
          symbol: symbols.Error,
          title: readingTitle,
          className: 'reading reading-Error',
        }),
      ],
    }),
  });
}

interface DrawnBound {
  readonly value: number;
  readonly text: string;
  readonly className: string;
  /** The label stands below its line. */
  readonly isAbove: boolean;
}

/** Bounds that a reading can come near; one that only means "never", such as `< 0` of a count, would only widen the axis. */
function boundsOf({ success, failure }: MetricFacts): readonly DrawnBound[] {
  const accept = success && { value: success.value, text: `good ${formatBound(success)}`, className: 'accept' };
  const reject = failure && { value: failure.value, text: `fails ${formatBound(failure)}`, className: 'reject' };
  if (accept && reject && accept.value === reject.value)
    return [{ ...reject, text: `${reject.text}, ${accept.text}`, isAbove: reject.value > 0 }];
  return [accept, isNever(failure) ? undefined : reject]
    .filter((bound) => bound !== undefined)
    .map((bound) => ({ ...bound, isAbove: bound.value > 0 }));
}

function isNever(failure: Bound | undefined): boolean {
  return failure?.operator === '<' && failure.value <= 0;
}

function readingAxis(low: number, high: number, { isNarrow }: Canvas) {
  const isWide = high - low > widestLinear;
  const room = 0.12 * (high - low);
  return {
    ...(isWide ? { type: 'symlog' as const, constant: 1 } : {}),
    domain: isWide ? [Math.min(low, 0), 1.6 * high] : [low - (low < 0 ? room : 0), high + room],
    label: null,
    grid: true,
    ticks: isWide ? [1, 10, 100, 1000, 10_000, 100_000].filter((tick) => tick <= 1.6 * high) : isNarrow ? 3 : 4,
    tickFormat: (value: number) => value.toLocaleString('en'),
  };
}

function metricWords({ readings, success, failure }: MetricFacts): string {
  const conditions = [success && `good ${formatBound(success)}`, failure && `fails ${formatBound(failure)}`];
  const last = readings.at(-1);
  const end = last && `${isNumber(last.reading) ? formatReading(last.reading) : 'an error'}, ${last.phase}`;
  const phases = [...Map.groupBy(readings, ({ phase }) => phase)].map(([phase, own]) => `${own.length} ${phase}`);
  return [
    ...conditions.filter((condition) => condition !== undefined),
    `${readings.length} readings (${phases.join(', ') || 'none'})`,
    ...(end ? [`last ${end}`] : []),
  ]
    .join('; ')
    .replace(/$/, '.');
}

function readingTitle({ at, reading, phase, message }: Reading): string {
  const what = isNumber(reading) ? formatReading(reading) : (message ?? 'no value');
  return `${seconds(at)}: ${what}, ${phase}`;
}
