import { expect, test } from 'vitest';
import { deployedPingService, withHeapOf } from './deployed.ts';

test("a percentage of the container's memory becomes mebibytes", () => {
  expect(withHeapOf('256Mi', '--enable-source-maps --max-old-space-size-percentage=60 --max-semi-space-size=8')).toBe(
    '--enable-source-maps --max-old-space-size=153 --max-semi-space-size=8',
  );
  expect(() => withHeapOf('1Gi', '')).toThrow('limits.memory: got 1Gi, expected mebibytes, e.g. 256Mi');
});

test('ping-service is started as the manifests say', () => {
  const { nodeArguments, runtimeEnv, sampler, sampleRatio } = deployedPingService();
  expect(nodeArguments.at(-1)).toBe('apps/ping-service/dist/main.js');
  expect(runtimeEnv).toEqual({
    NODE_OPTIONS: expect.stringMatching(/--max-old-space-size=\d+/),
    MALLOC_MMAP_THRESHOLD_: expect.stringMatching(/^\d+$/),
  });
  expect(sampler).toBe('parentbased_traceidratio');
  expect(sampleRatio).toBeGreaterThan(0);
});
