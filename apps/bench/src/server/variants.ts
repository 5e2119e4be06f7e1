import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { paths, pingServiceSettings, processSettings, startCommands, workloads } from '@observed-rollouts/contract';
import { freePort } from '../harness/free-port.ts';
import { root } from '../harness/workspace-root.ts';
import { Subject } from '../harness/subject.ts';

/** What answers the pings: nothing but Nest and Fastify, the same under OpenTelemetry's stock preload, or ping-service. */
export type Variant =
  { readonly kind: 'bare' | 'stock' } | { readonly kind: 'ping-service'; readonly sampleRatio: number };

/** A variant that answers. */
export interface RunningVariant extends AsyncDisposable {
  readonly subject: Subject;
  readonly pingUrl: string;
  /** Only ping-service listens there. */
  readonly metricsUrl: string;
}

const host = '127.0.0.1';
const bareApp = join(import.meta.dirname, 'bare-app.js');
const stockPreload = '@opentelemetry/auto-instrumentations-node/register';

/** Starts a variant that sends its traces to a collector, and waits until it is ready. Errors: rejects when it doesn't get there. */
export async function startVariant(variant: Variant, collectorUrl: string): Promise<RunningVariant> {
  const httpPort = await freePort();
  const metricsPort = await freePort();
  const subject = await Subject.start({
    name: nameOf(variant),
    nodeArguments: nodeArgumentsOf(variant),
    env: {
      [processSettings.host.name]: host,
      [processSettings.httpPort.name]: `${httpPort}`,
      [processSettings.metricsPort.name]: `${metricsPort}`,
      // Between two measurements nobody has to be told that it ends.
      [processSettings.drainDelayMs.name]: '0ms',
      [pingServiceSettings.latencyMix.name]: '100%0ms',
      [pingServiceSettings.successPercent.name]: '100',
      OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
      // Its default also asks the metadata addresses of clouds, which has nothing to do with the cost of a request.
      OTEL_NODE_RESOURCE_DETECTORS: 'env,process',
      ...(variant.kind === 'ping-service'
        ? { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: `${variant.sampleRatio}` }
        : {}),
    },
  });
  const pingUrl = `http://${host}:${httpPort}${paths.ping}`;
  await subject.ready(() => answersWith200(pingUrl));
  return {
    subject,
    pingUrl,
    metricsUrl: `http://${host}:${metricsPort}${paths.metrics}`,
    [Symbol.asyncDispose]: () => subject.close(),
  };
}

export function nameOf(variant: Variant): string {
  if (variant.kind === 'ping-service') return `ping-service, ${variant.sampleRatio * 100} % sampled`;
  return variant.kind === 'bare' ? 'bare app' : 'bare app under the stock preload, all sampled';
}

function nodeArgumentsOf({ kind }: Variant): readonly string[] {
  if (kind === 'bare') return [bareApp];
  if (kind === 'stock') return ['--import', stockPreload, bareApp];
  const [, ...nodeArguments] = startCommands[workloads.pingService];
  return nodeArguments.map((argument) => (argument.endsWith('.js') ? join(root, argument) : argument));
}

async function answersWith200(url: string): Promise<boolean> {
  const [answer] = (await once(request(url, { agent: false }).end(), 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode === 200;
}
