import { gateGauges, gatesPerRow, gateWalks } from './gate-walk.ts';
import type { ReleaseState } from './release-state.ts';
import { type ReleaseStatus, type ScreenState, shownRelease, statusOf } from './screen-state.ts';
import { fit, type Line, line, type Piece, spread, type Tone, toned, widthOf } from './styled-line.ts';
import { systemPicture } from './system-picture.ts';
import { versionTable } from './version-table.ts';
import { describeEvent, formatBound, formatReading, formatSeconds } from './words.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const weightBarWidth = 10;
/** From this width on there is room for the bar. */
const roomyColumns = 70;
const walkHeight = { least: 4, most: 9 } as const;
const eventsAtLeast = 2;
/** Rows that are enough for a blank one below the heading. */
const roomy = 26;
/** Rows that the events have before the walks grow. */
const eventsBeforeWalks = 6;

const statusTones: Readonly<Record<ReleaseStatus, Tone>> = {
  queued: 'faint',
  running: 'strong',
  PASS: 'good',
  FAIL: 'bad',
};
const outcomeTones = { abort: 'bad', promote: 'good', pause: 'warn' } as const;

/**
 * The screen at a moment, as text with its meaning.
 *
 * Shape: exactly `rows` lines, none wider than `columns`; a small terminal gets gauges instead of plots, then fewer events, then less at the end.
 * Units: `now` in milliseconds since the epoch.
 */
export function renderScreen(state: ScreenState, now: number, { columns, rows }: ScreenSize): readonly Line[] {
  const shown = shownRelease(state);
  const bottom = releaseList(state, columns);
  const body = shown ? releaseBody(shown, state, now, { columns, rows: rows - bottom.length }) : [];
  const filled = [...body, ...new Array<Line>(Math.max(0, rows - bottom.length - body.length)).fill([]), ...bottom];
  return filled.slice(0, rows).map((content) => fit(content, columns));
}

function releaseBody(
  state: ReleaseState,
  screen: ScreenState,
  now: number,
  { columns, rows }: ScreenSize,
): readonly Line[] {
  const head = heading(state, screen, now, columns);
  const picture = systemPicture(state, now, columns);
  const table = versionTable(state, columns);
  const watch = watchLine(state);
  const fixed = head.length + picture.length + table.length + 1;
  const gates = state.gate?.metrics.length ?? 0;
  const gateRows = Math.ceil(gates / gatesPerRow(columns, gates));
  const blanks = rows < roomy ? 2 : 3;
  const left = rows - fixed - blanks - eventsAtLeast;
  if (left < gateRows * (walkHeight.least + 1) || columns < 60) {
    const gauges = gateGauges(state, columns);
    const events = lastEvents(state, Math.max(0, rows - fixed - gauges.length));
    return [...head, ...picture, ...table, ...gauges, watch, ...events];
  }
  const spare = left - gateRows * (walkHeight.least + 1) - (eventsBeforeWalks - eventsAtLeast);
  const growth = gateRows === 0 ? 0 : Math.max(0, Math.floor(spare / 2 / gateRows));
  const walks = gateWalks(state, columns, Math.min(walkHeight.most, walkHeight.least + growth));
  const events = lastEvents(state, rows - fixed - blanks - walks.length);
  return [...head, ...(blanks > 2 ? [[]] : []), ...picture, [], ...table, [], ...walks, watch, ...events];
}

/** What is released, how far it is, and how it stands. */
function heading(state: ReleaseState, screen: ScreenState, now: number, width: number): readonly Line[] {
  const { release, description, expect, step, startedAt, releasedAt, endedAt = now } = state;
  const title = line(
    ' ',
    toned('strong', release),
    toned('faint', description === '' ? '' : `  ${description}, must be ${expect}`),
  );
  const position = screen.releases.findIndex((other) => other.release === release) + 1;
  const count = screen.releases.length > 1 ? line(toned('faint', `${position} of ${screen.releases.length}`)) : [];
  const from = releasedAt ?? startedAt;
  const clock = from === undefined ? [] : line(toned('strong', formatSeconds(endedAt - from)));
  const progress = step
    ? line(
        ` step ${Math.min(step.index + 1, step.steps)} of ${step.steps}  `,
        toned('strong', step.description),
        `  ${width < roomyColumns ? 'weight' : weightBar(step.weight)} ${step.weight} %`,
      )
    : line(toned('faint', ' no step yet'));
  return [spread(title, count, width), spread(progress, clock, width), headline(state, screen)];
}

function headline(state: ReleaseState, { stopping }: ScreenState): Line {
  const { verdict, decision, releasedAt, startedAt } = state;
  if (verdict) {
    const status = statusOf(state);
    const judgement = verdict.asExpected ? 'as expected' : `expected ${verdict.expected}`;
    return line(
      ' ',
      toned(statusTones[status], status),
      `  ${verdict.outcome}, ${judgement}: ${describeReason(verdict)}`,
    );
  }
  if (stopping) return line(' ', toned('warn', 'stopping every process'));
  if (decision) return line(' ', toned(outcomeTones[decision.decision], describeDecision(state, decision)));
  if (startedAt === undefined) return line(toned('faint', ' queued'));
  return line(` ${releasedAt === undefined ? 'deploying the stable version' : describeProgress(state)}`);
}

/** The metric that refused, where one did: the controller's own words are longer than most terminals are wide. */
function describeDecision({ gate, watch }: ReleaseState, decision: NonNullable<ReleaseState['decision']>): string {
  if (decision.decision !== 'abort') return describeEvent(decision) ?? '';
  const refusing = gate?.metrics.find(({ phase }) => phase === 'Failed');
  const last = refusing?.readings.at(-1);
  if (refusing?.failure && last !== undefined)
    return `aborting: ${refusing.name} reads ${formatReading(last)}, refused ${formatBound(refusing.failure)}`;
  const watched = Object.entries(watch?.metrics ?? {}).find(([, { phase }]) => phase === 'Failed');
  return watched ? `aborting: ${watched[0]} reads ${watched[1].text}, refused` : (describeEvent(decision) ?? '');
}

function describeReason({ message, decidedBy }: NonNullable<ReleaseState['verdict']>): string {
  if (!decidedBy?.bound) return message;
  const { metric, value = 'nothing', bound } = decidedBy;
  const reading = Number(value.replace(/[[\]]/g, ''));
  return `${metric} ${Number.isFinite(reading) ? formatReading(reading) : value} ${formatBound(bound)}`;
}

/** What a release that isn't decided waits for. */
function describeProgress({ pods, gate, watch }: ReleaseState): string {
  const late = pods.filter(({ role, phase }) => role === 'canary' && (phase === 'starting' || phase === 'unready'));
  if (late.length > 0) return `waiting for ${late.length} canary ${late.length === 1 ? 'pod' : 'pods'} to be Ready`;
  if (gate && gate.end === undefined) return 'the gate looks at the answers of the canary';
  return watch && watch.end === undefined ? 'the watch looks on while the canary gets more traffic' : 'releasing';
}

function weightBar(weight: number): string {
  const full = Math.round((weight / 100) * weightBarWidth);
  return '▰'.repeat(full) + '▱'.repeat(weightBarWidth - full);
}

/** `7 of 7 metrics good`, or which ones aren't: seven walks would leave no room for the gate. */
function watchLine({ watch }: ReleaseState): Line {
  const name = toned('strong', '  watch  ');
  if (!watch) return line(name, toned('faint', 'not started'));
  const metrics = Object.entries(watch.metrics);
  const bad = metrics.filter(([, { phase }]) => phase !== 'Successful');
  const named = bad.map(([metric, { phase, text }]) =>
    toned(phase === 'Inconclusive' ? 'warn' : 'bad', `, ${metric} ${text} ${phase}`),
  );
  const end = watch.end === undefined ? [] : [toned('faint', ' (ended)')];
  return line(name, `${metrics.length - bad.length} of ${watch.size} metrics good`, ...end, ...named);
}

function lastEvents({ events, releasedAt, startedAt }: ReleaseState, count: number): readonly Line[] {
  if (count <= 0) return [];
  return events.slice(-count).map(({ at, text }) => {
    const from = releasedAt !== undefined && at >= releasedAt ? releasedAt : undefined;
    const time = from === undefined ? `-${formatSeconds((releasedAt ?? at) - at)}` : `+${formatSeconds(at - from)}`;
    const shownTime = releasedAt === undefined && startedAt !== undefined ? formatSeconds(at - startedAt) : time;
    return line(toned('faint', `${shownTime.padStart(9)}  `), text);
  });
}

/** All releases of this run by status, and the keys. */
function releaseList(state: ScreenState, width: number): readonly Line[] {
  const { releases } = state;
  if (releases.length < 2) return [spread([], line(toned('faint', 'q: end')), width)];
  const keys = state.chosen === undefined ? 'tab: next  q: end' : 'tab: next  esc: oldest  q: end';
  const shown = shownRelease(state);
  const groups = (['PASS', 'FAIL', 'running', 'queued'] as const).map((status) => {
    const own = releases.filter((release) => statusOf(release) === status);
    const names = own.map((release) => ({
      text: ` ${release === shown ? '▸' : ''}${release.release}`,
      ...(release === shown ? { tone: 'strong' as const } : {}),
    }));
    return own.length === 0 ? [] : [toned(statusTones[status], ` ${status}`), ...names, { text: ' ' }];
  });
  const all = line(...groups.flat());
  const hint = line(toned('faint', keys));
  if (widthOf(all) + widthOf(hint) + 2 <= width) return [spread(all, hint, width)];
  return wrapped(groups, hint, width);
}

/** Two rows: what has a verdict or runs, then what is queued. */
function wrapped(groups: readonly (readonly Piece[])[], hint: Line, width: number): readonly Line[] {
  const queued = groups.at(-1) ?? [];
  const rest = widthOf(queued) + widthOf(hint) + 1 > width ? line(...queued) : spread(queued, hint, width);
  return [line(...groups.slice(0, -1).flat()), rest];
}
