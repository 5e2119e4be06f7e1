/**
 * The same answers as ping-service without faults, from the same Nest and Fastify with the same limits, and nothing else: no metrics, no traces, no log.
 *
 * Listens where the contract's settings say.
 */
import 'reflect-metadata';
import { Controller, Get, Header, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { paths, processSettings, requestLimits } from '@observed-rollouts/contract';

@Controller()
class BareController {
  @Get(paths.ping)
  @Header('Cache-Control', 'no-store')
  async ping() {
    return { version: 'dev', share: '100%0ms', latencyMs: 0, injectedFailure: false };
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
await app.listen(Number(process.env[processSettings.httpPort.name]), process.env[processSettings.host.name] ?? '');
