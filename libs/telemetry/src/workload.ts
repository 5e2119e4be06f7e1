import type { AddressInfo, Socket } from 'node:net';
import {
  type DynamicModule,
  type INestApplicationContext,
  Injectable,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { processSettings, requestLimits, type SettingsOf, type Workload } from '@observed-rollouts/contract';
import { context } from '@opentelemetry/api';
import { register } from 'prom-client';
import { Drain } from './drain.ts';
import { ServerRecorder } from './http/server-recorder.ts';
import { answerExpectation } from './http/parser-errors.ts';
import { type RequestLimits, serverOptions } from './http/server-options.ts';
import { bindServer } from './bind.ts';
import { configureLogging, nestLogger } from './logging.ts';
import type { ProcessLabels } from './metrics/providers.ts';
import { createMetricsServer } from './metrics/server.ts';
import { TelemetryModule } from './telemetry.module.ts';
import { untraced } from './tracing/request-context.ts';
import { shutdownTracing } from './tracing/shutdown.ts';

export interface WorkloadOptions {
  readonly workload: Workload;
  /** Port 0 takes any free port: for tests, the settings table doesn't allow it. */
  readonly settings: SettingsOf<typeof processSettings>;
  /** The workload's own module; `Metrics` can be injected anywhere in it. */
  readonly module: Type | DynamicModule;
  /** Values of the metrics' process labels that only the workload knows, such as `server_address`. */
  readonly processLabels?: ProcessLabels;
  /** Limits other than the contract's: for tests. */
  readonly limits?: Partial<RequestLimits>;
}

/** A workload that serves requests and scrapes. */
export interface RunningWorkload {
  /** Nest's container: `app.get(Type)`. */
  readonly app: INestApplicationContext;
  readonly httpPort: number;
  readonly metricsPort: number;
  /** The ordered shutdown that SIGTERM starts, without the exit: drain, close, flush traces. */
  close(): Promise<void>;
}

/**
 * Starts a workload: its module with telemetry on the request port, scrapes on the metrics port, the ordered shutdown on SIGTERM and SIGINT (which ends
 * the process with exit code 0; a second SIGINT ends it at once with 130).
 *
 * Edge:   resolves when both ports listen.
 * Errors: {@link StartError} when a port can't be bound; nothing keeps running then.
 */
export async function startWorkload(options: WorkloadOptions): Promise<RunningWorkload> {
  const { workload, settings } = options;
  configureLogging(settings.logLevel, { service: workload, version: settings.version });
  const app = await createRequestServer(options);
  try {
    const metricsServer = await createMetricsServer();
    app.get(ShutdownOrder).metricsServer = metricsServer;
    await bindServer(metricsServer, settings.host, settings.metricsPort, processSettings.metricsPort);
    // Connections, and with them the requests, inherit the context that their server began to listen in.
    await context.with(untraced, () => bindServer(app, settings.host, settings.httpPort, processSettings.httpPort));
    app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
    const running = { app, httpPort: portOf(app), metricsPort: portOf(metricsServer), close: () => app.close() };
    new Logger('Workload').log({ msg: 'listening', httpPort: running.httpPort, metricsPort: running.metricsPort });
    return running;
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function createRequestServer(options: WorkloadOptions): Promise<NestFastifyApplication> {
  const { workload, settings, module, processLabels = {}, limits } = options;
  const { version, drainDelayMs, drainTimeoutMs } = settings;
  const rootModule = {
    module: WorkloadModule,
    imports: [TelemetryModule.forRoot({ workload, version, processLabels, drainDelayMs, drainTimeoutMs }), module],
    providers: [ShutdownOrder],
  };
  const adapter = new FastifyAdapter({
    ...serverOptions({ ...requestLimits, ...limits }),
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => app.get(ServerRecorder).refuse(error, socket),
  });
  const app: NestFastifyApplication = await NestFactory.create<NestFastifyApplication>(rootModule, adapter, {
    logger: nestLogger,
    abortOnError: false,
  });
  const recorder = app.get(ServerRecorder);
  adapter.getInstance().addHook('onRequest', recorder.enterRequest);
  recorder.start(app.getHttpServer());
  app.get(Drain).watch(app.getHttpServer());
  app.getHttpServer().on('checkExpectation', answerExpectation);
  return app.init();
}

@Module({})
class WorkloadModule {}

/** What ends after the last request: scrapes, then the record of it all, and the traces last of all. */
@Injectable()
class ShutdownOrder implements OnModuleDestroy, OnApplicationShutdown {
  metricsServer: NestFastifyApplication | undefined;
  readonly #recorder: ServerRecorder;

  constructor(recorder: ServerRecorder) {
    this.#recorder = recorder;
  }

  /** Nest's first hook: whoever presses ctrl-C during the shutdown doesn't want to wait for its end. */
  onModuleDestroy(): void {
    process.once('SIGINT', exitInterrupted);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#recorder.stop();
    await this.metricsServer?.close();
    register.clear();
    await shutdownTracing();
    process.off('SIGINT', exitInterrupted);
  }
}

/** Exit code of a program that SIGINT ended, as shells report it. */
function exitInterrupted(): never {
  process.exit(130);
}

function portOf(app: NestFastifyApplication): number {
  return (app.getHttpServer().address() as AddressInfo).port;
}
