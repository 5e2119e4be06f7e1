import { expect, test } from 'vitest';
import { serviceLevelFor } from './objective.ts';
import { releaseAnalysis } from './release-analysis.ts';
import { releaseDwellMs } from './release-dwell.ts';
import { gateTest } from './release-tests.ts';
import { pingServiceLevel } from './story.ts';

const [failed] = pingServiceLevel.objectives;
if (failed === undefined) throw new Error('the story has objectives');
const orders = serviceLevelFor('orders', pingServiceLevel);
const [ordersFailed = failed] = orders.objectives;

test('services with the same numbers share the calibrated test, whatever they are called and count', () => {
  expect(gateTest(ordersFailed, orders)).toBe(gateTest(failed, pingServiceLevel));
  expect(releaseDwellMs(orders)).toBe(releaseDwellMs(pingServiceLevel));
});

test.each([
  ['share', { ...failed, acceptable: 0.04 }, pingServiceLevel],
  ['refused share', { ...failed, refused: 0.25 }, pingServiceLevel],
  ['design effect', { ...failed, designEffect: 2 }, pingServiceLevel],
  ['promise', failed, { ...pingServiceLevel, promise: { ...pingServiceLevel.promise, falseAbort: 0.02 } }],
  ['traffic', failed, { ...pingServiceLevel, traffic: { ...pingServiceLevel.traffic, pingsPerSecond: 20 } }],
  ['number of objectives', failed, { ...pingServiceLevel, objectives: [failed] }],
])('another %s is another test', (_what, objective, level) => {
  expect(gateTest(objective, level)).not.toBe(gateTest(failed, pingServiceLevel));
});

test('another traffic has another dwell', () => {
  const traffic = { ...pingServiceLevel.traffic, pingsPerSecond: 20 };
  expect(releaseDwellMs({ ...pingServiceLevel, traffic })).toBeLessThan(releaseDwellMs(pingServiceLevel));
});

test('a level for another service judges that service’s answers and nothing else', () => {
  const text = JSON.stringify(releaseAnalysis(pingServiceLevel));
  expect(JSON.stringify(releaseAnalysis(orders))).toBe(text.replaceAll('"ping-service\\"', '"orders\\"'));
  expect(text).toContain('service=\\"ping-service\\"');
});
