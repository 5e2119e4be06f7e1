import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OtlpSink } from './otlp-sink.ts';
import { Tempo } from './tempo.ts';

/** A server that answers as Tempo does on both of its ports. */
let server: Server;
let url: string;
let taken: { readonly body: string; readonly headers: readonly (string | undefined)[] }[];
let status: number;

beforeEach(async () => {
  taken = [];
  status = 200;
  server = createServer((request, response) => {
    if (request.url === '/api/echo') return void response.end('echo');
    if (request.url !== '/v1/traces') return void response.writeHead(404).end('404 page not found\n');
    const { 'content-type': type, 'content-encoding': encoding } = request.headers;
    void buffer(request).then((body) => {
      taken.push({ body: body.toString('base64'), headers: [type, encoding] });
      response.writeHead(status).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const connect = (addresses: { url: string; otlpUrl?: string }, report: (message: string) => void = () => undefined) =>
  Tempo.connect(addresses, report);

describe('a Tempo', () => {
  it('is linked to by trace', async () => {
    const tempo = await connect({ url: `${url}/`, otlpUrl: url });
    expect(tempo.linkTo('abc')).toBe(`${url}/api/traces/abc`);
  });

  it('gets what the sink got, as it came', async () => {
    const tempo = await connect({ url, otlpUrl: url });
    taken = [];
    const sink = new OtlpSink((request) => tempo.forward(request));
    const body = gzipSync('{"resourceSpans":[]}');
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await fetch(`${await sink.listen()}/v1/traces`, { method: 'POST', headers, body });
    await tempo.flush();
    await sink.close();
    expect(answer.status).toBe(200);
    expect(taken).toEqual([{ body: body.toString('base64'), headers: ['application/json', 'gzip'] }]);
  });

  it('that takes no more traces is said once', async () => {
    const reports: string[] = [];
    const tempo = await connect({ url, otlpUrl: url }, (message) => reports.push(message));
    status = 503;
    const request = { body: new Uint8Array(), contentType: 'application/x-protobuf', contentEncoding: '' };
    tempo.forward(request);
    tempo.forward(request);
    await tempo.flush();
    expect(reports).toEqual(["Tempo didn't take traces (status 503): some links lead to nothing"]);
  });
});

describe('a wrong address is an error', () => {
  const problemOf = (addresses: { url: string; otlpUrl?: string }) =>
    connect(addresses).then(
      () => 'none',
      (error: unknown) => (error as Error).message,
    );

  it.each(['localhost:3200', 'ftp://localhost', 'tempo'])('%s', async (wrong) => {
    expect(await problemOf({ url: wrong })).toBe(
      `--tempo: got "${wrong}", expected an http or https URL, e.g. --tempo http://localhost:3200`,
    );
  });

  it('of something else than a Tempo', async () => {
    expect(await problemOf({ url: `${url}/elsewhere` })).toBe(
      `--tempo: ${url}/elsewhere/api/echo: got status 404 "404 page not found", expected "echo" as Tempo answers, e.g. --tempo http://localhost:3200`,
    );
    expect(await problemOf({ url, otlpUrl: `${url}/otlp` })).toBe(
      `--tempo-otlp: ${url}/otlp/v1/traces: got status 404 "404 page not found", expected 200 for a request without traces, e.g. --tempo-otlp http://localhost:4318`,
    );
  });

  it('where nobody answers', async () => {
    const address = '127.0.0.1:1';
    expect(await problemOf({ url: `http://${address}` })).toMatch(
      /^--tempo: http:\/\/127\.0\.0\.1:1\/api\/echo: no answer \(.+\), expected a running Tempo$/,
    );
  });
});
