import { anchor, type Fact, factList, figure, html, type Markup, Plot, table } from '@observed-rollouts/report';
import type { Timing } from '../release/event.ts';
import { formatSeconds } from '../view/words.ts';
import type { ReleaseFacts } from './facts.ts';
import { legend } from './legend.ts';
import type { RunReport } from './run-report.ts';

/** The parts of a rehearsal's time, in order; a part that it never reached is as long as nothing. */
const parts = [
  { part: 'deploy', words: 'deploying the stable version' },
  { part: 'canary', words: 'until the first canary pod was ready' },
  { part: 'evidence', words: 'evidence, until the decision' },
  { part: 'end', words: 'until what was decided had ended' },
] as const;

/** All releases at a glance: verdicts, and where time, CPU and memory went. */
export function overview(report: RunReport, releases: readonly ReleaseFacts[]): Markup {
  return html`<section id="overview" aria-labelledby="overview-title">
    <h2 id="overview-title">All releases</h2>
    ${verdictTable(releases)}
    <h3>Where the time went</h3>
    ${timePlot(report, releases)} ${costTable(releases)} ${runWords(report)}
  </section>`;
}

/** The sign and the words of a release's end; the sign doesn't depend on colour. */
export function verdictBadge({ verdict, started }: ReleaseFacts): Markup {
  if (!verdict)
    return html`<span class="badge unfinished"
      ><span aria-hidden="true">◌</span> no verdict${started && `, expected ${started.expect}`}</span
    >`;
  return verdict.asExpected
    ? html`<span class="badge pass"><span aria-hidden="true">✓</span> ${verdict.outcome}, as expected</span>`
    : html`<span class="badge fail"
        ><span aria-hidden="true">✗</span> ${verdict.outcome}, expected ${verdict.expected}</span
      >`;
}

function verdictTable(releases: readonly ReleaseFacts[]): Markup {
  const rows = releases.map((facts) => {
    const { name, started, verdict } = facts;
    const evidenceMs = verdict?.evidenceMs;
    return [
      html`<a href="#${anchor('release', name)}">${name}</a>`,
      started?.description ?? '–',
      verdictBadge(facts),
      verdict?.decidedBy?.metric ?? '–',
      evidenceMs === undefined ? '–' : formatSeconds(evidenceMs),
      verdict ? formatSeconds(verdict.endedAfterMs) : '–',
    ];
  });
  return table(['release', 'what it does', 'verdict', 'decided by', 'evidence', 'over after'], rows);
}

function timePlot({ run }: RunReport, releases: readonly ReleaseFacts[]): Markup {
  const bars = releases.flatMap((facts) => timeBars(facts, run.startedAt));
  const words = releases.map((facts) => {
    const own = bars.filter(({ release }) => release === facts.name);
    return `${facts.name}: ${own.map(({ words, from, to }) => `${words} ${(to - from).toFixed(1)} s`).join(', ')}`;
  });
  const names = releases.map(({ name }) => name);
  return figure({
    id: 'time',
    title: 'From start to end',
    words: `Time of each release since the run started. ${words.join('. ')}.`,
    legend: legend(parts.map(({ part, words }) => [`time-${part}-bar`, words] as const)),
    empty: bars.length === 0 ? 'Nothing to draw: no release was started.' : undefined,
    plot: (canvas) => ({
      style: null as never,
      height: 48 + (canvas.isNarrow ? 40 : 26) * names.length,
      marginLeft: canvas.isNarrow ? 12 : 130,
      marginBottom: 34,
      x: {
        domain: [0, Math.max(1, ...bars.map(({ to }) => to))],
        label: canvas.isNarrow ? 'seconds' : 'seconds since the run started',
        labelArrow: 'none',
        labelAnchor: 'right',
        grid: true,
        ticks: canvas.isNarrow ? 5 : 10,
      },
      y: { domain: names, label: null, tickSize: 0, ...(canvas.isNarrow ? { axis: null } : {}) },
      marks: [
        ...parts.map(({ part }) =>
          Plot.barX(
            bars.filter((bar) => bar.part === part),
            {
              x1: 'from',
              x2: 'to',
              y: 'release',
              insetTop: canvas.isNarrow ? 19 : 3,
              insetBottom: 3,
              title: ({ words, from, to }: (typeof bars)[number]) => `${words}: ${(to - from).toFixed(1)} s`,
              className: `time-${part}-bar`,
            },
          ),
        ),
        ...(canvas.isNarrow
          ? [
              Plot.text(names, {
                y: (name: string) => name,
                text: (name: string) => name,
                frameAnchor: 'left',
                dy: -10,
              }),
            ]
          : []),
      ],
    }),
  });
}

function timeBars(facts: ReleaseFacts, runStartedAt: number) {
  const { started, name, released, pods, decisions, verdict } = facts;
  const at = started?.at;
  if (at === undefined) return [];
  const second = (value: number) => facts.originAt / 1000 + value - runStartedAt / 1000;
  const end = second(facts.last);
  const canaryReady = pods
    .filter(({ role }) => role === 'canary')
    .flatMap(({ phases }) => phases)
    .find(({ phase }) => phase === 'ready')?.from;
  const borders = [
    (at - runStartedAt) / 1000,
    released ? second(0) : end,
    canaryReady === undefined ? undefined : second(canaryReady),
    verdict ? second(verdict.decidedAfterMs / 1000) : decisions[0] && second(decisions[0].second),
    end,
  ];
  let from = borders[0] as number;
  return parts.map(({ part, words }, index) => {
    // A border that was never reached: the part lasts until the next one.
    const next = borders.slice(index + 1).find((border) => border !== undefined) ?? end;
    const to = Math.max(from, next);
    const bar = { release: name, part, words, from, to };
    from = to;
    return bar;
  });
}

const timings: readonly (readonly [keyof Timing, string])[] = [
  ['firstPodReadyMs', 'first pod ready'],
  ['deployedMs', 'stable deployed'],
  ['releasedMs', 'released'],
  ['firstCanaryReadyMs', 'canary ready'],
  ['decidedMs', 'decided'],
  ['endedMs', 'over'],
];

function costTable(releases: readonly ReleaseFacts[]): Markup {
  const known = releases.filter(({ usage }) => usage !== undefined);
  if (known.length === 0)
    return html`<p class="empty">
      No release came to its end, so that there is no account of its time, CPU and memory.
    </p>`;
  const titles = [...timings.map(([, words]) => words), 'CPU: workload', 'CPU: rehearsal', 'peak memory'];
  const rows = known.map(({ name, usage: event }) => {
    if (!event) return [name];
    const { timing, usage } = event;
    return [
      name,
      ...timings.map(([key]) => (timing[key] === undefined ? '–' : formatSeconds(timing[key]))),
      `${usage.workloadCpuSeconds.toFixed(1)} s`,
      `${usage.harnessCpuSeconds.toFixed(1)} s`,
      mebibytes(usage.peakMemoryBytes),
    ];
  });
  return html`<details>
    <summary>Times, CPU and memory as a table</summary>
    <p>Times count from the start of each release’s rehearsal.</p>
    ${table(['release', ...titles], rows)}
  </details>`;
}

function runWords({ run, machine, commands, interruption, writtenAt }: RunReport): Markup {
  const { firstPodReadyMs } = run;
  const facts: readonly Fact[] = [
    ['Started', new Date(run.startedAt).toISOString().replace('T', ' ').replace(/\..*/, ' UTC')],
    ['Took', `${formatSeconds(Math.max(run.endedAt, writtenAt) - run.startedAt)}, ${run.parallel} at a time`],
    ['First pod ready', firstPodReadyMs === undefined ? 'none was' : `after ${formatSeconds(firstPodReadyMs)}`],
    ['Machine', `${machine.cpus} × ${machine.cpuModel}, ${mebibytes(machine.memoryBytes)} memory, ${machine.system}`],
    ['Versions', machine.versions.map(([name, version]) => `${name} ${version}`).join(', ')],
    ['Again', html`${commands.map((command) => html`<code class="command">${command}</code>`)}`],
  ];
  return html`${interruption !== undefined && html`<p class="notice">The run ended early (${interruption}): what follows is what there was until then.</p>`}
  ${factList(facts)}`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MiB`;
}
