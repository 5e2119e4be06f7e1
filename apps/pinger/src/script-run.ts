import type { LoggerService } from '@nestjs/common';
import { logFailures } from './failure-log.ts';
import type { Output } from './output.ts';
import { createRun, type PingerSettings, stopBoundMs, stopWithin } from './run.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Pings for the settings' duration without opening a port, then shows the summary.
 *
 * Edge: SIGINT or SIGTERM ends the run early, with the summary of what was sent; a second one abandons the pings in flight.
 */
export async function runScript(
  settings: PingerSettings,
  output: Output,
  logger: Pick<LoggerService, 'warn'>,
): Promise<void> {
  const run = createRun(settings, [logFailures(logger)]);
  let isStopping = false;
  const onSignal = (): void => {
    if (isStopping) run.loop.abandon();
    else void stopWithin(run, stopBoundMs(settings));
    isStopping = true;
  };
  for (const signal of signals) process.on(signal, onSignal);
  run.loop.start();
  output.follow(run.report);
  await run.loop.done;
  output.finish(run.report());
}
