import type { Row, Stage } from '../benchmark.ts';
import type { Load } from '../harness/load.ts';
import { spreadOf } from '../harness/spread.ts';
import type { RunningVariant } from './variants.ts';

const efforts = { full: { rounds: 8, seconds: 3 }, quick: { rounds: 1, seconds: 2 } } as const;
/** Well below saturation: a p99 at saturation is the queue's. */
const order = { connections: 16, rate: { perSecond: 2_000, spread: 'even' } } as const;
const scrapeEveryMs = 1_000;

/** How long a scrape takes under load, and what it does to the latency of pings: bursts with scrapes each second, in turns with bursts without. */
export async function scrapeRows(running: RunningVariant, load: Load, stage: Stage): Promise<Row[]> {
  const { rounds, seconds } = efforts[stage.effort];
  const scrapeMs: number[] = [];
  const p99s: number[] = [];
  const differencesMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    stage.signal.throwIfAborted();
    stage.progress(`scrapes: round ${round + 1} of ${rounds}`);
    const burst = () => load.burst({ url: running.pingUrl, seconds, ...order });
    const without = await burst();
    const ended = new AbortController();
    const scraping = scrapeUntil(ended.signal, running.metricsUrl);
    const during = await burst();
    ended.abort();
    scrapeMs.push(...(await scraping));
    p99s.push(without.latencyMs.p99);
    differencesMs.push(during.latencyMs.p99 - without.latencyMs.p99);
  }
  return [
    { what: 'a scrape under load, from request to last byte', value: spreadOf(scrapeMs), unit: 'ms' },
    {
      what: 'p99 of /ping during scrapes, above that without',
      against: 'no scrape',
      value: spreadOf(differencesMs),
      unit: 'ms',
      aim: { atMost: 1 },
      note: `${order.rate.perSecond} requests per second at even distances; without scrapes ${p99s.map((ms) => ms.toFixed(1)).join(', ')} ms`,
    },
  ];
}

async function scrapeUntil(ended: AbortSignal, url: string): Promise<readonly number[]> {
  const times: number[] = [];
  while (!ended.aborted) {
    const start = performance.now();
    const response = await fetch(url, { headers: { accept: 'application/openmetrics-text;version=1.0.0' } });
    await response.text();
    if (!response.ok) throw new Error(`bench: scrape of ${url}: got status ${response.status}, expected 200`);
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, scrapeEveryMs));
  }
  return times;
}
