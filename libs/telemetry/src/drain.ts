import { EventEmitter, once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { drain } from '@observed-rollouts/contract';
import { latestResponse } from './http/latest-response.ts';

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
  readonly #open = new Set<Socket>();
  #server: Server | undefined;
  #isDraining = false;

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
      this.#open.add(socket);
      socket.once('close', () => this.#forget(socket));
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (!this.#server?.listening || this.#isDraining) return;
    this.#isDraining = true;
    this.#logger.log({ msg: 'draining: readiness is off, requests are served', delayMs: this.#times.drainDelayMs });
    await sleep(this.#times.drainDelayMs);
    this.#closeAfterNextAnswer(this.#server);
    this.#logger.log({ msg: 'draining: connections close with their next answer', open: this.#open.size });
    await this.#whenNoneIsOpen();
    this.#logger.log({ msg: 'drained: the server closes', open: this.#open.size });
    this.#cutLateRequests(this.#server);
  }

  #forget(socket: Socket): void {
    this.#open.delete(socket);
    if (this.#open.size === 0) this.#connections.emit('none');
  }

  /** Answers tell their clients to leave: those in progress, if their head isn't sent, and all that come. Until now no request pays for it. */
  #closeAfterNextAnswer(server: Server): void {
    for (const socket of this.#open) {
      const response = latestResponse(socket);
      if (response !== undefined) response.shouldKeepAlive = false;
    }
    server.prependListener('request', (_request, response: ServerResponse) => {
      response.shouldKeepAlive = false;
    });
  }

  async #whenNoneIsOpen(): Promise<void> {
    if (this.#open.size === 0 || this.#times.drainTimeoutMs === 0) return;
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
