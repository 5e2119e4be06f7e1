import { expect, test } from 'vitest';
import { expectBalance, type PingerReport } from './pinger-run.ts';

const report: PingerReport = {
  scheduled: 100,
  sent: 90,
  ok: 80,
  failed: { timeout: 4, http_5xx: 6 },
  dropped: 10,
  inFlight: 0,
  scheduleLagMs: { p50: 0, p99: 0, max: 0 },
};

test('a run of which every ping ended or was dropped balances', () => {
  expect(() => expectBalance(report)).not.toThrow();
});

test.each([
  [{ ...report, ok: 79 }, '100 scheduled, 89 ended, 10 dropped and 0 in flight'],
  [{ ...report, dropped: 11 }, '100 scheduled, 90 ended, 11 dropped and 0 in flight'],
  [{ ...report, ok: 79, inFlight: 1 }, '100 scheduled, 89 ended, 10 dropped and 1 in flight'],
])('a run that lost a ping is an error', (lossy, counts) => {
  expect(() => expectBalance(lossy)).toThrow(
    `bench: the pinger lost pings, got ${counts}, expected scheduled = ended + dropped`,
  );
});
