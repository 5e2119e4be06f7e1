import { PbfReader } from 'pbf';
import { type AttributeValue, errorStatus, type Span, spanKind } from './span.ts';

/** Field numbers of opentelemetry/proto/trace/v1/trace.proto and common/v1/common.proto, as far as a span is read. */
const fields = {
  request: { resourceSpans: 1 },
  resourceSpans: { resource: 1, scopeSpans: 2 },
  resource: { attributes: 1 },
  scopeSpans: { spans: 2 },
  span: { traceId: 1, spanId: 2, parentSpanId: 4, name: 5, kind: 6, start: 7, end: 8, attributes: 9, status: 15 },
  status: { code: 3 },
  keyValue: { key: 1, value: 2 },
  anyValue: { string: 1, bool: 2, int: 3, double: 4 },
} as const;

type MutableSpan = { -readonly [K in keyof Span]: Span[K] } & { attributes: Record<string, AttributeValue> };

/** Reads an `ExportTraceServiceRequest` in protobuf. Errors: throws on bytes that aren't one. */
export function decodeTraceRequest(bytes: Uint8Array): readonly Span[] {
  const spans: Span[] = [];
  readMessage(new PbfReader(bytes), (tag, pbf) => {
    if (tag === fields.request.resourceSpans) spans.push(...readResourceSpans(pbf));
  });
  return spans;
}

type FieldReader = (tag: number, pbf: PbfReader) => void;

function readMessage(pbf: PbfReader, read: FieldReader): void {
  pbf.readFields((tag) => read(tag, pbf), undefined);
}

function readNested(pbf: PbfReader, read: FieldReader): void {
  pbf.readMessage((tag) => read(tag, pbf), undefined);
}

function readResourceSpans(pbf: PbfReader): readonly Span[] {
  const resource: Record<string, AttributeValue> = {};
  const spans: MutableSpan[] = [];
  readNested(pbf, (tag) => {
    if (tag === fields.resourceSpans.resource) {
      readNested(pbf, (inner) => {
        if (inner === fields.resource.attributes) readAttribute(pbf, resource);
      });
    } else if (tag === fields.resourceSpans.scopeSpans) {
      readNested(pbf, (inner) => {
        if (inner === fields.scopeSpans.spans) spans.push(readSpan(pbf));
      });
    }
  });
  // The resource may stand after its spans.
  return spans.map((span) => ({ ...span, resource, service: `${resource['service.name'] ?? ''}` }));
}

function readSpan(pbf: PbfReader): MutableSpan {
  const { span: field } = fields;
  const attributes: Record<string, AttributeValue> = {};
  const base = {
    name: '',
    traceId: '',
    spanId: '',
    service: '',
    resource: {},
    startedAt: 0,
    endedAt: 0,
    isError: false,
  };
  const span: MutableSpan = { ...base, kind: 'unspecified', attributes };
  const readers: Readonly<Record<number, () => void>> = {
    [field.traceId]: () => (span.traceId = toHex(pbf.readBytes())),
    [field.spanId]: () => (span.spanId = toHex(pbf.readBytes())),
    [field.parentSpanId]: () => setParent(span, toHex(pbf.readBytes())),
    [field.name]: () => (span.name = pbf.readString()),
    [field.kind]: () => (span.kind = spanKind(pbf.readVarint())),
    [field.start]: () => (span.startedAt = pbf.readFixed64() / 1e6),
    [field.end]: () => (span.endedAt = pbf.readFixed64() / 1e6),
    [field.attributes]: () => readAttribute(pbf, attributes),
    [field.status]: () => (span.isError = readStatus(pbf) === errorStatus),
  };
  readNested(pbf, (tag) => readers[tag]?.());
  return span;
}

function setParent(span: MutableSpan, parentSpanId: string): void {
  if (parentSpanId !== '') span.parentSpanId = parentSpanId;
}

function readStatus(pbf: PbfReader): number {
  let code = 0;
  readNested(pbf, (tag) => {
    if (tag === fields.status.code) code = pbf.readVarint();
  });
  return code;
}

function readAttribute(pbf: PbfReader, into: Record<string, AttributeValue>): void {
  let key = '';
  let value: AttributeValue | undefined;
  readNested(pbf, (tag) => {
    if (tag === fields.keyValue.key) key = pbf.readString();
    else if (tag === fields.keyValue.value) value = readAnyValue(pbf);
  });
  if (value !== undefined) into[key] = value;
}

/** Lists, maps and bytes are left out: no attribute that is shown has one. */
function readAnyValue(pbf: PbfReader): AttributeValue | undefined {
  let value: AttributeValue | undefined;
  readNested(pbf, (tag) => {
    if (tag === fields.anyValue.string) value = pbf.readString();
    else if (tag === fields.anyValue.bool) value = pbf.readBoolean();
    else if (tag === fields.anyValue.int) value = pbf.readVarint(true);
    else if (tag === fields.anyValue.double) value = pbf.readDouble();
  });
  return value;
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
