import { expect, test } from 'vitest';
import { RequestBodies } from './request-bodies.ts';

function piece(...bytes: number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}

test('pieces become one body in their order, and give up their memory', () => {
  const pieces = [piece(1, 2), piece(), piece(3)];
  expect(new RequestBodies().join(pieces)).toEqual(piece(1, 2, 3));
  expect(pieces.map(({ length, buffer }) => [length, buffer.detached])).toEqual(pieces.map(() => [0, true]));
});

test('a body takes the memory of one that was released, whatever its size was', () => {
  const bodies = new RequestBodies();
  const first = bodies.join([piece(1, 2, 3)]);
  bodies.release(first);
  const second = bodies.join([piece(4), piece(5)]);
  expect([...second]).toEqual([4, 5]);
  bodies.release(second);
  const third = bodies.join([piece(6, 7, 8, 9)]);
  expect([...third]).toEqual([6, 7, 8, 9]);
  expect([second.buffer, third.buffer].map((buffer) => buffer === first.buffer)).toEqual([true, true]);
});

test('a body in use is left alone', () => {
  const bodies = new RequestBodies();
  const first = bodies.join([piece(1)]);
  bodies.release(first);
  const inUse = [bodies.join([piece(2)]), bodies.join([piece(3)])];
  expect(inUse.map((body) => [...body])).toEqual([[2], [3]]);
});

test('a body that does not fit gets memory of its own, which is kept instead of the smaller one', () => {
  const bodies = new RequestBodies();
  const small = bodies.join([piece(1)]);
  const large = bodies.join([new Uint8Array(100_000).fill(2)]);
  expect([large.length, large.every((byte) => byte === 2)]).toEqual([100_000, true]);
  bodies.release(large);
  bodies.release(small);
  expect(bodies.join([piece(3)]).buffer).toBe(large.buffer);
});
