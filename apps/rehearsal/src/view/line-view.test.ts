import { expect, it } from 'vitest';
import { promoted } from '../card/card.fixture.ts';
import type { EventBody, TimedEvent } from '../release/event.ts';
import { LineView } from './line-view.ts';

/** Events come one second apart. */
function linesOf(events: readonly EventBody[]): readonly string[] {
  let output = '';
  const view = new LineView((text) => (output += text));
  for (const [second, event] of events.entries())
    view.show({ ...event, release: 'best', at: second * 1_000, sinceRelease: 1_500 } as TimedEvent);
  return output
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^00:00:\d\d\.000 +\+1\.5 s /, ''));
}

const reading = (
  kind: 'step' | 'background',
  metric: string,
  phase: 'Successful' | 'Inconclusive' | 'Failed',
): EventBody => ({ type: 'measurement', run: 'r', kind, metric, phase, reading: 1, value: '[1]' });

it('writes a reading of a gate every five seconds, and sooner when it changes the phase', () => {
  const gate = (phase: 'Inconclusive' | 'Failed') => reading('step', 'gate', phase);
  const walk = Array.from({ length: 8 }, () => gate('Inconclusive'));
  const numbered = [...walk, gate('Failed'), gate('Failed')].map((event, index) => ({ ...event, reading: index }));
  expect(linesOf(numbered)).toEqual(['gate: 0 Inconclusive', 'gate: 5 Inconclusive', 'gate: 8 Failed']);
});

it('ends with the card, whose first line says whether the release ended as expected', () => {
  expect(linesOf(promoted.events).slice(0, 3)).toEqual([
    'release best: is fast; expected to be aborted (seed 8)',
    'FAIL release best: promoted, expected aborted',
    '  release     is fast',
  ]);
});

it('writes of the background only those readings that change the phase of a metric', () => {
  expect(
    linesOf([
      { type: 'analysis', run: 'r', kind: 'background', metrics: [{ name: 'a' }, { name: 'b' }] },
      reading('step', 'gate', 'Inconclusive'),
      reading('step', 'gate', 'Inconclusive'),
      reading('background', 'a', 'Successful'),
      reading('background', 'b', 'Inconclusive'),
      reading('background', 'a', 'Successful'),
      reading('background', 'b', 'Inconclusive'),
      reading('background', 'b', 'Successful'),
      reading('background', 'a', 'Failed'),
      { type: 'analysisEnd', run: 'r', kind: 'background', phase: 'Successful' },
      { type: 'diagnosis', message: 'nothing came' },
    ]),
  ).toEqual([
    'background analysis r: a, b',
    'gate: 1 Inconclusive',
    'b: 1 Inconclusive',
    'b: 1 Successful',
    'a: 1 Failed',
    'background analysis r ended with the release, no limit exceeded',
    '! nothing came',
  ]);
});
