import { afterEach, describe, expect, test } from 'vitest';
import { findRefusingUrl, startHttpTarget, startRawTarget, type Target } from '../test/targets.ts';
import type { PingEnd } from './outcome.ts';
import { createTransport } from './transport.ts';

let targets: Target[] = [];
const keep = (target: Target): string => {
  targets.push(target);
  return target.url;
};

afterEach(async () => {
  await Promise.all(targets.map((target) => target.close()));
  targets = [];
});

/** Generous for what answers, short for what never does. */
const patientMs = 20_000;
const impatientMs = 150;

function ping(target: string, timeoutMs = patientMs): Promise<PingEnd> {
  return createTransport({ target, timeoutMs })(new AbortController().signal);
}

const head = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n';
const timedOut = { outcome: 'timeout', detail: `no complete answer within ${impatientMs} ms` };

describe('one ping over a real socket', () => {
  test.each([200, 204, 302, 304])('ends as ok when the answer is %i', async (status) => {
    const url = keep(
      await startHttpTarget((_request, response) => response.writeHead(status, { location: '/x' }).end()),
    );
    expect(await ping(url)).toEqual({ outcome: 'ok', status });
  });

  test.each([
    { status: 404, outcome: 'http_4xx' },
    { status: 429, outcome: 'http_4xx' },
    { status: 500, outcome: 'http_5xx' },
    { status: 503, outcome: 'http_5xx' },
  ])('ends as $outcome when the answer is $status', async ({ status, outcome }) => {
    const url = keep(await startHttpTarget((_request, response) => response.writeHead(status).end('body')));
    expect(await ping(url)).toEqual({ outcome, status, detail: `status ${status}` });
  });

  test('sends its method, headers and body', async () => {
    const seen: string[] = [];
    const url = keep(
      await startHttpTarget((request, response) => {
        const { method = '', headers } = request;
        void request
          .setEncoding('utf8')
          .toArray()
          .then((parts: string[]) => {
            seen.push(
              `${method} ${headers['content-type']} ${headers['x-cart']} ${headers['user-agent']} ${parts.join('')}`,
            );
            response.writeHead(201).end();
          });
      }),
    );
    const headers = { 'content-type': 'application/json', 'x-cart': '1', 'User-Agent': 'shop' };
    const send = createTransport({ target: url, method: 'POST', headers, body: '{"a":1}', timeoutMs: patientMs });
    expect(await send(new AbortController().signal)).toEqual({ outcome: 'ok', status: 201 });
    expect(seen).toEqual(['POST application/json 1 shop {"a":1}']);
  });

  test('sends the credentials of its URL, and a body with any method', async () => {
    const seen: string[] = [];
    const url = keep(
      await startHttpTarget((request, response) => {
        const { authorization, 'content-length': length } = request.headers;
        seen.push(`${request.method} ${request.url} ${authorization} ${length}`);
        response.end();
      }),
    );
    const target = url.replace('http://', 'http://us%40er:pass@').concat('?a=1');
    const send = createTransport({ target, body: 'née', timeoutMs: patientMs });
    expect(await send(new AbortController().signal)).toEqual({ outcome: 'ok', status: 200 });
    expect(seen).toEqual([`GET /ping?a=1 Basic ${btoa('us@er:pass')} 4`]);
  });

  test('ends as connection_refused when nobody listens', async () => {
    const url = await findRefusingUrl();
    expect(await ping(url)).toEqual({
      outcome: 'connection_refused',
      detail: `ECONNREFUSED: connect ECONNREFUSED ${new URL(url).host}`,
    });
  });

  test('ends as timeout when the target accepts and never answers', async () => {
    expect(await ping(keep(await startRawTarget(() => undefined)), impatientMs)).toEqual(timedOut);
  });

  test('ends as timeout when the head came and the body stops', async () => {
    const url = keep(await startRawTarget((socket) => socket.write(`${head}part`)));
    expect(await ping(url, impatientMs)).toEqual(timedOut);
  });

  test('ends as timeout when the body trickles on for ever', async () => {
    const url = keep(
      await startRawTarget((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        const trickle = setInterval(() => socket.write('1\r\nx\r\n'), 10);
        socket.on('close', () => clearInterval(trickle));
      }),
    );
    expect(await ping(url, impatientMs)).toEqual(timedOut);
  });

  test('ends as connection_reset when the target closes without a word', async () => {
    const url = keep(await startRawTarget((socket) => socket.end()));
    expect(await ping(url)).toEqual({ outcome: 'connection_reset', detail: 'ECONNRESET: socket hang up' });
  });

  test('ends as connection_reset when the target resets before it answers', async () => {
    const url = keep(await startRawTarget((socket) => socket.resetAndDestroy()));
    expect(await ping(url)).toEqual({ outcome: 'connection_reset', detail: 'ECONNRESET: read ECONNRESET' });
  });

  test.each([
    { how: 'resets', end: 'resetAndDestroy' },
    { how: 'closes', end: 'end' },
  ] as const)('ends as connection_reset, without a status, when the target $how mid-body', async ({ end }) => {
    const url = keep(
      await startRawTarget((socket) => socket.write(`${head}part`, () => setImmediate(() => socket[end]()))),
    );
    expect(await ping(url)).toEqual({ outcome: 'connection_reset', detail: 'ECONNRESET: aborted' });
  });

  test.each([
    { what: 'garbage', bytes: 'SSH-2.0-OpenSSH_9.2\r\n' },
    { what: 'two contradicting lengths', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab' },
    { what: 'a head above the limit', bytes: `HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n` },
    { what: 'a status outside the range', bytes: 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n' },
  ])('ends as invalid_response when the target sends $what', async ({ bytes }) => {
    const url = keep(await startRawTarget((socket) => socket.end(bytes)));
    expect(await ping(url)).toMatchObject({ outcome: 'invalid_response' });
  });

  test('ends as invalid_response, reading no further, when the body is above its bound', async () => {
    let sent = 0;
    const url = keep(
      await startHttpTarget((_request, response) => {
        const push = (): void => {
          sent += 1;
          if (!response.destroyed && response.write('x'.repeat(65_536))) setImmediate(push);
        };
        response.on('drain', push);
        push();
      }),
    );
    expect(await ping(url)).toEqual({
      outcome: 'invalid_response',
      detail: 'ERR_BAD_RESPONSE: maxContentLength size of 1048576 exceeded',
    });
    expect(sent).toBeLessThan(1_000);
  });

  test('ends as dns when the name does not exist', async () => {
    expect(await ping('http://nowhere.invalid/ping')).toMatchObject({ outcome: 'dns' });
  });

  test('ends as tls when the target does not speak it', async () => {
    const url = keep(await startHttpTarget((_request, response) => response.end()));
    expect(await ping(url.replace('http:', 'https:'))).toMatchObject({ outcome: 'tls' });
  });

  test('ends at once when it is abandoned', async () => {
    const controller = new AbortController();
    const url = keep(await startRawTarget(() => controller.abort()));
    expect(await createTransport({ target: url, timeoutMs: patientMs })(controller.signal)).toEqual({
      outcome: 'other',
      detail: 'ERR_CANCELED: canceled',
    });
  });

  test('opens a connection per ping, says so, and asks for no redirect target', async () => {
    const seen: (string | undefined)[] = [];
    const target = await startHttpTarget((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.connection}`);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const send = createTransport({ target: keep(target), timeoutMs: patientMs });
    for (let k = 0; k < 5; k++) await send(new AbortController().signal);
    expect(seen).toEqual(Array.from({ length: 5 }, () => 'GET /ping close'));
    expect(target.connections()).toBe(5);
  });

  test('ignores the proxies of the environment', async () => {
    const proxied: (string | undefined)[] = [];
    const proxy = await startHttpTarget((request, response) => {
      proxied.push(request.url);
      response.end();
    });
    keep(proxy);
    const url = keep(await startHttpTarget((_request, response) => response.end()));
    process.env['http_proxy'] = new URL(proxy.url).origin;
    try {
      expect(await ping(url)).toEqual({ outcome: 'ok', status: 200 });
    } finally {
      delete process.env['http_proxy'];
    }
    expect(proxied).toEqual([]);
  });

  test('leaves neither listeners nor warnings behind with many pings at once', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const url = keep(await startHttpTarget((_request, response) => void setTimeout(() => response.end(), 20)));
    const send = createTransport({ target: url, timeoutMs: patientMs });
    const { signal } = new AbortController();
    const ends = await Promise.all(Array.from({ length: 50 }, () => send(signal)));
    await new Promise(setImmediate);
    process.off('warning', onWarning);
    expect(new Set(ends.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    expect(warnings).toEqual([]);
  });
});
