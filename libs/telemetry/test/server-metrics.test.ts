import { connect } from 'node:net';
import { clientClosedStatus, otherMethod, requestLimits, unmatchedRoute } from '@observed-rollouts/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchange, parseSamples, type SampleWorkload, scrape, startSample } from './sample-workload.ts';

let running: SampleWorkload;
const limits = { headersTimeoutMs: 300, requestTimeoutMs: 900, timeoutCheckIntervalMs: 50 };
beforeAll(async () => {
  running = await startSample({ limits });
});
afterAll(() => running.close());

type Series = readonly [method: string, route: string, status: string];

const countPattern =
  /^http_server_request_duration_seconds_count\{http_request_method="(.*)",http_route="(.*)",http_response_status_code="(.*)"\}$/;

interface Counts {
  /** Requests by `method route status`. */
  readonly requests: Readonly<Record<string, number>>;
  readonly parseErrors: number;
  readonly active: number;
}

async function readCounts(): Promise<Counts> {
  const samples = parseSamples((await scrape(running.metricsPort)).body);
  const requests: Record<string, number> = {};
  for (const [series, value] of samples) {
    const match = countPattern.exec(series);
    if (match && value > 0) requests[match.slice(1).join(' ')] = value;
  }
  return {
    requests,
    parseErrors: samples.get('http_server_parse_errors_total') as number,
    active: samples.get('http_server_active_requests') as number,
  };
}

/** Does something to the server and expects that exactly these series, once each, and no other, count one more. */
async function expectCounted(act: () => Promise<unknown>, series: readonly Series[], parseErrors = 0): Promise<void> {
  const before = await readCounts();
  await act();
  const requests = { ...before.requests };
  for (const labels of series) requests[labels.join(' ')] = (requests[labels.join(' ')] ?? 0) + 1;
  await expect
    .poll(readCounts, { timeout: 10_000 })
    .toEqual({ requests, parseErrors: before.parseErrors + parseErrors, active: 0 });
}

function send(head: string, body = ''): Promise<string> {
  return exchange(running.httpPort, `${head}\r\nHost: sample\r\nConnection: close\r\n\r\n${body}`);
}

/** An answer whose body is problem JSON, without the headers that change. */
function problemOf(answer: string): { status: number; type: string | undefined; body: unknown } {
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
  return {
    status: Number(head.split(' ', 2)[1]),
    type: /^content-type: ([^;\r]*)/im.exec(head)?.[1],
    body: JSON.parse(body),
  };
}

function problem(status: number, title: string, detail?: string, extensions: object = {}) {
  const body = { type: 'about:blank', title, status, ...(detail === undefined ? {} : { detail }), ...extensions };
  return { status, type: 'application/problem+json', body };
}

describe('an answer is counted once, under its route', () => {
  test('200', () => expectCounted(() => send('GET /ok?x=1 HTTP/1.1'), [['GET', '/ok', '200']]));

  test('200 to HEAD', () => expectCounted(() => send('HEAD /ok HTTP/1.1'), [['HEAD', '/ok', '200']]));

  test('a route with a parameter, under its template', () =>
    expectCounted(() => send('GET /items/42 HTTP/1.1'), [['GET', '/items/:id', '200']]));

  test('409 that a handler chose, with its extension member', () =>
    expectCounted(async () => {
      const answer = problemOf(await send('GET /refused HTTP/1.1'));
      expect(answer).toEqual(problem(409, 'Conflict', 'The sample refuses.', { reason: 'sample' }));
    }, [['GET', '/refused', '409']]));

  test('500 of an unexpected error, which tells the client nothing and the log everything', () =>
    expectCounted(async () => {
      expect(problemOf(await send('GET /broken HTTP/1.1'))).toEqual(problem(500, 'Internal Server Error'));
      const line = running.log.findLast(({ level }) => level === 'error');
      expect(line).toMatchObject({
        service: 'ping-service',
        version: '1.2.3',
        msg: 'a request failed unexpectedly secret of the implementation',
        err: { type: 'Error', message: 'secret of the implementation', stack: expect.stringContaining('broken') },
      });
    }, [['GET', '/broken', '500']]));

  test('403 of a guard', () =>
    expectCounted(async () => {
      expect(problemOf(await send('GET /guarded HTTP/1.1'))).toEqual(problem(403, 'Forbidden', 'Forbidden resource'));
    }, [['GET', '/guarded', '403']]));

  test('two requests on one connection', () =>
    expectCounted(async () => {
      const first = 'GET /ok HTTP/1.1\r\nHost: sample\r\n\r\n';
      await exchange(running.httpPort, `${first}${first.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`);
    }, [
      ['GET', '/ok', '200'],
      ['GET', '/ok', '200'],
    ]));
});

describe('an answer of no route is counted once, and its path is never a label', () => {
  test('404', () =>
    expectCounted(async () => {
      const answer = problemOf(await send('GET /a/unknown/path HTTP/1.1'));
      expect(answer).toEqual(problem(404, 'Not Found', 'Nothing is served at this path.'));
    }, [['GET', unmatchedRoute, '404']]));

  test('405, with the methods that are allowed', () =>
    expectCounted(async () => {
      const answer = await send('OPTIONS /ok?x HTTP/1.1');
      expect(problemOf(answer)).toEqual(problem(405, 'Method Not Allowed', 'The method is not allowed at this path.'));
      expect(answer).toContain('\r\nallow: GET, HEAD\r\n');
    }, [['OPTIONS', unmatchedRoute, '405']]));

  test('a method that is not told apart', () =>
    expectCounted(() => send('PROPFIND /nowhere HTTP/1.1'), [[otherMethod, unmatchedRoute, '404']]));

  test('400 of a malformed URI', () =>
    expectCounted(async () => {
      const answer = problemOf(await send('GET /%ff%zz HTTP/1.1'));
      expect(answer).toEqual(problem(400, 'Bad Request', 'The request target is malformed.'));
    }, [['GET', unmatchedRoute, '400']]));

  test('414 of a path parameter that is too long', () =>
    expectCounted(async () => {
      expect(problemOf(await send(`GET /items/${'x'.repeat(200)} HTTP/1.1`))).toEqual(problem(414, 'URI Too Long'));
    }, [['GET', unmatchedRoute, '414']]));

  test('400 without a Host header', () =>
    expectCounted(async () => {
      const answer = await exchange(running.httpPort, 'GET /ok HTTP/1.1\r\nConnection: close\r\n\r\n');
      expect(problemOf(answer)).toEqual(problem(400, 'Bad Request', 'The request has no Host header.'));
    }, [['GET', '/ok', '400']]));

  test('417 of an expectation', () =>
    expectCounted(async () => {
      expect(problemOf(await send('GET /ok HTTP/1.1\r\nExpect: miracle'))).toEqual(problem(417, 'Expectation Failed'));
    }, [['GET', unmatchedRoute, '417']]));
});

describe('a body that is refused', () => {
  const post = (type: string, body: string) =>
    send(`POST /echo HTTP/1.1\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}`, body);

  test('is 400 when it is not JSON', () =>
    expectCounted(async () => {
      expect(problemOf(await post('application/json', '{')).status).toBe(400);
    }, [['POST', '/echo', '400']]));

  test('is 413 above the limit of the contract', () =>
    expectCounted(async () => {
      const answer = problemOf(await post('application/json', ' '.repeat(requestLimits.maxBodyBytes + 1)));
      expect(answer).toEqual(problem(413, 'Payload Too Large', 'Request body is too large'));
    }, [['POST', '/echo', '413']]));

  test('is 415 in an unknown type', () =>
    expectCounted(async () => {
      const answer = problemOf(await post('application/xml', '<a/>'));
      expect(answer).toEqual(problem(415, 'Unsupported Media Type', 'Unsupported Media Type'));
    }, [['POST', '/echo', '415']]));

  test.each(['application/xml', 'application/json'])('is 404 where nothing is served: %s', (type) =>
    expectCounted(async () => {
      const length = requestLimits.maxBodyBytes + 1;
      const head = `POST /nowhere HTTP/1.1\r\nContent-Type: ${type}\r\nContent-Length: ${length}`;
      expect(problemOf(await send(head, ' '.repeat(length))).status).toBe(404);
    }, [['POST', unmatchedRoute, '404']]),
  );

  test('is 408 when it does not arrive in time', () =>
    expectCounted(async () => {
      const head = 'POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 10';
      expect(problemOf(await send(head, '{'))).toEqual(problem(408, 'Request Timeout'));
    }, [['POST', '/echo', '408']]));
});

describe('a client that leaves', () => {
  test('before the answer is 499', () =>
    expectCounted(async () => {
      const socket = connect(running.httpPort, '127.0.0.1');
      socket.write('GET /stuck HTTP/1.1\r\nHost: sample\r\n\r\n');
      await expect.poll(async () => (await readCounts()).active).toBe(1);
      socket.destroy();
    }, [['GET', '/stuck', clientClosedStatus]]));

  test('in the middle of the answer is 499 though the head said 200', () =>
    expectCounted(async () => {
      const socket = connect(running.httpPort, '127.0.0.1');
      socket.write('GET /endless HTTP/1.1\r\nHost: sample\r\n\r\n');
      for await (const chunk of socket) if (`${chunk}`.includes('the beginning')) break;
    }, [['GET', '/endless', clientClosedStatus]]));
});

describe('what the parser refuses is counted apart', () => {
  test('400 of garbage', () =>
    expectCounted(
      async () => {
        expect(problemOf(await exchange(running.httpPort, 'garbage\r\n\r\n'))).toEqual(problem(400, 'Bad Request'));
      },
      [],
      1,
    ));

  test('431 of a head above the limit of the contract', () =>
    expectCounted(
      async () => {
        const head = `GET /ok HTTP/1.1\r\nX: ${'x'.repeat(requestLimits.maxHeaderBytes)}`;
        expect(problemOf(await send(head))).toEqual(problem(431, 'Request Header Fields Too Large'));
      },
      [],
      1,
    ));

  test('408 of a head that does not arrive in time', () =>
    expectCounted(
      async () => {
        const answer = await exchange(running.httpPort, 'GET /ok HTTP/1.1\r\nHost:');
        expect(problemOf(answer)).toEqual(problem(408, 'Request Timeout'));
      },
      [],
      1,
    ));

  test('garbage behind a request: that one is answered first, then the connection closes', () =>
    expectCounted(
      async () => {
        const answer = await exchange(running.httpPort, 'GET /ok HTTP/1.1\r\nHost: sample\r\n\r\ngarbage\r\n\r\n');
        expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
        expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
      },
      [['GET', '/ok', '200']],
      1,
    ));

  test('a connection that is reset without a request is not an error of anybody', () =>
    expectCounted(async () => {
      const socket = connect(running.httpPort, '127.0.0.1');
      socket.write('GET /ok HT');
      await expect.poll(() => socket.bytesWritten).toBe(10);
      socket.resetAndDestroy();
      await send('GET /ok HTTP/1.1');
    }, [['GET', '/ok', '200']]));
});

test('scrapes are never counted as requests', () => expectCounted(() => scrape(running.metricsPort), []));
