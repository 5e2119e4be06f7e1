import { z } from 'zod';
import type { PanelQuery, Variable } from './dashboards.ts';

/** Seconds since the epoch. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** Chosen values by variable; what Grafana would choose when nobody does. */
export type Chosen = Readonly<Record<string, string>>;

const metric = z.record(z.string(), z.string());
const sample = z.tuple([z.number(), z.string()]);
const answers = {
  query: z.object({ data: z.object({ result: z.array(z.object({ metric, value: sample })) }) }),
  query_range: z.object({ data: z.object({ result: z.array(z.object({ metric, values: z.array(sample) })) }) }),
  values: z.object({ data: z.array(z.string()) }),
};

/** What the dashboard shows at first, in seconds: `$__range`. */
const shownSeconds = 300;

/**
 * Asks a Prometheus what Grafana would ask it.
 *
 * Source: Grafana's documentation of the Prometheus data source: `$__interval` is the step, at least the query's Min step; `$__rate_interval` the larger of
 * step plus scrape interval and four scrape intervals, where the Min step stands for the scrape interval when it is set.
 */
export class GrafanaQueries {
  readonly #url: string;
  readonly #scrapeSeconds: number;
  readonly #speedUp: number;

  /**
   * @param scrapeSeconds the data source's scrape interval.
   * @param speedUp how many times as often as in the manifests the platform is scraped: every Min step is as many times as short.
   */
  constructor(url: string, scrapeSeconds: number, speedUp: number) {
    this.#url = url;
    this.#scrapeSeconds = scrapeSeconds;
    this.#speedUp = speedUp;
  }

  /** A query as Prometheus gets it. */
  filledIn({ expr, interval }: Pick<PanelQuery, 'expr' | 'interval'>, chosen: Chosen): string {
    const scrape = interval === undefined ? this.#scrapeSeconds : Number(interval.replace('s', '')) / this.#speedUp;
    const step = Math.max(1, scrape);
    const values: Chosen = {
      ...chosen,
      __interval: `${step}s`,
      __rate_interval: `${Math.max(step + scrape, 4 * scrape)}s`,
      __range: `${shownSeconds}s`,
    };
    return expr.replaceAll(/\$(\w+)/g, (text, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`${text} in ${expr}: no such variable`);
      return value;
    });
  }

  /** What a panel draws over a time, in steps of a second. */
  async ask(query: PanelQuery, chosen: Chosen, { from, to }: TimeSpan): Promise<readonly Series[]> {
    const parameters = { query: this.filledIn(query, chosen), start: `${from}`, end: `${to}`, step: '1' };
    const { data } = await this.#post('query_range', parameters);
    return data.result.map(({ metric: labels, values }) => ({
      labels,
      values: values.map(([, text]) => number(text)),
    }));
  }

  /** The values that a variable can take, first the one that is chosen; each depends on those before it. */
  async valuesOf({ query, regex }: Variable, chosen: Chosen): Promise<readonly string[]> {
    const labels = /^label_values\((.+), (\w+)\)$/.exec(query);
    if (labels) {
      const [, selector = '', label = ''] = labels;
      const match = new URLSearchParams({ 'match[]': this.filledIn({ expr: selector }, chosen) });
      const answer = await fetch(`${this.#url}/api/v1/label/${label}/values?${match.toString()}`);
      return answers.values.parse(await answer.json()).data;
    }
    const [, expr] = /^query_result\((.+)\)$/.exec(query) ?? [];
    if (expr === undefined) throw new Error(`${query}: neither label_values nor query_result`);
    const { data } = await this.#post('query', { query: this.filledIn({ expr }, chosen) });
    const texts = data.result.map(({ metric: found, value: [at, text] }) => {
      const shown = Object.entries(found).map(([name, value]) => `${name}="${value}"`);
      return `{${shown.join(',')}} ${text} ${at * 1000}`;
    });
    return texts.map((text) => namedValue(text, regex ?? ''));
  }

  /** The values that Grafana chooses by itself: the first of each; all of a variable that takes several. */
  async chooseFirst(variables: readonly Variable[]): Promise<Chosen> {
    let chosen: Chosen = {};
    for (const variable of variables) {
      const [first = ''] = await this.valuesOf(variable, chosen);
      chosen = { ...chosen, [variable.name]: variable.allValue ?? first };
    }
    return chosen;
  }

  async #post<P extends 'query' | 'query_range'>(
    path: P,
    parameters: Record<string, string>,
  ): Promise<z.infer<(typeof answers)[P]>> {
    const answer = await fetch(`${this.#url}/api/v1/${path}`, {
      method: 'POST',
      body: new URLSearchParams(parameters),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${parameters['query'] ?? ''}: ${text}`);
    return answers[path].parse(JSON.parse(text)) as z.infer<(typeof answers)[P]>;
  }
}

/** The group `value` of any match, as Grafana takes it out of a series. */
function namedValue(text: string, regex: string): string {
  const [, pattern = '', flags = ''] = /^\/(.+)\/(\w*)$/.exec(regex) ?? [];
  const found = [...text.matchAll(new RegExp(pattern, flags))].find(({ groups }) => groups?.['value'] !== undefined);
  return found?.groups?.['value'] ?? '';
}

function number(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
