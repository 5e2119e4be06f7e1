import { expect, it } from 'vitest';
import type { EventBody, TimedEvent } from '../release/event.ts';
import { LineView } from './line-view.ts';

function linesOf(events: readonly EventBody[]): readonly string[] {
  let output = '';
  const view = new LineView((text) => (output += text));
  for (const event of events) view.show({ ...event, release: 'best', at: 0, sinceRelease: 1_500 } as TimedEvent);
  return output
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^00:00:00\.000 +\+1\.5 s /, ''));
}

const reading = (
  kind: 'step' | 'background',
  metric: string,
  phase: 'Successful' | 'Inconclusive' | 'Failed',
): EventBody => ({ type: 'measurement', run: 'r', kind, metric, phase, reading: 1, value: '[1]' });

it('writes every reading of a gate, and of the background only those that change the phase of a metric', () => {
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
    'gate: 1 Inconclusive',
    'b: 1 Inconclusive',
    'b: 1 Successful',
    'a: 1 Failed',
    'background analysis r ended with the release, no limit exceeded',
    '! nothing came',
  ]);
});
