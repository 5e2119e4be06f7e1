import type { IncomingMessage } from 'node:http';
import type { requestLimits } from '@observed-rollouts/contract';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { frameworkProblem, ProblemException } from './problem.ts';
import { schemaCompilers } from './schema-compilers.ts';

type FastifyOptions = NonNullable<ConstructorParameters<typeof FastifyAdapter>[0]>;

/** The limits of a server; see `requestLimits` of the contract. */
export type RequestLimits = { readonly [K in keyof typeof requestLimits]: number };

/** Fastify's options for a server with these limits. */
export function serverOptions(limits: RequestLimits): FastifyOptions {
  return {
    bodyLimit: limits.maxBodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // A request that arrives on an open connection during close is served: its client can't know.
    return503OnClosing: false,
    schemaController: { compilersFactory: schemaCompilers },
    frameworkErrors: (error, _request, reply) => frameworkProblem(error, reply as unknown as FastifyReply),
    http: {
      // Checked by {@link missingHost}, which answers with a body.
      requireHostHeader: false,
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      // Node looks for connections past their time-out only this often; its default of 30 s would stretch a limit of 5 s.
      connectionsCheckingInterval: limits.timeoutCheckIntervalMs,
    },
  };
}

/** What refuses a request of HTTP/1.1 without a host (RFC 9112, 3.2); `undefined` for any other request. */
export function missingHost({ headers, httpVersionMinor }: IncomingMessage): ProblemException | undefined {
  const isMissing = headers.host === undefined && httpVersionMinor > 0;
  return isMissing ? new ProblemException(400, 'The request has no Host header.') : undefined;
}
