import type { IncomingMessage } from 'node:http';
import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

/** A property and not a map: the requests of a second are many, and each would be hashed. */
const contextKey = Symbol('context of a request');

interface TracedRequest extends IncomingMessage {
  [contextKey]?: Context | undefined;
}

/** What a server listens in, and so what each request runs in that isn't sampled: nothing that it calls starts a trace of its own. */
export const untraced = suppressTracing(ROOT_CONTEXT);

/** To be called for every request, so that all have one hidden class, and what Node compiled for them serves all. */
export function setRequestContext(request: IncomingMessage, context: Context | undefined): void {
  (request as TracedRequest)[contextKey] = context;
}

/** The context of a request that is sampled, with its span; `undefined` for any other. */
export function requestContext(request: IncomingMessage): Context | undefined {
  return (request as TracedRequest)[contextKey];
}
