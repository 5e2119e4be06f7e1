import { type GateCharacteristic, operatingCurve } from '@observed-rollouts/slo';
import type { StoryGate } from '../story-gates.ts';

/** Shares between 0 and 1 that a table shows: the objective's own two, what lies around and between them, and the ends. */
export function tableShares({ objective: { acceptable, refused } }: StoryGate): number[] {
  const step = refused - acceptable;
  const around = [0, acceptable / 5, acceptable / 2, acceptable, acceptable + 0.2 * step, acceptable + 0.4 * step];
  const above = [acceptable + 0.6 * step, acceptable + 0.8 * step, refused, 1.5 * refused, 2 * refused, 1];
  return [...new Set([...around, ...above].map((share) => Number(Math.min(1, share).toFixed(4))))];
}

/** Shares that a plot runs through: 0 to twice the refused one, evenly. */
export function plotShares({ objective: { refused } }: StoryGate, points = 49): number[] {
  const most = Math.min(1, 2 * refused);
  return Array.from({ length: points }, (_, index) => (most * index) / (points - 1));
}

/** The curve of a gate with random arrivals: what users make of a rate. */
export function curveOf(gate: StoryGate, shares: readonly number[]): GateCharacteristic[] {
  return operatingCurve(gate.run('poisson'), shares);
}
