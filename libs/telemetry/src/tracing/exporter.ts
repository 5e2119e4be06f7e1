import { getStringFromEnv } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace';

/** The exporters that this project loads itself, each only where it is chosen. */
const otlpOverHttp: Readonly<Record<string, () => Promise<SpanExporter>>> = {
  'http/json': async () => new (await import('@opentelemetry/exporter-trace-otlp-http')).OTLPTraceExporter(),
  'http/protobuf': async () => new (await import('@opentelemetry/exporter-trace-otlp-proto')).OTLPTraceExporter(),
};

/** The exporter that the environment asks for; `undefined` leaves any other choice than OTLP over HTTP (console, gRPC, several) to NodeSDK. */
export async function otlpExporterFromEnvironment(): Promise<SpanExporter | undefined> {
  if ((getStringFromEnv('OTEL_TRACES_EXPORTER') ?? 'otlp') !== 'otlp') return undefined;
  const protocol =
    getStringFromEnv('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ??
    getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL') ??
    'http/protobuf';
  return Object.hasOwn(otlpOverHttp, protocol) ? otlpOverHttp[protocol]?.() : undefined;
}
