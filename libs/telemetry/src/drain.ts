import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { drain } from '@observed-rollouts/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** How long each part of a drain takes at most. */
export interface DrainTimes {
  /** Milliseconds to serve on with readiness off. */
  readonly drainDelayMs: number;
  /** Milliseconds to wait, after the delay, for open connections to end. */
  readonly drainTimeoutMs: number;
}

/**
 * The first half of an ordered shutdown: readiness off, serve on until no proxy sends new requests, then ask every client to leave with its next
 * answer and wait for the connections to end. Nest closes the server after it.
 *
 * Edge: quiet is no reason to stop early: an idle connection in a client's pool would be reset under its next request.
 */
@Injectable()
export class Drain implements BeforeApplicationShutdown {
  readonly #logger = new Logger(Drain.name);
  readonly #times: DrainTimes;
  readonly #connections = new EventEmitter();
  #openConnections = 0;
  #server: Server | undefined;
  #isDraining = false;
  #isClosing = false;

  constructor(times: DrainTimes) {
    this.#times = times;
  }

  /** True from the first shutdown signal on: readiness answers 503. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Follows the connections of a server from now on. */
  watch(server: Server): void {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#openConnections++;
      socket.once('close', this.#onConnectionClose);
    });
  }

  /** Fastify's `onSend`: the answer that tells a client to leave. */
  readonly closeConnection = (
    _request: FastifyRequest,
    reply: FastifyReply,
    _payload: unknown,
    done: () => void,
  ): void => {
    if (this.#isClosing) reply.header('Connection', 'close');
    done();
  };

  async beforeApplicationShutdown(): Promise<void> {
    if (!this.#server?.listening || this.#isDraining) return;
    this.#isDraining = true;
    this.#logger.log({ msg: 'draining: readiness is off, requests are served', delayMs: this.#times.drainDelayMs });
    await sleep(this.#times.drainDelayMs);
    this.#isClosing = true;
    this.#logger.log({ msg: 'draining: connections close with their next answer', open: this.#openConnections });
    await this.#whenNoneIsOpen();
    this.#logger.log({ msg: 'drained: the server closes', open: this.#openConnections });
    this.#cutLateRequests(this.#server);
  }

  readonly #onConnectionClose = (): void => {
    this.#openConnections--;
    if (this.#openConnections === 0) this.#connections.emit('none');
  };

  async #whenNoneIsOpen(): Promise<void> {
    if (this.#openConnections === 0 || this.#times.drainTimeoutMs === 0) return;
    const timeout = AbortSignal.timeout(this.#times.drainTimeoutMs);
    try {
      await once(this.#connections, 'none', { signal: timeout });
    } catch (error) {
      if (!timeout.aborted) throw error;
    }
  }

  /** Closing a server waits for the requests in flight; one that never ends may not hold up the flush of the traces. */
  #cutLateRequests(server: Server): void {
    setTimeout(() => server.closeAllConnections(), drain.inFlightTimeoutMs).unref();
  }
}
