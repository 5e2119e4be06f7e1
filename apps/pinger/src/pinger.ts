import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Drain, Metrics } from '@observed-rollouts/telemetry';
import { logFailures } from './failure-log.ts';
import { observeByMetrics } from './metrics-observer.ts';
import type { Output } from './output.ts';
import { createRun, type PingerSettings, type Run, stopBoundMs, stopWithin } from './run.ts';

/** The run of a pinger that serves probes and metrics; it ends with the application. */
@Injectable()
export class Pinger implements OnModuleDestroy, BeforeApplicationShutdown {
  readonly #metrics: Metrics;
  readonly #drain: Drain;
  #stop: () => Promise<void> = () => Promise.resolve();
  #stopped = Promise.resolve();

  constructor(metrics: Metrics, drain: Drain) {
    this.#metrics = metrics;
    this.#drain = drain;
  }

  /** Starts pinging; the application is expected to serve already. */
  start(settings: PingerSettings, output: Output): Run {
    const logger = new Logger(Pinger.name);
    const run = createRun(settings, [observeByMetrics(this.#metrics, settings), logFailures(logger)]);
    this.#stop = async () => {
      await stopWithin(run, stopBoundMs(settings));
      output.finish(run.report());
    };
    run.loop.start();
    output.follow(run.report);
    return run;
  }

  /** The first hook of a shutdown: no ping starts after the signal. */
  onModuleDestroy(): void {
    this.#stopped = this.#stop();
  }

  /**
   * Waits for the pings in flight before the traces are flushed, so that the last spans are among them. Nest runs these hooks one module after the
   * other: the drain, which is told only once, is started from here to run beside this wait.
   */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.#stopped, this.#drain.beforeApplicationShutdown()]);
  }
}
