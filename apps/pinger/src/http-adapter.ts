import http from 'node:http';
import https from 'node:https';
import { connect, isIP } from 'node:net';
import { type AxiosAdapter, AxiosError, AxiosHeaders, type AxiosResponse, CanceledError } from 'axios';

/**
 * How axios makes the requests to one URL: by node:http on a connection of its own, the body counted up to `maxContentLength` and not kept.
 *
 * axios' own adapter parses the URL, prepares for redirects, proxies, forms and progress, and hands the body through three streams with each request:
 * that takes several times as long as the request itself, and the pings after it start late.
 *
 * Edge:   of the request's configuration it reads `method`, `headers`, `data` (a text), `maxContentLength` and `signal`. The promise settles when the
 *         answer was read to its end, so that `signal` bounds the body too; the response's headers are left out, its data is undefined.
 * Errors: rejects with the socket's or the parser's error as it is, with `ERR_BAD_RESPONSE` for a body above the bound, and with axios'
 *         `CanceledError` when the signal aborts.
 */
export function createHttpAdapter(target: URL): AxiosAdapter {
  const isSecure = target.protocol === 'https:';
  const fixed = isSecure ? secureOptions(target) : plainOptions(target);
  return (config) =>
    new Promise((resolve, reject) => {
      const { signal, method = 'get', maxContentLength = -1 } = config;
      const body = config.data as string | undefined;
      // axios does the same; node:http leaves the length of a GET's body out.
      if (body) config.headers.setContentLength(Buffer.byteLength(body), false);
      const options = {
        ...fixed,
        method: method.toUpperCase(),
        headers: config.headers.toJSON() as Record<string, string>,
      };
      // By name at each call: tracing replaces these functions.
      const request = isSecure ? https.request(options, onAnswer) : http.request(options, onAnswer);
      const abort = (): void => fail(new CanceledError(undefined, config));
      signal?.addEventListener?.('abort', abort);
      request.on('error', fail);
      request.end(body);

      function onAnswer(answer: http.IncomingMessage): void {
        // From here on the answer says how it ended; without a listener the request's error would end the process.
        request.off('error', fail).on('error', () => undefined);
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (maxContentLength !== -1 && bytes > maxContentLength) fail(tooLong(maxContentLength));
        });
        answer.on('error', fail);
        answer.on('end', () => {
          signal?.removeEventListener?.('abort', abort);
          const { statusCode = 0, statusMessage = '' } = answer;
          const response: Omit<AxiosResponse, 'duration'> = {
            status: statusCode,
            statusText: statusMessage,
            headers: new AxiosHeaders(),
            data: undefined,
            config,
            request,
          };
          resolve(response as AxiosResponse);
        });
      }

      function fail(error: Error): void {
        signal?.removeEventListener?.('abort', abort);
        reject(error);
        request.destroy();
      }
    });
}

function tooLong(maxContentLength: number): AxiosError {
  return new AxiosError(`maxContentLength size of ${maxContentLength} exceeded`, AxiosError.ERR_BAD_RESPONSE);
}

/** Without an agent: its queues and pools are for connections that are shared. */
function plainOptions(target: URL): http.RequestOptions {
  const options = commonOptions(target);
  const address = { host: options.hostname, port: Number(target.port || 80), noDelay: true };
  return { ...options, createConnection: () => connect(address) };
}

/** With an agent: it keeps TLS sessions, so that a fresh connection resumes the last one's. */
function secureOptions(target: URL): https.RequestOptions {
  return { ...commonOptions(target), agent: new https.Agent({ keepAlive: false }) };
}

function commonOptions(target: URL) {
  const { protocol, hostname, port, pathname, search, username, password } = target;
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const credentials = [username, password].map(decodeURIComponent).join(':');
  return {
    protocol,
    hostname: host,
    port,
    path: `${pathname}${search}`,
    // For tracing alone, which parses the path of each request where it isn't given.
    pathname,
    ...(credentials !== ':' && { auth: credentials }),
    ...(protocol === 'https:' && isIP(host) === 0 && { servername: host }),
  };
}
