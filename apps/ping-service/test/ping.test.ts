import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningService, startService } from './service-process.ts';

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: Record<string, unknown>;
  readonly tookMs: number;
}

async function get(url: string): Promise<Answer> {
  const start = performance.now();
  const response = await fetch(url);
  const body = (await response.json()) as Record<string, unknown>;
  const tookMs = performance.now() - start;
  return { status: response.status, type: response.headers.get('content-type'), body, tookMs };
}

describe('a service that declares latency and failures', () => {
  const env = { SERVICE_VERSION: '1.2.3', PING_LATENCY: '40%30ms,60%0ms', PING_SUCCESS_PERCENT: '50', PING_SEED: '42' };
  let service: RunningService;
  let answers: Answer[];
  beforeAll(async () => {
    service = await startService(env);
    answers = [];
    for (let count = 0; count < 60; count++) answers.push(await get(`${service.url}/ping`));
  });
  afterAll(() => service.process.kill());

  test('says in each answer its version, the share it drew, and whether the failure was injected', () => {
    const drawn = (share: unknown) => ({
      version: '1.2.3',
      share,
      latencyMs: share === '40%30ms' ? 30 : 0,
    });
    for (const { status, type, body } of answers) {
      expect(['40%30ms', '60%0ms']).toContain(body['share']);
      if (status === 200) {
        expect(type).toBe('application/json; charset=utf-8');
        expect(body).toEqual({ ...drawn(body['share']), injectedFailure: false });
      } else {
        expect(type).toBe('application/problem+json; charset=utf-8');
        expect(body).toEqual({
          type: 'about:blank',
          title: 'Internal Server Error',
          status: 500,
          detail: 'This failure was drawn from the declared rate.',
          ...drawn(body['share']),
          injectedFailure: true,
        });
      }
    }
    expect(new Set(answers.map(({ status, body }) => `${status} ${body['share']}`)).size).toBe(4);
  });

  test('takes at least the latency that it drew', () => {
    const slow = answers.filter(({ body }) => body['latencyMs'] === 30);
    expect(slow.length).toBeGreaterThan(0);
    expect(Math.min(...slow.map(({ tookMs }) => tookMs))).toBeGreaterThanOrEqual(30);
  });

  test('answers in the same sequence when it is started again with the same seed', async () => {
    const again = await startService(env);
    const outcome = ({ status, body }: Answer) => `${status} ${body['share']}`;
    const repeated: string[] = [];
    for (let count = 0; count < answers.length; count++) repeated.push(outcome(await get(`${again.url}/ping`)));
    await again.process.kill();
    expect(repeated).toEqual(answers.map(outcome));
  });

  test('says its version', async () => {
    const { status, body } = await get(`${service.url}/version`);
    expect({ status, body }).toEqual({
      status: 200,
      body: { service: 'ping-service', version: '1.2.3', node: process.version },
    });
  });

  test('is alive and ready, and a failure that was injected is not an error in its log', async () => {
    expect((await get(`${service.url}/livez`)).body).toEqual({ status: 'ok' });
    expect((await get(`${service.url}/readyz`)).body).toEqual({ status: 'ok' });
    expect(service.process.log.map(({ level, msg }) => `${level} ${msg}`)).toEqual(['info listening']);
  });
});
