import { createRequire } from 'node:module';
import { requestLimits } from '@observed-rollouts/contract';
import { fastify, type FastifyServerOptions } from 'fastify';
import { expect, test } from 'vitest';
import { serverOptions } from './server-options.ts';

const loaded = (name: string) =>
  Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes(`/node_modules/${name}/`));

test('compilers of schemas are loaded with the first route that has a schema, and used for it', async () => {
  const server = fastify(serverOptions(requestLimits) as FastifyServerOptions);
  server.get('/plain', () => ({ a: 1, b: 2 }));
  expect((await server.inject('/plain')).json()).toEqual({ a: 1, b: 2 });
  expect(['ajv', 'fast-json-stringify-compiler'].filter(loaded)).toEqual([]);
  await server.close();

  const strict = fastify(serverOptions(requestLimits) as FastifyServerOptions);
  const integer = { type: 'integer' } as const;
  const schema = {
    querystring: { type: 'object', properties: { a: integer }, required: ['a'] },
    response: { 200: { type: 'object', properties: { a: integer } } },
  };
  strict.get<{ Querystring: { a: number } }>('/strict', { schema }, ({ query }) => ({ ...query, b: 2 }));
  expect((await strict.inject('/strict?a=1')).json()).toEqual({ a: 1 });
  const refused = await strict.inject('/strict?a=x');
  expect([refused.statusCode, (refused.json() as { message: string }).message]).toEqual([
    400,
    'querystring/a must be integer',
  ]);
  expect(loaded('ajv')).toBe(true);
  await strict.close();
});
