import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { requestAttributes } from './request-attributes.ts';

function serverOf(headers: Record<string, string>): readonly unknown[] {
  const message = new IncomingMessage(new Socket());
  Object.assign(message, { method: 'GET', url: '/ping', headers });
  const attributes = requestAttributes(message);
  return ['server.address', 'server.port'].map((key) => attributes.entries[attributes.indexOf(key)]);
}

test('each request has the server that it names itself, whatever the one before named', () => {
  expect(serverOf({ host: 'a:8080' })).toEqual(['a', 8080]);
  expect(serverOf({ host: 'a:8080' })).toEqual(['a', 8080]);
  expect(serverOf({ host: 'b' })).toEqual(['b', 80]);
  expect(serverOf({ 'x-forwarded-host': 'b', 'x-forwarded-proto': 'https' })).toEqual(['b', 443]);
  expect(serverOf({ host: 'b' })).toEqual(['b', 80]);
});
