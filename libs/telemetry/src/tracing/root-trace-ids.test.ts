import { isValidTraceId, ROOT_CONTEXT } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import { mersenne } from 'pure-rand/generator/mersenne';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { expect, test } from 'vitest';
import { RootTraceIds } from './root-trace-ids.ts';

const count = 20_000;

function draw(ratio: number): readonly (string | undefined)[] {
  const generator = mersenne(1);
  const ids = new RootTraceIds(ratio, () => uniformFloat64(generator));
  return Array.from({ length: count }, () => ids.next());
}

test.each([0, 0.01, 0.5, 1])(
  'of %s of the traces, and the sampler of OpenTelemetry samples each of their ids',
  (ratio) => {
    const ids = draw(ratio).filter((id) => id !== undefined);
    const sampler = new TraceIdRatioBasedSampler(ratio);
    const decisions = new Set(ids.map((id) => sampler.shouldSample(ROOT_CONTEXT, id).decision));
    const sixDeviations = 6 * Math.sqrt(count * ratio * (1 - ratio));
    expect(Math.abs(ids.length - count * ratio)).toBeLessThanOrEqual(sixDeviations);
    expect(decisions).toEqual(new Set(ratio === 0 ? [] : [SamplingDecision.RECORD_AND_SAMPLED]));
  },
);

test('the ids of a small share are of all kinds: each bit is set in half of them', () => {
  const ids = draw(0.5)
    .map((id) => (id === undefined ? [] : [BigInt(`0x${id}`)]))
    .flat();
  const shares = Array.from(
    { length: 128 },
    (_, bit) => ids.filter((id) => (id >> BigInt(bit)) & 1n).length / ids.length,
  );
  expect(new Set(ids).size).toBe(ids.length);
  // Five deviations of 10,000.
  expect(shares.filter((share) => Math.abs(share - 0.5) > 0.025)).toEqual([]);
});

test('an id is valid whatever is drawn', () => {
  const id = new RootTraceIds(1, () => 0).next();
  expect(id).toBe('00000000000000000000000100000001');
  expect(isValidTraceId(id as string)).toBe(true);
});
