import { type Context, type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { ProtobufWriter, wireTypes } from './protobuf-writer.ts';
import { type WritableSpan, writeResource, writeScope, writeSpan, writeText } from './span-protobuf.ts';

/** More than most spans take: so much is left in an array when a span begins. */
const roomForSpan = 4_096;

/** What a processor of batches asks a span for its context for: whether to export it. */
const sampledContext: SpanContext = { traceId: '', spanId: '', traceFlags: TraceFlags.SAMPLED };

/** A span that has been written. */
class EncodedSpan {
  readonly resource: ReadableSpan['resource'];
  readonly instrumentationScope: ReadableSpan['instrumentationScope'];
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;

  constructor({ resource, instrumentationScope }: WritableSpan, bytes: Uint8Array, start: number, end: number) {
    this.resource = resource;
    this.instrumentationScope = instrumentationScope;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  spanContext(): SpanContext {
    return sampledContext;
  }
}

/**
 * Writes each span when it ends, and hands on the place where it was written: what waits for its export then is a few bytes and no object that garbage
 * collection would have to follow and to move.
 */
export class EncodingProcessor implements SpanProcessor {
  readonly #batches: SpanProcessor;
  readonly #writer = new ProtobufWriter();

  /** @param batches exports with an exporter that encodes by {@link encodeRequest}. */
  constructor(batches: SpanProcessor) {
    this.#batches = batches;
  }

  onStart(_span: Span, _parent: Context): void {}

  onEnd(span: WritableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    this.#batches.onEnd(encode(this.#writer, span) as unknown as ReadableSpan);
  }

  forceFlush(): Promise<void> {
    return this.#batches.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#batches.shutdown();
  }
}

function encode(writer: ProtobufWriter, span: WritableSpan): EncodedSpan {
  writer.startBehind(roomForSpan);
  const start = writer.position;
  writeSpan(writer, span);
  return new EncodedSpan(span, writer.bytes, start, writer.position);
}

/** The body of an OTLP request (`ExportTraceServiceRequest`) as protobuf, of spans that have been written when they ended, and of others. */
export function encodeRequest(spans: readonly ReadableSpan[]): Uint8Array {
  let writer: ProtobufWriter | undefined;
  const encoded = spans.map((span) =>
    span instanceof EncodedSpan ? span : encode((writer ??= new ProtobufWriter()), span),
  );
  const request = new ProtobufWriter(encoded.reduce((sum, { start, end }) => sum + end - start, roomForSpan));
  for (const [resource, ofResource] of Map.groupBy(encoded, (span) => span.resource)) {
    request.tag(1, wireTypes.lengthDelimited);
    const begin = request.begin();
    writeResource(request, resource);
    for (const [scope, ofScope] of Map.groupBy(ofResource, (span) => span.instrumentationScope)) {
      writeSpansOf(request, scope, ofScope);
    }
    if (resource.schemaUrl) writeText(request, 3, resource.schemaUrl);
    request.end(begin);
  }
  return request.written;
}

function writeSpansOf(
  request: ProtobufWriter,
  scope: ReadableSpan['instrumentationScope'],
  spans: readonly EncodedSpan[],
): void {
  request.tag(2, wireTypes.lengthDelimited);
  const begin = request.begin();
  writeScope(request, scope);
  for (const { bytes, start, end } of piecesOf(spans)) request.append(bytes.subarray(start, end));
  if (scope.schemaUrl) writeText(request, 3, scope.schemaUrl);
  request.end(begin);
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly start: number;
  end: number;
}

/** Spans that stand one behind the other are one piece, and copied at once. */
function piecesOf(spans: readonly EncodedSpan[]): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const { bytes, start, end } of spans) {
    const last = pieces.at(-1);
    if (last?.bytes === bytes && last.end === start) last.end = end;
    else pieces.push({ bytes, start, end });
  }
  return pieces;
}
