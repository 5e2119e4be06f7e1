import { getBooleanFromEnv } from '@opentelemetry/core';
import { rootLogger } from '../logging.ts';
import { useProcessLog } from './diag-logger.ts';
import { ExportHealth, ReportingExporter } from './export-health.ts';
import { otlpExporterFromEnvironment, takesWrittenSpans } from './exporter.ts';
import { createInstrumentations, httpInstrumentation } from './instrumentations.ts';
import { createResource } from './resource.ts';
import { EarlySampling, samplingFromEnvironment } from './sampling.ts';
import { sdkServerSpans } from './server-span-start.ts';
import { ServerSpans } from './server-spans.ts';
import { onTracingShutdown } from './shutdown.ts';
import { startTraceSdk, type TracingParts, type TracingSdk, wantsTracesOnly } from './trace-sdk.ts';
import { propagateUnsampled } from './unsampled-requests.ts';

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

/** The instrumentation's part for outgoing requests stays; {@link ServerSpans} stands for the other. */
const httpOptions = { disableIncomingRequestInstrumentation: true, ignoreOutgoingRequestHook: propagateUnsampled };

/**
 * Starts tracing of the whole process; must have finished before anything that is to be traced is imported.
 *
 * Edge:   does nothing when `OTEL_SDK_DISABLED` is `true`; adds no signal handler: the workload's shutdown ends with {@link shutdownTracing}.
 * Errors: never rejects: a process without traces is better than none; what is wrong is in the log.
 */
export async function startTracing(): Promise<void> {
  if (getBooleanFromEnv('OTEL_SDK_DISABLED')) return;
  for (const [name, value] of Object.entries(defaults)) process.env[name] ||= value;
  const health = new ExportHealth(rootLogger);
  useProcessLog(health);
  try {
    const fromEnvironment = samplingFromEnvironment(process.env, (message) => rootLogger.warn(message));
    const { sampler } = fromEnvironment;
    const sampling = new EarlySampling(fromEnvironment);
    const instrumentations = await createInstrumentations(httpOptions);
    const resource = await createResource();
    const sdk = await startSdk({ sampler, idGenerator: sampling, instrumentations, resource }, health);
    const tracesHttp = instrumentations.some(({ instrumentationName }) => instrumentationName === httpInstrumentation);
    if (tracesHttp) new ServerSpans(sampling, sdk.startServerSpan ?? sdkServerSpans()).start();
    onTracingShutdown(() => sdk.shutdown());
  } catch (error) {
    rootLogger.error({ err: error }, 'tracing could not be started');
  }
}

async function startSdk(parts: TracingParts, health: ExportHealth): Promise<TracingSdk> {
  const exporter = otlpExporterFromEnvironment();
  const reporting = exporter && new ReportingExporter(exporter, health);
  if (reporting !== undefined && wantsTracesOnly()) return startTraceSdk(parts, reporting, takesWrittenSpans());
  const { startNodeSdk } = await import('./node-sdk.ts');
  return startNodeSdk(parts, reporting);
}
