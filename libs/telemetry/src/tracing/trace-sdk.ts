import { context, diag, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  CompositePropagator,
  getNumberFromEnv,
  getStringListFromEnv,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { type Instrumentation, registerInstrumentations } from '@opentelemetry/instrumentation';
import type { Resource } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type IdGenerator,
  type Sampler,
  type SpanExporter,
  type SpanLimits,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** What every choice of the environment has in common. */
export interface TracingParts {
  readonly sampler: Sampler;
  readonly idGenerator: IdGenerator;
  readonly instrumentations: Instrumentation[];
  readonly resource: Resource;
}

/** Tracing that was started. */
export interface TracingSdk {
  /** Sends what is held and stops. */
  shutdown(): Promise<void>;
}

const propagators = {
  tracecontext: () => new W3CTraceContextPropagator(),
  baggage: () => new W3CBaggagePropagator(),
} as const;
type PropagatorName = keyof typeof propagators;

/** Whether the environment asks for traces alone, with the propagators of W3C: then {@link startTraceSdk} does all that NodeSDK would. */
export function wantsTracesOnly(): boolean {
  const isOff = (variable: string) => getStringListFromEnv(variable)?.includes('none') === true;
  const names = getStringListFromEnv('OTEL_PROPAGATORS') ?? [];
  const isW3c = names.every((name) => Object.hasOwn(propagators, name));
  return isOff('OTEL_METRICS_EXPORTER') && isOff('OTEL_LOGS_EXPORTER') && isW3c;
}

/**
 * Starts what NodeSDK starts for traces alone, from the same variables and in the same order, and loads nothing else: that one imports every exporter there
 * is, with gRPC, YAML and schemas of configuration files, before it reads a variable.
 */
export function startTraceSdk(parts: TracingParts, exporter: SpanExporter): TracingSdk {
  const { sampler, idGenerator, resource, instrumentations } = parts;
  registerInstrumentations({ instrumentations });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(propagatorFromEnvironment());
  const provider = new TracerProvider({
    sampler,
    idGenerator,
    resource,
    spanLimits: spanLimitsFromEnvironment(),
    spanProcessors: [new BatchSpanProcessor({ exporter, ...batchOptionsFromEnvironment() })],
  });
  trace.setGlobalTracerProvider(provider);
  return provider;
}

function propagatorFromEnvironment(): CompositePropagator {
  const names = getStringListFromEnv('OTEL_PROPAGATORS') as PropagatorName[] | undefined;
  const chosen = new Set(names ?? (Object.keys(propagators) as PropagatorName[]));
  return new CompositePropagator({ propagators: [...chosen].map((name) => propagators[name]()) });
}

function spanLimitsFromEnvironment(): SpanLimits {
  const attributes = getNumberFromEnv('OTEL_ATTRIBUTE_COUNT_LIMIT');
  const valueLength = getNumberFromEnv('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT');
  return withoutUnset({
    attributeCountLimit: getNumberFromEnv('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT') ?? attributes,
    attributeValueLengthLimit: getNumberFromEnv('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? valueLength,
    eventCountLimit: getNumberFromEnv('OTEL_SPAN_EVENT_COUNT_LIMIT'),
    linkCountLimit: getNumberFromEnv('OTEL_SPAN_LINK_COUNT_LIMIT'),
    attributePerEventCountLimit: getNumberFromEnv('OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT'),
    attributePerLinkCountLimit: getNumberFromEnv('OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT'),
  });
}

function batchOptionsFromEnvironment() {
  return withoutUnset({
    maxQueueSize: positiveNumber('OTEL_BSP_MAX_QUEUE_SIZE'),
    scheduledDelayMillis: positiveNumber('OTEL_BSP_SCHEDULE_DELAY'),
    exportTimeoutMillis: positiveNumber('OTEL_BSP_EXPORT_TIMEOUT'),
    maxExportBatchSize: positiveNumber('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
  });
}

function positiveNumber(variable: string): number | undefined {
  const value = getNumberFromEnv(variable);
  if (value === undefined || value > 0) return value;
  diag.warn(`${variable} (${value}) is invalid, expected number greater than 0, using default.`);
  return undefined;
}

/** What is left out is the SDK's to decide, by the specification's defaults. */
function withoutUnset<K extends string>(values: Readonly<Record<K, number | undefined>>): Partial<Record<K, number>> {
  const set = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as Partial<Record<K, number>>;
}
