import { expect, test } from 'vitest';
import { httpHeaders, percentage } from './setting-types.ts';

test.each([
  ['5%', 0.05],
  ['0.1%', 0.001],
  ['49.9%', 0.499],
])('reads %s as a share', (text, share) => {
  expect(percentage(0, 50).read(text)).toEqual({ good: true, value: expect.closeTo(share, 12) });
});

test.each(['0%', '50%', '60%', '5', '-5%', '5 %', '0.05', '%', ''])('refuses %j', (text) => {
  expect(percentage(0, 50).read(text)).toEqual({ good: false });
});

test('reads headers from JSON', () => {
  expect(httpHeaders().read('{"X-Cart":"1","content-type":"text/plain"}')).toEqual({
    good: true,
    value: { 'X-Cart': '1', 'content-type': 'text/plain' },
  });
});

test.each(['', 'X-Cart: 1', '[]', '{"a b":"x"}', '{"x":1}', '{"x":"a\\nb"}', '{"x":"\\u00e9"}'])(
  'refuses %j as headers',
  (text) => {
    expect(httpHeaders().read(text)).toEqual({ good: false });
  },
);
