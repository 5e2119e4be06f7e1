import { ancestorRule, projectAncestor } from '@observed-rollouts/slo';
import type { DecisiveMetric } from '../release/verdict.ts';
import { formatBound, formatReading, formatSeconds } from '../view/words.ts';
import { exemplarFact } from './exemplar-fact.ts';
import type { VerdictCard, VersionCounts } from './verdict-card.ts';

/** One fact of a card: what it is about, what it is, and what belongs to it. */
export interface CardFact {
  readonly label: string;
  readonly text: string;
  /** A tree: the spans of a trace. */
  readonly details?: readonly { readonly depth: number; readonly text: string }[];
  /** Where more of it stands. */
  readonly link?: string;
}

/** A card in words, in the order in which it is read. Every renderer writes these, and nothing else. */
export interface CardFacts {
  readonly passed: boolean;
  /** `PASS release errors: aborted, as expected` */
  readonly headline: string;
  readonly facts: readonly CardFact[];
}

/** A fact that there isn't is left out, except for what a reader would look for in vain: then the text says that there is none. */
export function cardFacts(card: VerdictCard): CardFacts {
  const { asExpected, release, outcome, expected, decidedBy, alerts } = card;
  const judgement = asExpected ? 'as expected' : `expected ${expected}`;
  const facts: readonly (CardFact | undefined)[] = [
    card.description === '' ? undefined : { label: 'release', text: card.description },
    { label: 'why', text: card.message },
    { label: 'decided by', text: decidedBy ? decisiveText(decidedBy) : 'no metric' },
    { label: 'time', text: timeText(card) },
    { label: 'stable', text: countsText(card.stable) },
    { label: 'canary', text: countsText(card.canary) },
    excessFact(card),
    { label: 'pings', text: pingsText(card) },
    { label: 'ancestor', text: ancestorText(card) },
    exemplarFact(card.exemplar),
    { label: 'alerts', text: alerts.length === 0 ? 'none fired' : `${alerts.join(', ')} fired` },
    ...card.faults.map((fault) => faultFact(fault)),
    ...card.diagnoses.map((text) => ({ label: 'note', text })),
    usageFact(card),
    {
      label: 'repeat',
      text: `npm run rehearse -- ${card.file === undefined ? release : `--file ${card.file}`} --seed ${card.seed}`,
    },
  ];
  return {
    passed: asExpected,
    headline: `${asExpected ? 'PASS' : 'FAIL'} release ${release}: ${outcome}, ${judgement}`,
    facts: facts.filter((fact) => fact !== undefined),
  };
}

function decisiveText({ metric, value, phase, bound, condition, measurements }: DecisiveMetric): string {
  const against = bound ? ` against ${formatBound(bound)}` : condition ? ` with ${condition}` : '';
  return `${metric}: read ${valueText(value)}${against}, ${phase} after ${counted(measurements, 'measurement')}`;
}

/** `[6.147]`, a vector with one sample, is 6.15 to a reader; anything else stays as Argo Rollouts records it. */
function valueText(value: string | undefined): string {
  if (value === undefined) return 'nothing';
  const [, single] = /^\[([^\],]+)\]$/.exec(value) ?? [];
  const number = Number(single ?? value);
  return value.trim() === '' || Number.isNaN(number) ? value : formatReading(number);
}

function timeText({ outcome, decidedAfterMs, endedAfterMs, evidenceMs }: VerdictCard): string {
  if (outcome === 'waiting')
    return `still undecided ${formatSeconds(endedAfterMs)} after the release started, when its time was up`;
  const evidence = evidenceMs === undefined ? '' : ` on ${formatSeconds(evidenceMs)} of evidence`;
  return `decided ${formatSeconds(decidedAfterMs)} after the release started${evidence}, over after ${formatSeconds(endedAfterMs)}`;
}

function countsText(counts: VersionCounts | undefined): string {
  if (!counts || counts.answers === 0) return 'no answers that Prometheus has seen';
  const { answers, failed, slow } = counts;
  const share = (bad: number) => `${bad} (${percent(bad / answers)})`;
  return `${counted(answers, 'answer')}, ${share(failed)} failed, ${share(slow)} slow`;
}

/** Chance is in it: a canary that is like stable has a few more or fewer. */
function excessFact({ excess }: VerdictCard): CardFact | undefined {
  if (!excess) return undefined;
  return {
    label: 'cost',
    text: `${difference(excess.failed)} failed and ${difference(excess.slow)} slow answers than with stable's shares`,
  };
}

function difference(value: number): string {
  return `${Math.abs(value).toFixed(1)} ${value < 0 ? 'fewer' : 'more'}`;
}

function pingsText({ pings }: VerdictCard): string {
  const { ended, ok, failedAnswers, transportFailures, dropped } = pings;
  const text = `${ended} ended: ${ok} ok, ${counted(failedAnswers, 'failed answer')}, ${transportFailures} without an answer, ${dropped} dropped`;
  // At its defaults (10 per second, 200 in flight, time-out 5 s) slow answers alone hold 50 pings at most.
  return dropped > 0 ? `${text}: the pinger or this machine stood still until its bound in flight was full` : text;
}

/** What the rule of the demo that this project descends from said, and what it would have come to where the release was too short for it. */
function ancestorText({ ancestor, stable, canary }: VerdictCard): string {
  const { leastSuccess, windowSeconds } = ancestorRule;
  const rule = `the ancestor demo's rule (more than ${leastSuccess * 100} % success of all pods together in ${windowSeconds} s)`;
  if (!ancestor) return `${rule} wasn't evaluated`;
  const readings = ancestor.readings.map(({ success }) => (success === undefined ? 'nothing' : percent(success)));
  const read = `${rule} read ${readings.join(', ') || 'nothing yet'}`;
  const metric = ancestor.metric === 'p90' ? ' for its p90' : '';
  if (ancestor.outcome === 'aborted')
    return `${read} and would have aborted at ${formatSeconds(ancestor.afterMs)}${metric}`;
  if (ancestor.outcome === 'promoted')
    return `${read} and would have promoted after ${formatSeconds(ancestor.afterMs)}`;
  const undecided = `${read} and would not have decided yet`;
  if (!canary?.answers || !stable?.answers) return undecided;
  const shares = ({ answers, failed, slow }: VersionCounts) => ({ failed: failed / answers, slow: slow / answers });
  const projected = projectAncestor(shares(canary), shares(stable));
  const seconds = formatSeconds(projected.seconds * 1000);
  return projected.outcome === 'promoted'
    ? `${undecided}; going on with these shares it would have promoted after ${seconds}`
    : `${undecided}; going on with these shares it would have aborted at ${seconds}, with the canary on ${projected.weight} % of the pods`;
}

function faultFact({ fault, injectedAfterMs, undoneAfterMs, message }: VerdictCard['faults'][number]): CardFact {
  const at = injectedAfterMs === undefined ? '' : ` at ${formatSeconds(injectedAfterMs)}`;
  const until = undoneAfterMs === undefined ? '' : ` until ${formatSeconds(undoneAfterMs)}`;
  return { label: 'fault', text: `${fault}${at}${until}: ${message}` };
}

function usageFact({ usage, timing }: VerdictCard): CardFact | undefined {
  if (!usage) return undefined;
  const ready =
    timing?.firstPodReadyMs === undefined ? '' : `first pod ready after ${formatSeconds(timing.firstPodReadyMs)}; `;
  const cpu = `CPU ${usage.workloadCpuSeconds.toFixed(1)} s of the workloads and ${usage.harnessCpuSeconds.toFixed(1)} s of the rehearsal itself`;
  return { label: 'took', text: `${ready}${cpu}; at most ${Math.round(usage.peakMemoryBytes / 2 ** 20)} MiB` };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** 0 to 1 as `4.6 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
