/** Where a collector takes OpenTelemetry's protocol unless it is told otherwise. */
export const otlp = {
  grpcPort: 4317,
  httpPort: 4318,
  /** Path of traces over HTTP, behind the collector's base address. */
  tracesPath: '/v1/traces',
} as const;
