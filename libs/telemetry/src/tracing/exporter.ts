import { getStringFromEnv } from '@opentelemetry/core';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { encodeRequest } from './encoded-spans.ts';
import { onExportPreparation } from './prepare-export.ts';
import { type SpanEncoding, WorkerExporter } from './worker-exporter.ts';

/** OTLP over HTTP, by the value of `OTEL_EXPORTER_OTLP_PROTOCOL`. */
const encodings: Readonly<Record<string, SpanEncoding>> = {
  'http/json': encoding('application/json', JsonTraceSerializer, { canBeJoined: false }),
  'http/protobuf': {
    // A message of protobuf behind another adds to its lists.
    ...encoding('application/x-protobuf', ProtobufTraceSerializer, { canBeJoined: true }),
    encode: encodeRequest,
  },
};

/** The exporter that the environment asks for; `undefined` leaves any other choice than OTLP over HTTP (console, gRPC, several) to NodeSDK. */
export function otlpExporterFromEnvironment(): SpanExporter | undefined {
  const chosen = encodingFromEnvironment();
  if (chosen === undefined) return undefined;
  const exporter = new WorkerExporter(chosen);
  onExportPreparation(() => exporter.prepare());
  return exporter;
}

/** Whether that exporter takes spans that were written when they ended. */
export function takesWrittenSpans(): boolean {
  return encodingFromEnvironment()?.encode === encodeRequest;
}

function encodingFromEnvironment(): SpanEncoding | undefined {
  if ((getStringFromEnv('OTEL_TRACES_EXPORTER') ?? 'otlp') !== 'otlp') return undefined;
  const protocol =
    getStringFromEnv('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ??
    getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL') ??
    'http/protobuf';
  return Object.hasOwn(encodings, protocol) ? encodings[protocol] : undefined;
}

function encoding(
  contentType: string,
  serializer: typeof ProtobufTraceSerializer,
  { canBeJoined }: Pick<SpanEncoding, 'canBeJoined'>,
): SpanEncoding {
  return {
    contentType,
    canBeJoined,
    encode: (spans) => serializer.serializeRequest(spans),
    refusalIn: (body) => {
      const { partialSuccess } = serializer.deserializeResponse(body);
      return partialSuccess && Object.keys(partialSuccess).length > 0 ? partialSuccess : undefined;
    },
  };
}
