import { formatDuration } from '@observed-rollouts/contract';
import {
  concludesInTime,
  type Forecast,
  forecastGate,
  type GateCharacteristic,
  meanAgeInLooks,
} from '@observed-rollouts/slo';
import { percentText, type PlanInput } from './settings.ts';

/** What the gate does with releases of one true share: shares from 0 to 1, times in seconds from the canary's first answer. */
export interface Outlook {
  readonly share: number;
  readonly abort: number;
  readonly promote: number;
  readonly pause: number;
  /** Until a verdict, over the releases that get one; `null` when hardly any does. */
  readonly medianSeconds: number | null;
  readonly p99Seconds: number | null;
  /** Until the gate ends in any way; a pause takes the whole budget. */
  readonly meanSeconds: number;
  /** Failed answers of the canary on average until the gate ends, those since the last scrape included. */
  readonly failedAnswers: number;
}

/** One change of the plan and what it would do. */
export interface Lever {
  readonly change: string;
  readonly good: Outlook;
  readonly bad: Outlook;
  readonly concludesInTime: boolean;
}

/** The document of `--json`. */
export interface Plan {
  readonly input: PlanInput;
  /** Whether a good and a bad release both get a verdict in time with at least 99 %. */
  readonly concludesInTime: boolean;
  readonly bounds: { readonly abort: number; readonly accept: number };
  readonly looks: number;
  /** Answers of the canary per second, and how they were taken to come. */
  readonly canaryAnswersPerSecond: number;
  readonly arrivals: 'even' | 'random';
  /** A release exactly at p0, and one exactly at p1. */
  readonly good: Outlook;
  readonly bad: Outlook;
  /** Over the true share. */
  readonly curve: readonly Outlook[];
  /** What helps most first. */
  readonly levers: readonly Lever[];
}

const curvePoints = 25;

/** Forecasts the plan, its curve and its levers. */
export function makePlan(input: PlanInput): Plan {
  const forecast = forecastOf(input);
  const most = Math.min(1, 2 * input.refused);
  const shares = Array.from({ length: curvePoints }, (_, index) => (most * index) / (curvePoints - 1));
  return {
    input,
    concludesInTime: concludesInTime(forecast),
    bounds: { abort: forecast.calibration.test.reject, accept: forecast.calibration.test.accept },
    looks: forecast.looks,
    canaryAnswersPerSecond: input.answersPerSecond * input.weight,
    arrivals: forecast.arrivals.kind === 'fixed' ? 'even' : 'random',
    good: outlookOf(forecast.good, input),
    bad: outlookOf(forecast.bad, input),
    curve: forecast.at(shares).map((characteristic) => outlookOf(characteristic, input)),
    levers: leversOf(input),
  };
}

function forecastOf({ acceptable, refused, answersPerSecond, weight, lookMs, budgetMs, ...rest }: PlanInput): Forecast {
  return forecastGate({
    objective: { acceptable, refused, designEffect: rest.designEffect },
    rates: { alpha: rest.alpha / rest.tests, beta: rest.beta },
    answersPerSecond: answersPerSecond * weight,
    lookIntervalMs: lookMs,
    budgetMs,
  });
}

function outlookOf(characteristic: GateCharacteristic, { lookMs, answersPerSecond, weight }: PlanInput): Outlook {
  const { share, reject, accept, outOfTime, verdict, meanLooks, badAnswers } = characteristic;
  const lookSeconds = lookMs / 1000;
  const sinceScrape = share * answersPerSecond * weight * meanAgeInLooks * lookSeconds;
  return {
    share,
    abort: reject,
    promote: accept,
    pause: outOfTime,
    medianSeconds: verdict === undefined ? null : verdict.p50 * lookSeconds,
    p99Seconds: verdict === undefined ? null : verdict.p99 * lookSeconds,
    meanSeconds: meanLooks * lookSeconds,
    failedAnswers: badAnswers + sinceScrape,
  };
}

/** Shortest interval that is scraped in practice. */
const shortestLookMs = 1_000;
/** Chance of a verdict in time above which more of it is no help. */
const sureEnough = 0.99;

/**
 * Each lever alone, ranked: first by the chance that both releases get their verdict in time, as far as it is below 99 %, then by the mean
 * time until the gate ends, for both together.
 */
function leversOf(input: PlanInput): Lever[] {
  const { refused, answersPerSecond, weight, budgetMs, lookMs } = input;
  const nearer = Math.min(2 * refused, (1 + refused) / 2);
  const changes: readonly (readonly [string, Partial<PlanInput>, boolean])[] = [
    [`double the weight: --weight ${percentText(2 * weight)}`, { weight: 2 * weight }, 2 * weight < 1],
    [`double the rate: --rps ${2 * answersPerSecond}`, { answersPerSecond: 2 * answersPerSecond }, true],
    [`refuse only a grosser breach: --p1 ${percentText(nearer)}`, { refused: nearer }, true],
    [`double the budget: --budget ${formatDuration(2 * budgetMs)}`, { budgetMs: 2 * budgetMs }, true],
    [
      `look and scrape every second: --look ${formatDuration(shortestLookMs)}`,
      { lookMs: shortestLookMs },
      lookMs > shortestLookMs,
    ],
    [
      `promise half as much: --alpha ${percentText(2 * input.alpha)} --beta ${percentText(2 * input.beta)}`,
      { alpha: 2 * input.alpha, beta: 2 * input.beta },
      2 * input.alpha < 0.5 && 2 * input.beta < 0.5,
    ],
  ];
  return changes
    .filter(([, , possible]) => possible)
    .map(([change, difference]) => leverOf(change, { ...input, ...difference }))
    .sort((a, b) => sureness(b) - sureness(a) || seconds(a) - seconds(b));
}

function leverOf(change: string, input: PlanInput): Lever {
  const forecast = forecastOf(input);
  return {
    change,
    good: outlookOf(forecast.good, input),
    bad: outlookOf(forecast.bad, input),
    concludesInTime: concludesInTime(forecast),
  };
}

function sureness({ good, bad }: Lever): number {
  return Math.min(sureEnough, 1 - Math.max(good.pause, bad.pause));
}

function seconds({ good, bad }: Lever): number {
  return good.meanSeconds + bad.meanSeconds;
}
