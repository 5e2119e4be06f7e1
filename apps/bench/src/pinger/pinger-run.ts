import { pingerSettings, processSettings, startCommands, workloads } from '@observed-rollouts/contract';
import { z } from 'zod';
import { Child } from '../harness/child.ts';
import { onCoreOf } from '../harness/cores.ts';
import { freePort } from '../harness/free-port.ts';

export interface PingerOptions {
  readonly target: string;
  /** Base address of an OTLP collector. */
  readonly collector: string;
  readonly ratePerSecond: number;
  readonly seconds: number;
  readonly cleanUp: AsyncDisposableStack;
  readonly signal: AbortSignal;
}

const percentiles = z.object({ p50: z.number(), p99: z.number(), max: z.number() });
const reportSchema = z.object({
  scheduled: z.number(),
  sent: z.number(),
  ok: z.number(),
  failed: z.record(z.string(), z.number()),
  dropped: z.number(),
  inFlight: z.number(),
  scheduleLagMs: percentiles,
});

/** What the pinger says about its run; the part of its `--json` document that is needed here. */
export type PingerReport = z.infer<typeof reportSchema>;

const sampledShare = '0.1';
const endWithinMs = 10_000;

/**
 * Runs the built pinger as it is deployed (metrics served, traces of a tenth of the pings exported) until its duration is over.
 *
 * Errors: rejects when it ends with an error, and when its counts don't add up: scheduled = ok + failed + dropped, nothing left in flight.
 */
export async function runPinger(options: PingerOptions): Promise<PingerReport> {
  options.signal.throwIfAborted();
  const [, ...nodeArguments] = startCommands[workloads.pinger];
  const command = onCoreOf('subject', [process.execPath, ...nodeArguments, '--json', '--serve']);
  const pinger = await Child.start({
    name: 'pinger',
    command,
    env: { ...process.env, ...(await environment(options)) },
  });
  options.cleanUp.defer(() => pinger.close(endWithinMs));
  const how = await pinger.ended;
  options.signal.throwIfAborted();
  const line = pinger.output.split('\n').find((text) => text.startsWith('{"target"'));
  if (how !== 'ended with 0' || line === undefined) throw pinger.error(`${how} without its report`);
  const report = reportSchema.parse(JSON.parse(line));
  expectBalance(report);
  return report;
}

/** Every ping that the schedule asked for has ended or was dropped. */
export function expectBalance({ scheduled, ok, failed, dropped, inFlight }: PingerReport): void {
  const ended = Object.values(failed).reduce((sum, count) => sum + count, ok);
  if (scheduled === ended + dropped && inFlight === 0) return;
  throw new Error(
    `bench: the pinger lost pings, got ${scheduled} scheduled, ${ended} ended, ${dropped} dropped and ${inFlight} in flight, expected scheduled = ended + dropped`,
  );
}

async function environment({ target, collector, ratePerSecond, seconds }: PingerOptions) {
  const timeoutMs = 5_000;
  return {
    [pingerSettings.target.name]: target,
    [pingerSettings.ratePerSecond.name]: `${ratePerSecond}`,
    [pingerSettings.durationMs.name]: `${seconds}s`,
    [pingerSettings.timeoutMs.name]: `${timeoutMs}ms`,
    // As many as can wait for an answer until they time out: a slow target is no reason to drop pings.
    [pingerSettings.maxInFlight.name]: `${Math.max(200, Math.ceil((ratePerSecond * timeoutMs) / 1000))}`,
    [processSettings.host.name]: '127.0.0.1',
    [processSettings.httpPort.name]: `${await freePort()}`,
    [processSettings.metricsPort.name]: `${await freePort()}`,
    [processSettings.drainDelayMs.name]: '0ms',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: sampledShare,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector,
  };
}
