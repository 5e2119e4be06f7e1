import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import axios from 'axios';
import { endOfAnswer, endOfError, type PingEnd } from './outcome.ts';

/** Makes one request and reads its answer to the end. Never rejects. */
export type SendRequest = (abandoned: AbortSignal) => Promise<PingEnd>;

export interface TransportOptions {
  /** Absolute http or https URL. */
  readonly target: string;
  /** @default GET */
  readonly method?: string;
  /** Beside those that HTTP needs; they win over the pinger's own. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** From the call to the last byte of the answer: name look-up, connecting, TLS, head and body. */
  readonly timeoutMs: number;
  /** Bytes of an answer's body above which it is an invalid response; bounds what a target can cost. */
  readonly maxBodyBytes?: number;
}

const mebibyte = 1_048_576;

/**
 * Requests by axios, each on a connection of its own: a Service balances per connection, so a kept-alive one would reach one pod only.
 * Redirects are answers (not followed), the environment's proxies are ignored, and the body is counted, not kept.
 */
export function createTransport({
  target,
  method = 'GET',
  headers = {},
  body,
  timeoutMs,
  maxBodyBytes = mebibyte,
}: TransportOptions): SendRequest {
  const client = axios.create({
    httpAgent: new http.Agent({ keepAlive: false }),
    httpsAgent: new https.Agent({ keepAlive: false }),
    proxy: false,
    maxRedirects: 0,
    decompress: false,
    responseType: 'stream',
    maxContentLength: maxBodyBytes,
    transformRequest: [],
    transformResponse: [],
    validateStatus: () => true,
    headers: { 'User-Agent': 'observed-rollouts-pinger', 'Accept-Encoding': 'identity', ...headers },
  });
  return async (abandoned) => {
    const deadline = startDeadline(timeoutMs, abandoned);
    try {
      const { status, data } = await client.request<Readable>({
        url: target,
        method,
        data: body,
        signal: deadline.signal,
      });
      await readToEnd(data);
      return endOfAnswer(status);
    } catch (error) {
      // Whatever error the abort surfaces as (cancelled, hang up, aborted stream), it is the deadline that ended the ping.
      if (deadline.isOver()) return { outcome: 'timeout', detail: `no complete answer within ${timeoutMs} ms` };
      return endOfError(error);
    } finally {
      deadline.clear();
    }
  };
}

/**
 * axios' own time-out watches idle sockets and lets a body trickle on for ever; this one is wall-clock over everything.
 * (`AbortSignal.any` would leave an entry behind in the run's signal with every ping.)
 */
function startDeadline(timeoutMs: number, abandoned: AbortSignal) {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    abort();
  }, timeoutMs);
  abandoned.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    isOver: () => isOver,
    clear: () => {
      clearTimeout(timer);
      abandoned.removeEventListener('abort', abort);
    },
  };
}

async function readToEnd(body: Readable): Promise<void> {
  for await (const _chunk of body);
}
