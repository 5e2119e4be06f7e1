import { once } from 'node:events';
import { type AddressInfo, createServer, isIP, type Server } from 'node:net';
import { pacing } from '@observed-rollouts/contract';
import { untraced as suppressed } from '@observed-rollouts/telemetry';
import { context, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { PingLoop, realClock, type SendPing } from './loop.ts';
import { constantRate } from './pacer.ts';
import type { PingerSettings } from './run.ts';
import { Tally } from './tally.ts';
import { tracePings } from './traced-ping.ts';
import { createTransport, type SendRequest } from './transport.ts';

/** What a warm-up did. */
export interface WarmUp {
  /** Pings that the process sent to itself and that ended. */
  readonly pings: number;
}

/** Enough for V8 to compile what sends a ping, in about half a second where a ping takes a millisecond at first. */
const schedule = constantRate(1_000, 500);
const maxInFlight = 20;

/** Milliseconds after which a slow machine starts cold after all. */
const mostMs = 1_000;

/** One connection in so many is reset, and one ping in so many takes the way of a sampled one: both happen later too. */
const everyReset = 8;
const everySampled = 4;

/** Of a trace that no sampler chose; nobody outside of this process sees it. */
const unsampled = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: '1'.repeat(32),
  spanId: '1'.repeat(16),
  traceFlags: TraceFlags.NONE,
});

/**
 * Sends some hundred pings to a port of this process, for at most a second, so that V8 has compiled what sends a ping before the first one is due. A run that
 * begins without this starts the pings of its first second up to 150 ms late.
 *
 * Edge:   the target gets none of them, and neither they nor their headers leave the process; they are in no count, no metric and no trace. The port is on the
 *         loopback address, and closed in the end. What they don't take stays cold: the handshake of TLS, and the export of spans.
 * Errors: never rejects: where no port can be had, the run starts cold.
 */
export async function warmUp({ target, method }: Pick<PingerSettings, 'target' | 'method'>): Promise<WarmUp> {
  const tally = new Tally();
  const server = createListener();
  try {
    const send = createTransport({ target: await listen(server, target), method, timeoutMs: mostMs });
    const loop = new PingLoop({ schedule, maxInFlight, clock: realClock, send: untraced(send), observers: [tally] });
    const timer = setTimeout(() => loop.abandon(), mostMs);
    loop.start();
    await loop.done;
    clearTimeout(timer);
  } catch {
    // Without a port of its own the process can't ping itself, and can do without.
  }
  server.close();
  const { count, eachMs } = pacing.warmUpSpins;
  for (let spin = 0; spin < count; spin++) realClock.spin(realClock.now() + eachMs);
  const { sent, inFlight } = tally.counts();
  return { pings: sent - inFlight };
}

/** No sampler is asked about these, so that none can choose one; every fourth takes the way of a sampled ping, up to what would be kept. */
function untraced(send: SendRequest): SendPing {
  const sendAsSampled = tracePings(send);
  return (ping, abandoned) =>
    ping.index % everySampled === 0
      ? context.with(suppressed, sendAsSampled, undefined, ping, abandoned)
      : context.with(unsampled, send, undefined, abandoned);
}

/** Answers whatever it gets and closes, or resets the connection. */
function createListener(): Server {
  let connections = 0;
  return createServer((socket) => {
    const isReset = ++connections % everyReset === 0;
    socket
      .on('error', () => undefined)
      .once('data', () => {
        if (isReset) socket.resetAndDestroy();
        else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\npong');
      });
  });
}

/** Listens on any free port; the URL has a name where the target's has one, which is looked up for each ping. */
async function listen(server: Server, target: string): Promise<string> {
  const { hostname, pathname, search } = new URL(target);
  const host = isIP(hostname) === 0 && !hostname.startsWith('[') ? 'localhost' : '127.0.0.1';
  server.listen(0, host);
  await once(server, 'listening');
  return `http://${host}:${(server.address() as AddressInfo).port}${pathname}${search}`;
}
