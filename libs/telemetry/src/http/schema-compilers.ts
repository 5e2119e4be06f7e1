import { createRequire } from 'node:module';
import type { FastifyServerOptions } from 'fastify';

type Compilers = Required<NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>>;

const require = createRequire(import.meta.url);

/**
 * Fastify's own compilers of schemas, loaded when the first route with a schema is registered: Fastify loads them with each server, and no route of these
 * workloads has one. They are a seventh of the files that a workload loads.
 *
 * Edge: as with any compiler that is given, the names in a schema of headers must be in lower case.
 */
export const schemaCompilers: Compilers = {
  buildValidator: onFirstCall(() => create<Compilers['buildValidator']>('@fastify/ajv-compiler')),
  buildSerializer: onFirstCall(() => create<Compilers['buildSerializer']>('@fastify/fast-json-stringify-compiler')),
};

function create<F>(packageName: string): F {
  return (require(packageName) as () => F)();
}

function onFirstCall<F extends (...parameters: never[]) => unknown>(load: () => F): F {
  let loaded: F | undefined;
  return ((...parameters: never[]) => (loaded ??= load())(...parameters)) as F;
}
