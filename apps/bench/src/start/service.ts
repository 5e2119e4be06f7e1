import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { paths, pingServiceSettings, processSettings } from '@observed-rollouts/contract';
import { freePort } from '../harness/free-port.ts';
import { root } from '../harness/workspace-root.ts';
import { Subject } from '../harness/subject.ts';
import type { Deployed } from './deployed.ts';

/** One side of a comparison: ping-service with telemetry, or the same answers without. */
export interface Variant {
  readonly name: string;
  /** Absent: the bare app. */
  readonly telemetry?: { readonly collectorUrl: string; readonly sampleRatio: number };
}

/** A service that answers, and how long it took until it did. */
export interface StartedService {
  readonly subject: Subject;
  readonly pingUrl: string;
  /** Milliseconds from before the spawn to the first 200 of the readiness path. */
  readonly readyMs: number;
}

const host = '127.0.0.1';
const askEveryMs = 5;
const withoutFaults = {
  [pingServiceSettings.latencyMix.name]: '100%0ms',
  [pingServiceSettings.successPercent.name]: '100',
};

/** Starts a variant and waits until it is ready. Errors: rejects when it doesn't get there. */
export async function startService({ name, telemetry }: Variant, deployed: Deployed): Promise<StartedService> {
  const httpPort = await freePort();
  const env = {
    ...deployed.runtimeEnv,
    [processSettings.host.name]: host,
    [processSettings.httpPort.name]: `${httpPort}`,
    [processSettings.metricsPort.name]: `${await freePort()}`,
    ...withoutFaults,
    ...(telemetry === undefined
      ? {}
      : {
          OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.collectorUrl,
          OTEL_TRACES_SAMPLER: deployed.sampler,
          OTEL_TRACES_SAMPLER_ARG: `${telemetry.sampleRatio}`,
        }),
  };
  const startedAt = performance.now();
  const subject = await Subject.start({ name, nodeArguments: argumentsOf(telemetry, deployed), env });
  await subject.ready(() => answersWith200(httpPort, paths.readiness), { everyMs: askEveryMs });
  const readyMs = performance.now() - startedAt;
  return { subject, pingUrl: `http://${host}:${httpPort}${paths.ping}`, readyMs };
}

function argumentsOf(telemetry: Variant['telemetry'], { nodeArguments }: Deployed): readonly string[] {
  if (telemetry === undefined) return [join(import.meta.dirname, '..', 'server', 'bare-app.js')];
  return nodeArguments.map((argument) => (argument.endsWith('.js') ? join(root, argument) : argument));
}

/** A connection of its own for each question: `fetch` would keep one that was refused in mind. */
async function answersWith200(port: number, path: string): Promise<boolean> {
  const asked = request({ host, port, path, agent: false }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode === 200;
}
