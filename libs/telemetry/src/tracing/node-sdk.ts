import { NodeSDK } from '@opentelemetry/sdk-node';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { diagLevelVariable } from './diag-logger.ts';
import type { TracingParts, TracingSdk } from './trace-sdk.ts';

/** Starts OpenTelemetry's own SDK, for any choice of exporters, signals and propagators; without `traceExporter` it creates those of the environment. */
export function startNodeSdk(parts: TracingParts, traceExporter: SpanExporter | undefined): TracingSdk {
  const sdk = withoutOwnLogger(
    () =>
      new NodeSDK({ ...parts, autoDetectResources: false, ...(traceExporter === undefined ? {} : { traceExporter }) }),
  );
  sdk.start();
  return sdk;
}

/** The SDK installs a logger of its own when this variable is set: plain text between the JSON lines of ours. */
function withoutOwnLogger<T>(create: () => T): T {
  const level = process.env[diagLevelVariable];
  delete process.env[diagLevelVariable];
  try {
    return create();
  } finally {
    if (level !== undefined) process.env[diagLevelVariable] = level;
  }
}
