import { expect, test } from 'vitest';
import { Growth } from './growth.ts';

const scrape = [
  '# TYPE requests counter',
  'requests_total{path="/a b}"} 4',
  'seconds_bucket{le="1"} 2 # {trace_id="7_total 3"} 0.5 1.5',
  'seconds_sum 0.5',
  'process_start_time_seconds 17',
  '# EOF',
  '',
].join('\n');

test('counters grow by their own value each second, all else stays', () => {
  const growth = new Growth(scrape);
  expect(growth.after(0)).toBe(scrape);
  expect(growth.after(2)).toBe(
    scrape.replace('b}"} 4', 'b}"} 12').replace('} 2 #', '} 6 #').replace('sum 0.5', 'sum 1.5'),
  );
});
