import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { paths } from '@observed-rollouts/contract';
import { type Context, isSpanContextValid, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  type IdGenerator,
  ParentBasedSampler,
  RandomIdGenerator,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { RootTraceIds } from './root-trace-ids.ts';

const samplerVariable = 'OTEL_TRACES_SAMPLER';
const argumentVariable = 'OTEL_TRACES_SAMPLER_ARG';
const defaultSampler = 'parentbased_always_on';
const defaultRatio = 1;

/** How spans are sampled. */
export interface Sampling {
  readonly sampler: Sampler;
  /** 0 to 1: the share of traces that the sampler samples where a trace begins, by the trace id alone. */
  readonly rootRatio: number;
}

const roots: Readonly<Record<string, (ratio: () => number) => Sampling>> = {
  always_on: () => ({ sampler: new AlwaysOnSampler(), rootRatio: 1 }),
  always_off: () => ({ sampler: new AlwaysOffSampler(), rootRatio: 0 }),
  traceidratio: (ratio) => sampledBy(ratio()),
};

/** The samplers of the specification that need no service of their own, by the value of `OTEL_TRACES_SAMPLER`. */
const samplers: Readonly<Record<string, (ratio: () => number) => Sampling>> = {
  ...roots,
  ...Object.fromEntries(Object.entries(roots).map(([name, root]) => [`parentbased_${name}`, parentBased(root)])),
};

function sampledBy(rootRatio: number): Sampling {
  return { sampler: new TraceIdRatioBasedSampler(rootRatio), rootRatio };
}

function parentBased(rootOf: (ratio: () => number) => Sampling): (ratio: () => number) => Sampling {
  return (ratio) => {
    const { sampler, rootRatio } = rootOf(ratio);
    return { sampler: new ParentBasedSampler({ root: sampler }), rootRatio };
  };
}

/**
 * Reads the sampler from `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`.
 *
 * Edge:   an empty variable counts as unset; unset is `parentbased_always_on`, an unset ratio 1.
 * Errors: never throws: the specification demands that a wrong value is warned of and then treated as unset.
 */
export function samplingFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  warn: (message: string) => void,
): Sampling {
  const ratio = () => readRatio(env[argumentVariable], warn);
  const name = env[samplerVariable] || defaultSampler;
  const known = Object.hasOwn(samplers, name) ? samplers[name] : undefined;
  if (known !== undefined) return known(ratio);
  const expected = `expected one of ${Object.keys(samplers).join(', ')}`;
  warn(`${samplerVariable}: unknown sampler, got "${name}", ${expected}; ${defaultSampler} is used`);
  return (samplers[defaultSampler] as (ratio: () => number) => Sampling)(ratio);
}

function readRatio(text: string | undefined, warn: (message: string) => void): number {
  if (!text) return defaultRatio;
  const ratio = Number(text);
  if (text.trim() !== '' && ratio >= 0 && ratio <= 1) return ratio;
  warn(
    `${argumentVariable}: not a ratio, got "${text}", expected a number from 0 to 1, e.g. 0.1; ${defaultRatio} is used`,
  );
  return defaultRatio;
}

/** Requests that no trace is wanted of, whatever the sampler says: they come every second and say nothing. */
const silentPaths = new Set<string>([paths.liveness, paths.readiness, paths.metrics]);

/** The headers that the propagators of W3C read; an extraction without them finds nothing. */
const w3cHeaders = ['traceparent', 'tracestate', 'baggage'];

/**
 * Decides about a server span before any work is done for it: an unsampled request then costs next to nothing.
 *
 * The SDK asks its sampler again when the span starts. Both answers agree, and no ratio is applied twice, because a sampler decides by the parent and the
 * trace id alone: the trace id of a new trace is drawn here and handed to the SDK as its id generator.
 */
export class EarlySampling implements IdGenerator {
  readonly #sampler: Sampler;
  readonly #roots: RootTraceIds;
  readonly #ids: IdGenerator = new RandomIdGenerator();
  #readsW3cOnly: boolean | undefined;
  #nextTraceId: string | undefined;

  constructor({ sampler, rootRatio }: Sampling) {
    this.#sampler = sampler;
    this.#roots = new RootTraceIds(rootRatio);
  }

  /**
   * The context that the span of a request starts in, with the parent that the request names; `undefined` when no span is wanted.
   *
   * Edge: after a context without a parent, the span must be started before anything else is awaited: its trace id is kept for the next start.
   */
  parentOf(request: IncomingMessage): Context | undefined {
    const parent = this.#extract(request.headers);
    const isSampled = this.#isSampled(parent);
    if (isSampled && !silentPaths.has(pathOf(request.url ?? ''))) return parent;
    this.#nextTraceId = undefined;
    return undefined;
  }

  #isSampled(parent: Context): boolean {
    const parentSpan = parent === ROOT_CONTEXT ? undefined : trace.getSpanContext(parent);
    if (parentSpan !== undefined && isSpanContextValid(parentSpan)) return this.#samples(parent, parentSpan.traceId);
    this.#nextTraceId = this.#roots.next();
    return this.#nextTraceId !== undefined;
  }

  /** Most requests name no parent: a look at two headers costs much less than an extraction that finds nothing. */
  #extract(headers: IncomingHttpHeaders): Context {
    this.#readsW3cOnly ??= propagation.fields().every((name) => w3cHeaders.includes(name));
    const isEmpty = headers['traceparent'] === undefined && headers['baggage'] === undefined;
    return isEmpty && this.#readsW3cOnly ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, headers);
  }

  generateTraceId(): string {
    const traceId = this.#nextTraceId ?? this.#ids.generateTraceId();
    this.#nextTraceId = undefined;
    return traceId;
  }

  generateSpanId(): string {
    return this.#ids.generateSpanId();
  }

  #samples(parent: Context, traceId: string): boolean {
    const { decision } = this.#sampler.shouldSample(parent, traceId, '', SpanKind.SERVER, {}, []);
    return decision !== SamplingDecision.NOT_RECORD;
  }
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
