import { type Counter, type Metric, register, Registry } from 'prom-client';
import { type ExpositionFormat, openMetrics } from './negotiation.ts';

/** What a registry needs of a metric to render it. */
type Renderable = Pick<Counter, 'get'> & { name: string; readonly type: string };

/**
 * Renders every metric of the process in one format.
 *
 * Edge: renders of both formats may overlap: each has a registry of its own, and counters stand in it as views, because prom-client takes
 *       `_total` off the very counter that it renders as OpenMetrics and leaves it off for every later scrape.
 */
export async function renderMetrics(format: ExpositionFormat): Promise<string> {
  const registry = new Registry();
  registry.setContentType(format.contentType as typeof Registry.PROMETHEUS_CONTENT_TYPE);
  for (const metric of register.getMetricsAsArray() as unknown as Renderable[]) {
    const view = metric.type === 'counter' ? new CounterView(metric) : metric;
    registry.registerMetric(view as unknown as Metric);
  }
  const body = await registry.metrics();
  return format === openMetrics ? body : body.replace(/\n+$/, '\n');
}

/** A counter under a name that a render may change. */
class CounterView implements Renderable {
  readonly type = 'counter';
  name: string;
  readonly #counter: Renderable;

  constructor(counter: Renderable) {
    this.name = counter.name;
    this.#counter = counter;
  }

  async get(): ReturnType<Counter['get']> {
    return { ...(await this.#counter.get()), name: this.name };
  }
}
