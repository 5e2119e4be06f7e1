import { processSettings, startCommands, workloads } from '@observed-rollouts/contract';
import { diag, type DiagLogger, DiagLogLevel } from '@opentelemetry/api';
import { getNodeAutoInstrumentations, getResourceDetectors } from '@opentelemetry/auto-instrumentations-node';
import {
  diagLogLevelFromString,
  getBooleanFromEnv,
  getStringFromEnv,
  setGlobalErrorHandler,
} from '@opentelemetry/core';
import { OTLPTraceExporter as OtlpJsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as OtlpProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { rootLogger } from '../logging.ts';
import { ExportHealth, ReportingExporter } from './export-health.ts';
import { EarlySampling, samplerFromEnvironment } from './sampling.ts';
import { ServerSpans } from './server-spans.ts';
import { onTracingShutdown } from './shutdown.ts';
import { propagateUnsampled } from './unsampled-requests.ts';

/** Level of OpenTelemetry's own messages. */
const diagLevelVariable = 'OTEL_LOG_LEVEL';

/** What this project does where a variable of OpenTelemetry is unset. */
const defaults = {
  // Prometheus scrapes the metrics and the log is on stdout: exporting them too would count and store everything twice.
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  // The others add nothing to these workloads but cost and noise.
  OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici',
  // The detectors of clouds call metadata addresses at start; the host's id can't be read in a container, and its name is the pod's.
  OTEL_NODE_RESOURCE_DETECTORS: 'env,process',
};

const httpInstrumentation = '@opentelemetry/instrumentation-http';

/** The instrumentation's part for outgoing requests stays; {@link ServerSpans} stands for the other. */
const httpOptions = { disableIncomingRequestInstrumentation: true, ignoreOutgoingRequestHook: propagateUnsampled };

type NodeSDKConfiguration = NonNullable<ConstructorParameters<typeof NodeSDK>[0]>;

/**
 * Starts tracing of the whole process; must run before anything that is to be traced is imported.
 *
 * Edge:   does nothing when `OTEL_SDK_DISABLED` is `true`; adds no signal handler: the workload's shutdown ends with {@link shutdownTracing}.
 * Errors: never throws: a process without traces is better than none; what is wrong is in the log.
 */
export function startTracing(): void {
  if (getBooleanFromEnv('OTEL_SDK_DISABLED')) return;
  for (const [name, value] of Object.entries(defaults)) process.env[name] ||= value;
  const health = new ExportHealth(rootLogger);
  const logger = createDiagLogger(health);
  useDiagLogger(logger);
  setGlobalErrorHandler((error) => logger.error(error instanceof Error ? error.message : String(error)));
  try {
    const sampler = samplerFromEnvironment(process.env, (message) => rootLogger.warn(message));
    const sampling = new EarlySampling(sampler);
    const instrumentations = getNodeAutoInstrumentations({ [httpInstrumentation]: httpOptions });
    const sdk = createSdk({ sampler, idGenerator: sampling, instrumentations }, health);
    sdk.start();
    const tracesHttp = instrumentations.some(({ instrumentationName }) => instrumentationName === httpInstrumentation);
    if (tracesHttp) new ServerSpans(sampling).start();
    onTracingShutdown(() => sdk.shutdown());
  } catch (error) {
    rootLogger.error({ err: error }, 'tracing could not be started');
  }
}

function createSdk(configuration: NodeSDKConfiguration, health: ExportHealth): NodeSDK {
  const traceExporter = otlpExporterFromEnvironment();
  return withoutOwnLogger(
    () =>
      new NodeSDK({
        ...configuration,
        resource: defaultResource().merge(ownResource()),
        resourceDetectors: getResourceDetectors(),
        ...(traceExporter === undefined ? {} : { traceExporter: new ReportingExporter(traceExporter, health) }),
      }),
  );
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

/** The usual exporter, which reports its health; `undefined` leaves any other choice (console, gRPC, several) to the SDK. */
function otlpExporterFromEnvironment(): SpanExporter | undefined {
  if ((getStringFromEnv('OTEL_TRACES_EXPORTER') ?? 'otlp') !== 'otlp') return undefined;
  const protocol =
    getStringFromEnv('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (protocol === 'http/json') return new OtlpJsonExporter();
  if (protocol === undefined || protocol === 'http/protobuf') return new OtlpProtobufExporter();
  return undefined;
}

/** What the process knows about itself; OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win over it. */
function ownResource(): Resource {
  const program = process.argv[1] ?? '';
  const workload = Object.values(workloads).find((name) => program.endsWith(startCommands[name].at(-1) as string));
  const version = process.env[processSettings.version.name] || processSettings.version.default;
  return resourceFromAttributes({
    'service.version': version,
    ...(workload === undefined ? {} : { 'service.name': workload }),
  });
}

function useDiagLogger(logger: DiagLogger): void {
  const level = getStringFromEnv(diagLevelVariable);
  const logLevel = level === undefined ? DiagLogLevel.WARN : (diagLogLevelFromString(level) ?? DiagLogLevel.WARN);
  diag.setLogger(logger, { logLevel, suppressOverrideMessage: true });
}

/** OpenTelemetry's own messages in the process' log; during an outage of the collector they repeat, so that they are worth debug only. */
function createDiagLogger(health: ExportHealth): DiagLogger {
  const write = (level: 'error' | 'warn' | 'info' | 'debug' | 'trace', message: string, values: unknown[]) => {
    const isRepetition = health.isFailing && (level === 'error' || level === 'warn');
    rootLogger[isRepetition ? 'debug' : level](
      { context: 'OpenTelemetry', ...(values.length > 0 && { values }) },
      message,
    );
  };
  return {
    error: (message, ...values) => write('error', message, values),
    warn: (message, ...values) => write('warn', message, values),
    info: (message, ...values) => write('info', message, values),
    debug: (message, ...values) => write('debug', message, values),
    verbose: (message, ...values) => write('trace', message, values),
  };
}
