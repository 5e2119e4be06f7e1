/**
 * The same answers as ping-service, drawn by its own fault model, from the same Nest and Fastify with the same limits, and nothing else: no metrics, no traces, no
 * log. It neither holds an answer back nor fails.
 *
 * Listens where the contract's settings say.
 */
import 'reflect-metadata';
import { Controller, Get, Header, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { paths, pingServiceSettings, readSettings, requestLimits, workloads } from '@observed-rollouts/contract';
import { drawAnswers } from './fault-model.ts';

const settings = readSettings(workloads.pingService, pingServiceSettings, { env: process.env });
const draw = await drawAnswers(settings);

@Controller()
class BareController {
  @Get(paths.ping)
  @Header('Cache-Control', 'no-store')
  async ping() {
    const { share, latencyMs, succeeds } = draw();
    return { version: settings.version, share, latencyMs, injectedFailure: !succeeds };
  }

  @Get(paths.readiness)
  readiness() {
    return { status: 'ok' };
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

const adapter = new FastifyAdapter({
  bodyLimit: requestLimits.maxBodyBytes,
  requestTimeout: requestLimits.requestTimeoutMs,
  keepAliveTimeout: requestLimits.keepAliveTimeoutMs,
  return503OnClosing: false,
  http: {
    requireHostHeader: false,
    maxHeaderSize: requestLimits.maxHeaderBytes,
    headersTimeout: requestLimits.headersTimeoutMs,
    connectionsCheckingInterval: requestLimits.timeoutCheckIntervalMs,
  },
});
const app = await NestFactory.create<NestFastifyApplication>(BareModule, adapter, { logger: false });
await app.listen(settings.httpPort, settings.host);
