import type { IncomingMessage } from 'node:http';
import { type Context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
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

/** The context of a request with its span: `trace.setSpan` copies a map and makes three functions for each. */
export class ContextWithSpan implements Context {
  readonly #parent: Context;
  readonly #span: Span;

  constructor(parent: Context, span: Span) {
    this.#parent = parent;
    this.#span = span;
  }

  getValue(key: symbol): unknown {
    return key === spanKey ? this.#span : this.#parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#copy().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#copy().deleteValue(key);
  }

  #copy(): Context {
    return trace.setSpan(this.#parent, this.#span);
  }
}

/** Under which OpenTelemetry keeps the span of a context; it doesn't export the key, but asks for it. */
const spanKey = keyOfSpans();

function keyOfSpans(): symbol | undefined {
  let asked: symbol | undefined;
  const getValue = (key: symbol): undefined => void (asked = key);
  trace.getSpan({ getValue, setValue: () => ROOT_CONTEXT, deleteValue: () => ROOT_CONTEXT });
  return asked;
}
