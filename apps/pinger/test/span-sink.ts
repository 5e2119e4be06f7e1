import { startHttpTarget, type Target } from './targets.ts';

/** One span as it arrived over OTLP/HTTP in JSON. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 1 internal, 3 client. */
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  /** Code 2 is an error. */
  readonly status: { readonly code?: number; readonly message?: string };
}

/** A collector that keeps every span. */
export interface SpanSink extends Target {
  readonly spans: readonly ReceivedSpan[];
}

interface ExportRequest {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[] }[];
}

export async function startSpanSink(): Promise<SpanSink> {
  const spans: ReceivedSpan[] = [];
  const target = await startHttpTarget((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as ExportRequest;
      for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  return { ...target, spans };
}

/** The value of an attribute, whatever its type. */
export function attributeOf(span: ReceivedSpan, name: string): unknown {
  return Object.values(span.attributes.find(({ key }) => key === name)?.value ?? {})[0];
}
