import { Axios } from 'axios';
import { Deadline } from './deadline.ts';
import { createHttpAdapter } from './http-adapter.ts';
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

const ownHeaders = {
  Accept: 'application/json, text/plain, */*',
  'User-Agent': 'observed-rollouts-pinger',
  'Accept-Encoding': 'identity',
};

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
  // Not `axios.create`: what it sets for each method, for JSON and for browsers is merged anew into every request, at twice the time and garbage.
  const client = new Axios({
    adapter: createHttpAdapter(new URL(target)),
    maxContentLength: maxBodyBytes,
    headers: { ...ownHeaders, ...headers },
  });
  return async (abandoned) => {
    const deadline = new Deadline(timeoutMs, abandoned);
    try {
      const { status } = await client.request({ url: target, method, data: body, signal: deadline });
      return endOfAnswer(status);
    } catch (error) {
      // Whatever error the abort surfaces as (cancelled, hang up, aborted stream), it is the deadline that ended the ping.
      if (deadline.isOver) return { outcome: 'timeout', detail: `no complete answer within ${timeoutMs} ms` };
      return endOfError(error);
    } finally {
      deadline.clear();
    }
  };
}
