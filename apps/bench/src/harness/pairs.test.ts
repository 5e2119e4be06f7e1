import { expect, test } from 'vitest';
import { measureInPairs, ratioOf } from './pairs.ts';

const noSignal = new AbortController().signal;

test('base and candidates take turns, every other round in reverse', async () => {
  const turns: string[] = [];
  const pairs = await measureInPairs({
    base: 'base',
    candidates: ['a', 'b'],
    rounds: 2,
    measure: (side) => Promise.resolve(turns.push(side)),
    signal: noSignal,
  });
  expect(turns).toEqual(['base', 'a', 'base', 'b', 'base', 'b', 'base', 'a', 'base']);
  expect(pairs).toEqual([
    [
      { before: 1, candidate: 2, after: 3 },
      { before: 7, candidate: 8, after: 9 },
    ],
    [
      { before: 3, candidate: 4, after: 5 },
      { before: 5, candidate: 6, after: 7 },
    ],
  ]);
});

test('a ratio is to the mean of the neighbours, so that a machine that slows down steadily does not bend it', () => {
  const pairs = [1, 2, 3, 4].map((slowness) => ({
    before: 10 * slowness,
    candidate: 2 * 10 * (slowness + 0.5),
    after: 10 * (slowness + 1),
  }));
  expect(ratioOf(pairs, (milliseconds) => milliseconds)).toEqual({
    median: 2,
    lowerQuartile: 2,
    upperQuartile: 2,
    samples: 4,
  });
});

test('an aborted bench measures no further', async () => {
  const abortion = new AbortController();
  let bursts = 0;
  const measured = measureInPairs({
    base: 0,
    candidates: [1],
    rounds: 100,
    measure: () => {
      if (++bursts === 3) abortion.abort(new Error('ended by the user'));
      return Promise.resolve(1);
    },
    signal: abortion.signal,
  });
  await expect(measured).rejects.toThrow('ended by the user');
  expect(bursts).toBe(3);
});
