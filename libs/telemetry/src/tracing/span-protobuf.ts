import type { AttributeValue, Attributes, HrTime, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { type ProtobufWriter, wireTypes } from './protobuf-writer.ts';
import { SpanAttributes } from './span-attributes.ts';

/** A span of the SDK, or one whose attributes are no object. */
export type WritableSpan = Omit<ReadableSpan, 'attributes' | 'duration'> & {
  readonly attributes: Attributes | SpanAttributes;
};

const { varint, fixed64, lengthDelimited, fixed32 } = wireTypes;

/** Flags of spans and links: whether the parent came from another process is known, and it did. */
const remoteIsKnown = 0x1_00;
const isRemote = 0x2_00;

/**
 * Writes a span as a field of `opentelemetry.proto.trace.v1.ScopeSpans`, byte for byte as OpenTelemetry's own serializer does, which walks each span twice,
 * once for its size.
 */
export function writeSpan(writer: ProtobufWriter, span: WritableSpan): void {
  const context = span.spanContext();
  const { parentSpanContext: parent, kind } = span;
  writer.tag(2, lengthDelimited);
  const begin = writer.begin();
  writeIds(writer, context);
  if (parent?.spanId) {
    writer.tag(4, lengthDelimited);
    writer.hex(parent.spanId);
  }
  writeText(writer, 5, span.name);
  writeNumber(writer, 6, kind + 1);
  writeTime(writer, 7, span.startTime);
  writeTime(writer, 8, span.endTime);
  writeAttributes(writer, 9, span.attributes);
  writeNumber(writer, 10, span.droppedAttributesCount);
  for (const event of span.events) writeEvent(writer, event);
  writeNumber(writer, 12, span.droppedEventsCount);
  for (const link of span.links) writeLink(writer, link);
  writeNumber(writer, 14, span.droppedLinksCount);
  writeStatus(writer, span.status);
  writeFlags(writer, 16, context.traceFlags, parent?.isRemote);
  writer.end(begin);
}

/** Writes the resource of spans as a field of `ResourceSpans`. */
export function writeResource(writer: ProtobufWriter, { attributes }: ReadableSpan['resource']): void {
  writer.tag(1, lengthDelimited);
  const begin = writer.begin();
  writeAttributes(writer, 1, attributes);
  writeNumber(writer, 2, 0);
  writer.end(begin);
}

type Scope = ReadableSpan['instrumentationScope'];

/** Writes the scope of spans as a field of `ScopeSpans`. */
export function writeScope(writer: ProtobufWriter, { name, version }: Scope): void {
  writer.tag(1, lengthDelimited);
  const begin = writer.begin();
  writeText(writer, 1, name);
  if (version) writeText(writer, 2, version);
  writer.end(begin);
}

export function writeText(writer: ProtobufWriter, field: number, text: string): void {
  writer.tag(field, lengthDelimited);
  writer.string(text);
}

function writeNumber(writer: ProtobufWriter, field: number, value: number): void {
  writer.tag(field, varint);
  writer.varint(value);
}

function writeIds(writer: ProtobufWriter, { traceId, spanId, traceState }: SpanContext): void {
  writer.tag(1, lengthDelimited);
  writer.hex(traceId);
  writer.tag(2, lengthDelimited);
  writer.hex(spanId);
  const state = traceState?.serialize();
  if (state) writeText(writer, 3, state);
}

function writeFlags(writer: ProtobufWriter, field: number, traceFlags: number, remote: boolean | undefined): void {
  writer.tag(field, fixed32);
  writer.fixed32((traceFlags & 0xff) | remoteIsKnown | (remote ? isRemote : 0));
}

/** Nanoseconds since the epoch are more than a number holds: they are put together from seconds in two parts. */
function writeTime(writer: ProtobufWriter, field: number, [seconds, nanoseconds]: HrTime): void {
  const upper = Math.floor(seconds / 65_536) * 1e9;
  const lower = (seconds % 65_536) * 1e9 + nanoseconds + (upper % 65_536) * 65_536;
  writer.tag(field, fixed64);
  writer.fixed32(lower % 0x1_00_00_00_00);
  writer.fixed32(Math.floor(upper / 65_536) + Math.floor(lower / 0x1_00_00_00_00));
}

function writeEvent(writer: ProtobufWriter, event: WritableSpan['events'][number]): void {
  writer.tag(11, lengthDelimited);
  const begin = writer.begin();
  writeTime(writer, 1, event.time);
  writeText(writer, 2, event.name);
  if (event.attributes !== undefined) writeAttributes(writer, 3, event.attributes);
  writeNumber(writer, 4, event.droppedAttributesCount ?? 0);
  writer.end(begin);
}

function writeLink(writer: ProtobufWriter, link: WritableSpan['links'][number]): void {
  writer.tag(13, lengthDelimited);
  const begin = writer.begin();
  writeIds(writer, link.context);
  if (link.attributes !== undefined) writeAttributes(writer, 4, link.attributes);
  writeNumber(writer, 5, link.droppedAttributesCount ?? 0);
  writeFlags(writer, 6, link.context.traceFlags, link.context.isRemote);
  writer.end(begin);
}

function writeStatus(writer: ProtobufWriter, { code, message }: WritableSpan['status']): void {
  writer.tag(15, lengthDelimited);
  const begin = writer.begin();
  if (message) writeText(writer, 2, message);
  writeNumber(writer, 3, code);
  writer.end(begin);
}

function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes | SpanAttributes): void {
  if (attributes instanceof SpanAttributes) {
    const { entries } = attributes;
    for (let index = 0; index < entries.length; index += 2) {
      writeAttribute(writer, field, entries[index] as string, entries[index + 1]);
    }
    return;
  }
  for (const key of Object.keys(attributes)) writeAttribute(writer, field, key, attributes[key]);
}

function writeAttribute(writer: ProtobufWriter, field: number, key: string, value: unknown): void {
  writer.tag(field, lengthDelimited);
  const begin = writer.begin();
  writeText(writer, 1, key);
  writer.tag(2, lengthDelimited);
  const beginOfValue = writer.begin();
  writeValue(writer, value);
  writer.end(beginOfValue);
  writer.end(begin);
}

/** `AnyValue`; what has no value is an empty one. */
function writeValue(writer: ProtobufWriter, value: unknown): void {
  if (typeof value === 'string') {
    writeText(writer, 1, value);
  } else if (typeof value === 'number') {
    writeNumericValue(writer, value);
  } else if (typeof value === 'boolean') {
    writeNumber(writer, 2, value ? 1 : 0);
  } else if (value instanceof Uint8Array) {
    writer.tag(7, lengthDelimited);
    writer.raw(value);
  } else if (typeof value === 'object' && value !== null) {
    writeComposite(writer, value as readonly AttributeValue[] | Attributes);
  }
}

function writeNumericValue(writer: ProtobufWriter, value: number): void {
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63) {
    writeNumber(writer, 3, value);
    return;
  }
  writer.tag(4, fixed64);
  writer.double(value);
}

function writeComposite(writer: ProtobufWriter, value: readonly unknown[] | Attributes): void {
  const isArray = Array.isArray(value);
  writer.tag(isArray ? 5 : 6, lengthDelimited);
  const begin = writer.begin();
  if (isArray) for (const item of value) writeItem(writer, item);
  else writeAttributes(writer, 1, value as Attributes);
  writer.end(begin);
}

function writeItem(writer: ProtobufWriter, item: unknown): void {
  writer.tag(1, lengthDelimited);
  const begin = writer.begin();
  writeValue(writer, item);
  writer.end(begin);
}
