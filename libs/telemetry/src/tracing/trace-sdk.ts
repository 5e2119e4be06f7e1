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
import { EncodingProcessor } from './encoded-spans.ts';
import { ownServerSpans, type StartServerSpan } from './server-span-start.ts';
import type { WritableSpan } from './span-protobuf.ts';

/** What every choice of the environment has in common. */
export interface TracingParts {
  readonly sampler: Sampler;
  readonly idGenerator: IdGenerator;
  readonly instrumentations: Instrumentation[];
  readonly resource: Resource;
}

/** Tracing that was started. */
export interface TracingSdk {
  /** Starts the span of a request where that can be done at less cost than by a tracer of the SDK. */
  readonly startServerSpan?: StartServerSpan;
  /** Sends what is held and stops. */
  shutdown(): Promise<void>;
}

/** Of attributes, events and links, by the specification. */
const mostOfEach = 128;

/**
 * Of spans that are written when they end, four times the specification's 512 and 2,048: half of what a request to the collector costs is the same however many
 * spans it holds, and a written span waits as some 400 bytes. A full request has less than 1 MB; collectors take 20 MiB.
 */
const writtenBatches = { maxExportBatchSize: 2_048, maxQueueSize: 8_192 } as const;

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
 *
 * @param takesWrittenSpans whether the exporter takes spans that were written when they ended; then they are, and those of servers are of a kind of our own.
 */
export function startTraceSdk(parts: TracingParts, exporter: SpanExporter, takesWrittenSpans: boolean): TracingSdk {
  const { sampler, idGenerator, resource, instrumentations } = parts;
  const spanLimits = spanLimitsFromEnvironment();
  const batches = new BatchSpanProcessor({ exporter, ...batchOptions(takesWrittenSpans) });
  registerInstrumentations({ instrumentations });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(propagatorFromEnvironment());
  const encoding = takesWrittenSpans ? new EncodingProcessor(batches) : undefined;
  const spanProcessors = [encoding ?? batches];
  const provider = new TracerProvider({ sampler, idGenerator, resource, spanLimits, spanProcessors });
  trace.setGlobalTracerProvider(provider);
  const shutdown = () => provider.shutdown();
  if (encoding === undefined) return { shutdown };
  const onEnd = (span: WritableSpan) => encoding.onEnd(span);
  return { shutdown, startServerSpan: ownServerSpans(idGenerator, { resource, limits: spanLimits, onEnd }) };
}

function propagatorFromEnvironment(): CompositePropagator {
  const names = getStringListFromEnv('OTEL_PROPAGATORS') as PropagatorName[] | undefined;
  const chosen = new Set(names ?? (Object.keys(propagators) as PropagatorName[]));
  return new CompositePropagator({ propagators: [...chosen].map((name) => propagators[name]()) });
}

function spanLimitsFromEnvironment(): Required<SpanLimits> {
  const attributes = getNumberFromEnv('OTEL_ATTRIBUTE_COUNT_LIMIT');
  const valueLength = getNumberFromEnv('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT');
  const limit = (variable: string, otherwise = mostOfEach) => getNumberFromEnv(variable) ?? otherwise;
  return {
    attributeCountLimit: limit('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', attributes),
    attributeValueLengthLimit: limit('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', valueLength ?? Infinity),
    eventCountLimit: limit('OTEL_SPAN_EVENT_COUNT_LIMIT'),
    linkCountLimit: limit('OTEL_SPAN_LINK_COUNT_LIMIT'),
    attributePerEventCountLimit: limit('OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT'),
    attributePerLinkCountLimit: limit('OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT'),
  };
}

/** Whoever sets one of the two sizes has chosen: the other one is the specification's then. */
function batchOptions(areWritten: boolean) {
  const options = batchOptionsFromEnvironment();
  const isSized = options.maxQueueSize !== undefined || options.maxExportBatchSize !== undefined;
  return areWritten && !isSized ? { ...options, ...writtenBatches } : options;
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
