import { expect, test } from 'vitest';
import { arrivalErrors } from './arrivals.ts';

/** Ten requests per second from 5,000 ms on, each late by what `lateMs` says. */
const arrive = (count: number, lateMs: (k: number) => number): number[] =>
  Array.from({ length: count }, (_, k) => 5_000 + k * 100 + lateMs(k));

test('arrivals on an even schedule have no error, wherever the schedule began', () => {
  expect(
    arrivalErrors(
      arrive(100, () => 3),
      10,
      0,
    ),
  ).toEqual({ p50: 0, p99: 0, driftPerMinute: 0 });
});

test('lateness shows against the most punctual arrival', () => {
  const { p50, p99 } = arrivalErrors(
    arrive(200, (k) => (k % 2 === 0 ? 1 : 8)),
    10,
    0,
  );
  expect([p50, p99]).toEqual([3.5, 7]);
});

test('a schedule that is too slow by a thousandth drifts by 60 ms in a minute', () => {
  expect(
    arrivalErrors(
      arrive(600, (k) => k * 0.1),
      10,
      0,
    ).driftPerMinute,
  ).toBeCloseTo(60, 6);
});

test('what arrives in the warm-up is not judged', () => {
  expect(
    arrivalErrors(
      arrive(100, (k) => (k < 50 ? 80 : 0)),
      10,
      0.5,
    ),
  ).toEqual({ p50: 0, p99: 0, driftPerMinute: 0 });
});

test('too few arrivals are an error, not a figure', () => {
  expect(() =>
    arrivalErrors(
      arrive(7, () => 0),
      10,
      0.5,
    ),
  ).not.toThrow();
  expect(() =>
    arrivalErrors(
      arrive(3, () => 0),
      10,
      0,
    ),
  ).toThrow('arrivalErrors: nothing to judge, got 3 arrivals after the warm-up, expected 4 or more');
});
