import { describe, expect, it } from 'vitest';
import type { EventBody, TimedEvent } from '../release/event.ts';
import { emptyScreen, renderScreen, updateScreen } from './screen.ts';

const replicas = (desired: number, available: number) => ({ desired, created: desired, available });
const gate = (name: string) => ({
  name,
  success: { operator: '<=' as const, value: -4.6 },
  failure: { operator: '>=' as const, value: 5.29 },
});
const watchNames = Array.from({ length: 7 }, (_, index) => `watch-${index}`);
const measured = (kind: 'step' | 'background', metric: string, reading: number, phase: 'Successful' | 'Inconclusive') =>
  ({ type: 'measurement', run: 'r', kind, metric, phase, reading, value: `[${reading}]` }) as const;

/** A release in the middle of its gate, with seven metrics in the background. */
const story: readonly EventBody[] = [
  { type: 'started', description: 'fails 35 % of its answers', expect: 'aborted', seed: 1 },
  { type: 'release', stableHash: 'aaa', canaryHash: 'bbb' },
  { type: 'replicas', stable: replicas(4, 4), canary: { desired: 1, created: 1, available: 0 } },
  { type: 'step', index: 1, steps: 5, description: 'analysis ping-service-gate', weight: 20 },
  { type: 'analysis', run: 'gate', kind: 'step', metrics: ['error-gate', 'latency-gate'].map(gate) },
  { type: 'analysis', run: 'watch', kind: 'background', metrics: watchNames.map((name) => ({ name })) },
  measured('step', 'error-gate', 0.345, 'Inconclusive'),
  ...watchNames.map((name) => measured('background', name, 402, name === 'watch-3' ? 'Inconclusive' : 'Successful')),
  { type: 'pod', pod: `ping-service-${'x'.repeat(90)}`, role: 'canary', phase: 'ready' },
  ...Array.from({ length: 9 }, () => measured('step', 'error-gate', 1, 'Inconclusive')),
];

const screenOf = (events: readonly EventBody[]) =>
  events.map((event) => ({ ...event, release: 'errors', at: 10_000 }) as TimedEvent).reduce(updateScreen, emptyScreen);

describe('the screen', () => {
  it('shows step, pods, the gate against its bounds, the background in one line, and the last events', () => {
    const shown = renderScreen(screenOf(story.slice(0, 14)), 22_300, 100);
    expect(shown.split('\n')).toEqual([
      'release errors +12.3 s: releasing',
      '  step      2/5 analysis ping-service-gate, weight 20 %',
      '  stable    ■■■■    4 of 4 available',
      '  canary    □       0 of 1 available',
      '  error-gate    <= -4.60 [···············●···············] >= 5.29  0.34',
      `  latency-gate  <= -4.60 [${'·'.repeat(31)}] >= 5.29  -`,
      '  watch         6 of 7 metrics good, watch-3 402 Inconclusive',
      '  · release errors: fails 35 % of its answers; expected to be aborted (seed 1)',
      '  · releasing bbb over aaa',
      '  · step 2/5: analysis ping-service-gate (weight 20 %)',
      '  · analysis gate: error-gate, latency-gate',
      '  · background analysis watch: watch-0, watch-1, watch-2, watch-3, watch-4, watch-5, watch-6',
      '  · error-gate: 0.34 Inconclusive',
    ]);
  });

  it('fits 80 columns and 24 rows at every event, and cuts what is longer', () => {
    for (let length = 1; length <= story.length; length++) {
      const lines = renderScreen(screenOf(story.slice(0, length)), 22_300, 80).split('\n');
      expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
      expect(lines.length).toBeLessThan(24);
    }
    expect(renderScreen(screenOf(story.slice(0, -9)), 22_300, 80)).toMatch(/xxx…$/m);
  });

  it('writes no colour, so that NO_COLOR has nothing to switch off', () => {
    expect(renderScreen(screenOf(story), 22_300, 80)).not.toMatch(/\u001b/);
  });

  it('starts anew with the next release', () => {
    const [started] = story as [EventBody];
    expect(screenOf([...story, started])).toMatchObject({ metrics: [], readings: {} });
    expect(screenOf([...story, started]).watch).toBe(undefined);
  });
});
