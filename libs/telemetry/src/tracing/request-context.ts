import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import { type Context, context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

/** A property and not a map: the requests of a second are many, and each would be hashed. */
const contextKey = Symbol('context of a request');

interface TracedRequest extends IncomingMessage {
  [contextKey]?: Context;
}

/** What a request without a span runs in: nothing that it calls starts a trace of its own. */
export const untraced = suppressTracing(ROOT_CONTEXT);

type Run = (callback: (argument: unknown) => void, argument: unknown) => void;

let runUntraced: Run | undefined;

export function setRequestContext(request: IncomingMessage, context: Context): void {
  (request as TracedRequest)[contextKey] = context;
}

/** The context of a request, with its span if it is sampled; `undefined` where nothing is traced. */
export function requestContext(request: IncomingMessage): Context | undefined {
  return (request as TracedRequest)[contextKey];
}

/**
 * Calls back in the context of a request: all that comes of it runs there too.
 *
 * Edge: an untraced request, which most are, enters one state of the async storages that was kept, instead of a copy made for it. Another storage that is
 *       entered before this call is therefore left; it belongs after it.
 */
export function enterRequestContext<T>(active: Context, callback: (argument: T) => void, argument: T): void {
  if (active !== untraced) {
    context.with(active, callback, undefined, argument);
    return;
  }
  runUntraced ??= context.with(untraced, () => AsyncLocalStorage.snapshot() as Run);
  runUntraced(callback as (argument: unknown) => void, argument);
}
