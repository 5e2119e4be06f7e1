import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { HttpInstrumentationConfig } from '@opentelemetry/instrumentation-http';

export const httpInstrumentation = '@opentelemetry/instrumentation-http';

/** What these workloads use, which is also the default; the names are those of the variable. */
const loaders: Readonly<Record<string, (http: HttpInstrumentationConfig) => Promise<Instrumentation>>> = {
  http: async (config) => new (await import('@opentelemetry/instrumentation-http')).HttpInstrumentation(config),
  undici: async () => new (await import('@opentelemetry/instrumentation-undici')).UndiciInstrumentation(),
};

/**
 * Creates the instrumentations that `OTEL_NODE_ENABLED_INSTRUMENTATIONS` and `OTEL_NODE_DISABLED_INSTRUMENTATIONS` ask for.
 *
 * Any other choice than those above is made by `getNodeAutoInstrumentations`. It has all 42 instrumentations and the resource detectors of every cloud
 * imported before it reads a variable, which would be a quarter of the time until the workload is ready.
 */
export async function createInstrumentations(http: HttpInstrumentationConfig): Promise<Instrumentation[]> {
  const enabled = listIn('OTEL_NODE_ENABLED_INSTRUMENTATIONS');
  const disabled = listIn('OTEL_NODE_DISABLED_INSTRUMENTATIONS');
  if (enabled.length > 0 && [...enabled, ...disabled].every((name) => Object.hasOwn(loaders, name))) {
    const chosen = new Set(enabled.filter((name) => !disabled.includes(name)));
    return Promise.all([...chosen].map((name) => (loaders[name] as (typeof loaders)[string])(http)));
  }
  const { getNodeAutoInstrumentations } = await import('@opentelemetry/auto-instrumentations-node');
  return getNodeAutoInstrumentations({ [httpInstrumentation]: http });
}

function listIn(variable: string): string[] {
  const text = process.env[variable];
  return text ? text.split(',').map((name) => name.trim()) : [];
}
