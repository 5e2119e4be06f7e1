import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { paths, requestLimits } from '@observed-rollouts/contract';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { register } from 'prom-client';
import { answerParserRefusal } from '../http/parser-errors.ts';
import { problemProviders } from '../http/problem-filter.ts';
import { serverOptions } from '../http/server-options.ts';
import { nestLogger } from '../logging.ts';
import { MetricsController } from './controller.ts';

/** Gauges of prom-client whose names claim to be counters: every metrics linter refuses them. */
const misnamedGauges = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

@Module({})
class MetricsServerModule {
  static create(): DynamicModule {
    return {
      module: MetricsServerModule,
      imports: [PrometheusModule.register({ path: paths.metrics, controller: MetricsController })],
      providers: problemProviders,
    };
  }
}

/** Creates the server of scrapes, apart from the one of requests so that neither waits for, or is counted with, the other. */
export async function createMetricsServer(): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ ...serverOptions(requestLimits), clientErrorHandler: answerParserRefusal });
  const options = { logger: nestLogger, abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(MetricsServerModule.create(), adapter, options);
  for (const name of misnamedGauges) register.removeSingleMetric(name);
  return app.init();
}
