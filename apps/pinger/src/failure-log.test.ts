import { expect, test } from 'vitest';
import { logFailures } from './failure-log.ts';
import type { PingEnd } from './outcome.ts';

test('warns of each kind of failure once a minute, and says how many it left out', () => {
  const lines: unknown[] = [];
  const observer = logFailures({ warn: (line: unknown) => lines.push(line) });
  const end = (endedAtMs: number, pingEnd: PingEnd): void =>
    observer.ended({ index: 0, intendedAtMs: 0, startedAtMs: 0, endedAtMs, end: pingEnd });

  end(0, { outcome: 'ok', status: 200 });
  end(1_000, { outcome: 'timeout', detail: 'first' });
  end(2_000, { outcome: 'timeout', detail: 'second' });
  end(3_000, { outcome: 'http_5xx', status: 500, detail: 'status 500' });
  end(60_999, { outcome: 'timeout', detail: 'third' });
  end(61_000, { outcome: 'timeout', detail: 'fourth' });

  expect(lines).toEqual([
    { msg: 'ping failed', outcome: 'timeout', detail: 'first', notLogged: 0 },
    { msg: 'ping failed', outcome: 'http_5xx', detail: 'status 500', notLogged: 0 },
    { msg: 'ping failed', outcome: 'timeout', detail: 'fourth', notLogged: 2 },
  ]);
});
