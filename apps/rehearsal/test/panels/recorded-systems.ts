import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { targetLabels } from '@observed-rollouts/contract';
import { root } from '../workspace.ts';

const folder = `${root}libs/slo/upstream`;
const read = (name: string) => readFileSync(`${folder}/${name}.prom`, 'utf8');

/** Grafana's own metrics could not be recorded: these are the series that its source declares, with their labels. */
const grafana = ['api', 'proxy']
  .flatMap((kind) => [
    `# TYPE grafana_${kind}_response_status_total counter`,
    ...['200', '404', '500', 'unknown'].map(
      (code) => `grafana_${kind}_response_status_total{code="${code}"} ${code === '200' ? 500 : 0}`,
    ),
  ])
  .join('\n');

/** The metrics of every system that is not part of a rehearsal, as they were recorded in a cluster. */
const recorded = {
  prometheus: () => `${read('prometheus')}\n${read('prometheus-notifications')}`,
  alertmanager: () => read('alertmanager'),
  tempo: () => read('tempo'),
  'tempo-metrics-generator': () => read('tempo-metrics-generator'),
  'argo-rollouts': () => read('argo-rollouts'),
  grafana: () => grafana,
  /** One pod more of the service, which shows nothing until a fault makes it answer. */
  'ping-service': () => '',
} as const;
export type RecordedSystem = keyof typeof recorded;

/** The hash of the version that was judged when Argo Rollouts was recorded. */
const recordedHash = '6c6966b9d8';

/** Seconds in which each counter grows by as much as it was recorded with: the systems go on at a rate like theirs. */
const repeatSeconds = 300;

/** What a fault does to one series; the series is its text in the exposition. */
export interface SeriesChange {
  readonly system: RecordedSystem;
  readonly series: string;
  /** Its value from then on; a series that was not recorded begins to exist. */
  readonly becomes?: number;
  /** What it grows by in a second, instead of at its recorded rate. */
  readonly grows?: number;
  /** It is gone. */
  readonly ends?: true;
}

/** A loopback server that shows the recorded metrics of each system at `/<system>`. */
export class RecordedSystems {
  readonly #server: Server;
  readonly #startedAt = Date.now();
  readonly #series = new Map<RecordedSystem, Map<string, Shown>>();
  /** The version that the controller's metrics are about. */
  hash = recordedHash;

  private constructor() {
    for (const [system, text] of Object.entries(recorded)) this.#series.set(system as RecordedSystem, parse(text()));
    this.#server = createServer(({ url }, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
      response.end(this.#text((url ?? '').slice(1) as RecordedSystem));
    });
  }

  static async start(): Promise<RecordedSystems> {
    const systems = new RecordedSystems();
    systems.#server.listen(0, '127.0.0.1');
    await once(systems.#server, 'listening');
    return systems;
  }

  /** Prometheus' scrapes of them, with the labels that pod discovery would give them. */
  scrapeConfigs(namespace: string): readonly object[] {
    const { port } = this.#server.address() as AddressInfo;
    return Object.keys(recorded).map((system) => ({
      job_name: `recorded-${system}`,
      honor_labels: true,
      scrape_interval: '1s',
      scrape_timeout: '1s',
      metrics_path: `/${system}`,
      static_configs: [
        {
          targets: [`127.0.0.1:${port}`],
          labels: {
            [targetLabels.service]: system,
            [targetLabels.namespace]: namespace,
            [targetLabels.pod]: `recorded-${system}`,
          },
        },
      ],
    }));
  }

  change(changes: readonly SeriesChange[]): void {
    const now = this.#seconds();
    for (const { system, series, becomes, grows, ends } of changes) {
      const all = this.#series.get(system) as Map<string, Shown>;
      const before = all.get(series);
      if (ends) all.delete(series);
      else {
        const value = becomes ?? (before === undefined ? 0 : valueAt(before, now));
        all.set(series, { value, since: now, perSecond: grows ?? 0 });
      }
      if (before === undefined && becomes === undefined && grows === undefined)
        throw new Error(`${system}: ${series}: not recorded`);
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #seconds(): number {
    return (Date.now() - this.#startedAt) / 1000;
  }

  #text(system: RecordedSystem): string {
    const now = this.#seconds();
    const lines = [...(this.#series.get(system) ?? [])].map(([series, shown]) => `${series} ${valueAt(shown, now)}\n`);
    return lines.join('').replaceAll(recordedHash, this.hash);
  }
}

interface Shown {
  readonly value: number;
  /** Seconds since the start, when the value was that. */
  readonly since: number;
  readonly perSecond: number;
}

function valueAt({ value, since, perSecond }: Shown, now: number): number {
  return perSecond === 0 ? value : value + perSecond * (now - since);
}

/** Every series by its text; a second value of the same one, and the time of a value, are left out. */
function parse(text: string): Map<string, Shown> {
  const counters = new Set<string>();
  const all = new Map<string, Shown>();
  for (const line of text.split('\n')) {
    const [, name = '', type = ''] = /^# TYPE (\S+) (\S+)/.exec(line) ?? [];
    if (type === 'counter') counters.add(name);
    if (type === 'histogram') for (const part of ['_bucket', '_count', '_sum']) counters.add(`${name}${part}`);
    if (type === 'untyped' && /_(total|bucket|count|sum)$/.test(name)) counters.add(name);
    const [, series, value] = /^([a-zA-Z_:][\w:]*(?:\{.*\})?) (\S+)(?: \d+)?$/.exec(line) ?? [];
    if (series === undefined || all.has(series)) continue;
    const number = Number(value);
    const isCounter = counters.has(series.replace(/\{.*/, ''));
    all.set(series, { value: number, since: 0, perSecond: isCounter && number > 0 ? number / repeatSeconds : 0 });
  }
  return all;
}
