import 'reflect-metadata';
import { pingerSettings, readSettings, workloads } from '@observed-rollouts/contract';
import {
  configureLogging,
  nestLogger,
  prepareExport,
  redirectLogs,
  runMain,
  shutdownTracing,
  startWorkload,
} from '@observed-rollouts/telemetry';
import { CommandLineExit, readCommandLine } from './command-line.ts';
import { serverAddressOf } from './metrics-observer.ts';
import { makeRoomForSockets } from './descriptors.ts';
import { lowerHelperThreads } from './helper-threads.ts';
import { createOutput } from './output.ts';
import { Pinger } from './pinger.ts';
import { PingerModule } from './pinger.module.ts';
import { runScript } from './script-run.ts';
import { settle } from './settle.ts';
import { warmUp } from './warm-up.ts';

/** Milliseconds after which the first ping is sent, whether or not everything is compiled that the warm-up called often; some 50 are usual. */
const mostSettleMs = 1_000;

await runMain(workloads.pinger, async () => {
  const { flags, json, serve } = readCommandLineOrExit();
  const settings = readSettings(workloads.pinger, pingerSettings, { env: process.env, flags });
  const isScript = settings.durationMs !== undefined;
  const output = createOutput({ json, isScript, logger: nestLogger });
  redirectLogs(output.writeLog);
  await prepareExport();
  lowerHelperThreads(nestLogger);
  makeRoomForSockets(settings.maxInFlight);
  await warmUp(settings);
  await settle(mostSettleMs);
  if (isScript && !serve) {
    configureLogging(settings.logLevel, { service: workloads.pinger, version: settings.version });
    await runScript(settings, output, nestLogger);
    await shutdownTracing();
    // A name look-up that nobody waits for any more must not hold the process.
    process.exit(0);
  }
  const processLabels = { server_address: serverAddressOf(settings.target) };
  const { app } = await startWorkload({ workload: workloads.pinger, settings, module: PingerModule, processLabels });
  await app.get(Pinger).start(settings, output).loop.done;
  // A run that ends by itself shuts down as one that is told to; where it was told to, the second signal is ignored.
  process.kill(process.pid, 'SIGTERM');
});

function readCommandLineOrExit(): ReturnType<typeof readCommandLine> {
  try {
    return readCommandLine(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof CommandLineExit)) throw error;
    (error.exitCode === 0 ? process.stdout : process.stderr).write(`${error.message}\n`);
    process.exit(error.exitCode);
  }
}
