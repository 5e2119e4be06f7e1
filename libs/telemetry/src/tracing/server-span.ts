import {
  type Attributes,
  type AttributeValue,
  diag,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api';
import {
  addHrTimes,
  cleanAttributes,
  cleanSimpleAttributes,
  isTimeInput,
  isTimeInputHrTime,
  millisToHrTime,
} from '@opentelemetry/core';
import type { ReadableSpan, SpanLimits } from '@opentelemetry/sdk-trace';
import {
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
} from '@opentelemetry/semantic-conventions';
import { SpanAttributes } from './span-attributes.ts';
import type { WritableSpan } from './span-protobuf.ts';

/** What the spans of a process have in common. */
export interface ServerSpanOptions {
  readonly resource: ReadableSpan['resource'];
  readonly instrumentationScope: ReadableSpan['instrumentationScope'];
  readonly limits: Required<SpanLimits>;
  /** Takes each span when it has ended. */
  readonly onEnd: (span: WritableSpan) => void;
}

type Events = ReadableSpan['events'];

const unset: SpanStatus = { code: SpanStatusCode.UNSET };
const noEvents: Events = [];
const noLinks: Link[] = [];

/**
 * The sampled span of one request to a server. It does what a span of the SDK does, at a fraction of its cost: that one checks each attribute by way of a new
 * `WeakSet`, keeps them in an object that grows property by property, asks the sampler again, and counts itself for a meter that nobody reads.
 */
export class ServerSpan implements Span, WritableSpan {
  name: string;
  readonly kind = SpanKind.SERVER;
  readonly parentSpanContext?: SpanContext;
  readonly attributes: SpanAttributes;
  readonly startTime: HrTime;
  endTime: HrTime;
  status = unset;
  events = noEvents;
  links = noLinks;
  droppedAttributesCount = 0;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  ended = false;
  readonly #context: SpanContext;
  readonly #options: ServerSpanOptions;
  readonly #startedAt = performance.now();

  /** @param attributes valid keys and values in turn, see {@link SpanAttributes}; those without a value are left out. */
  constructor(
    name: string,
    context: SpanContext,
    parent: SpanContext | undefined,
    attributes: SpanAttributes,
    options: ServerSpanOptions,
  ) {
    this.name = name;
    this.#context = context;
    if (parent !== undefined) this.parentSpanContext = parent;
    this.startTime = millisToHrTime(Date.now());
    this.endTime = this.startTime;
    this.attributes = attributes;
    this.#options = options;
    if (attributes.count > options.limits.attributeCountLimit || options.limits.attributeValueLengthLimit < Infinity) {
      this.#limit(attributes.entries.splice(0));
    }
  }

  get resource(): ReadableSpan['resource'] {
    return this.#options.resource;
  }

  get instrumentationScope(): ReadableSpan['instrumentationScope'] {
    return this.#options.instrumentationScope;
  }

  spanContext(): SpanContext {
    return this.#context;
  }

  isRecording(): boolean {
    return !this.ended;
  }

  setAttribute(key: string, value: AttributeValue | undefined): this {
    if (this.#hasEnded() || value === undefined) return this;
    if (key === '') {
      diag.warn('an attribute without a key is left out');
      return this;
    }
    const { attributes } = this;
    const { attributeCountLimit, attributeValueLengthLimit } = this.#options.limits;
    const index = attributes.indexOf(key);
    if (index === -1 && attributes.count >= attributeCountLimit) {
      if (this.droppedAttributesCount++ === 0) diag.warn('Dropping extra attributes.');
      return this;
    }
    const isPlain =
      typeof value === 'number' ||
      typeof value === 'boolean' ||
      (typeof value === 'string' && attributeValueLengthLimit === Infinity);
    const valid = isPlain ? value : cleanAttributes({ [key]: value }, this.#limits(1)).attributes?.[key];
    if (valid === undefined) return this;
    if (index === -1) attributes.entries.push(key, valid);
    else attributes.entries[index] = valid;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const [key, value] of Object.entries(attributes)) this.setAttribute(key, value);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.#hasEnded()) return this;
    const { eventCountLimit, attributePerEventCountLimit } = this.#options.limits;
    const timeOnly = isTimeInput(attributesOrTime) ? attributesOrTime : undefined;
    const attributes = timeOnly === undefined ? (attributesOrTime as Attributes | undefined) : undefined;
    const cleaned = cleanSimpleAttributes(attributes, this.#limits(attributePerEventCountLimit));
    const event = { name, time: this.#timeOf(time ?? timeOnly), ...cleaned };
    const kept = lastOf([...this.events, event], eventCountLimit);
    this.droppedEventsCount += this.events.length + 1 - kept.length;
    this.events = kept;
    return this;
  }

  addLink({ context, attributes }: Link): this {
    if (this.#hasEnded()) return this;
    const { linkCountLimit, attributePerLinkCountLimit } = this.#options.limits;
    const kept = lastOf(
      [...this.links, { context, ...cleanAttributes(attributes, this.#limits(attributePerLinkCountLimit)) }],
      linkCountLimit,
    );
    this.droppedLinksCount += this.links.length + 1 - kept.length;
    this.links = kept;
    return this;
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  setStatus({ code, message }: SpanStatus): this {
    if (this.#hasEnded() || code === SpanStatusCode.UNSET || this.status.code === SpanStatusCode.OK) return this;
    const isExplained = code === SpanStatusCode.ERROR && typeof message === 'string';
    this.status = isExplained ? { code, message } : { code };
    return this;
  }

  updateName(name: string): this {
    if (!this.#hasEnded()) this.name = name;
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const { code, name, message, stack } =
      typeof exception === 'string'
        ? { message: exception }
        : (exception as Partial<Error> & { code?: string | number });
    const type = code ? `${code}` : name;
    if (!type && !message) {
      diag.warn(`Failed to record an exception ${String(exception)}`);
      return;
    }
    const attributes: Attributes = {};
    if (type) attributes[ATTR_EXCEPTION_TYPE] = type;
    if (message) attributes[ATTR_EXCEPTION_MESSAGE] = message;
    if (stack) attributes[ATTR_EXCEPTION_STACKTRACE] = stack;
    this.addEvent('exception', attributes, time);
  }

  end(time?: TimeInput): void {
    if (this.#hasEnded()) return;
    const end = this.#timeOf(time);
    if (isBefore(end, this.startTime))
      diag.warn('a span ends before it starts; its duration is set to 0', this.startTime, end);
    else this.endTime = end;
    this.ended = true;
    this.#options.onEnd(this);
  }

  #limit(entries: (AttributeValue | undefined)[]): void {
    for (let index = 0; index < entries.length; index += 2)
      this.setAttribute(entries[index] as string, entries[index + 1]);
  }

  #limits(attributeCountLimit: number) {
    return { attributeCountLimit, attributeValueLengthLimit: this.#options.limits.attributeValueLengthLimit };
  }

  /** Without a time it is now, counted from the start by the clock that never goes back. */
  #timeOf(time: TimeInput | undefined): HrTime {
    if (time === undefined) return addHrTimes(this.startTime, millisToHrTime(performance.now() - this.#startedAt));
    if (isTimeInputHrTime(time)) return time;
    if (time instanceof Date) return millisToHrTime(time.getTime());
    if (time > performance.now()) return millisToHrTime(time);
    // A reading of the monotonic clock, which need not agree with the other one since the process started.
    return millisToHrTime(this.startTime[0] * 1000 + this.startTime[1] / 1e6 + time - this.#startedAt);
  }

  #hasEnded(): boolean {
    if (this.ended)
      diag.warn(`a span that has ended was to be changed: ${this.#context.traceId}-${this.#context.spanId}`);
    return this.ended;
  }
}

function lastOf<T>(list: T[], count: number): T[] {
  return count === 0 ? [] : list.slice(-count);
}

function isBefore([seconds, nanoseconds]: HrTime, [otherSeconds, otherNanoseconds]: HrTime): boolean {
  return seconds < otherSeconds || (seconds === otherSeconds && nanoseconds < otherNanoseconds);
}
