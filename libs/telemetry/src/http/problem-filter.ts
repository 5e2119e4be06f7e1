import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { knownMethods } from '@observed-rollouts/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ProblemDetails, ProblemException, problemDetails, sendProblem } from './problem.ts';

/** Answers every error with problem JSON. What nobody foresaw is 500, logged with its stack, and tells the client nothing else. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('HttpServer');

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.raw.headersSent) {
      this.#endStartedAnswer(reply, exception);
      return;
    }
    sendProblem(reply, request.is404 ? refuseRoute(request, reply) : this.#describe(exception));
  }

  /** A broken answer must not look complete; one that is complete (a time-out was answered) has nothing left to say. */
  #endStartedAnswer(reply: FastifyReply, exception: unknown): void {
    if (reply.raw.writableEnded) return;
    this.#logger.error('an error came after the answer had started', exception);
    reply.raw.destroy();
  }

  #describe(exception: unknown): ProblemDetails {
    if (exception instanceof ProblemException) return exception.problem;
    if (exception instanceof HttpException) return problemDetails(exception.getStatus(), exception.message);
    const status = clientErrorStatus(exception);
    if (status !== undefined) return problemDetails(status, (exception as Error).message);
    this.#logger.error('a request failed unexpectedly', exception);
    return problemDetails(500);
  }
}

/** Filter of an application, as Nest providers. */
export const problemProviders: Provider[] = [{ provide: APP_FILTER, useClass: ProblemFilter }];

/** Status of an error with which Fastify refuses a request, such as 413 or 415; `undefined` for any other error. */
function clientErrorStatus(exception: unknown): number | undefined {
  if (!(exception instanceof Error)) return undefined;
  const { code, statusCode } = exception as { code?: unknown; statusCode?: unknown };
  const isRefusal = typeof code === 'string' && code.startsWith('FST_') && typeof statusCode === 'number';
  return isRefusal && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}

/** No route answers: the method is wrong (405), or nothing is there (404). */
function refuseRoute(request: FastifyRequest, reply: FastifyReply): ProblemDetails {
  const url = request.url.split('?', 1)[0] as string;
  const allowed = knownMethods.filter((method) => request.server.hasRoute({ method, url }));
  if (allowed.length === 0) return problemDetails(404, 'Nothing is served at this path.');
  reply.header('Allow', allowed.join(', '));
  return problemDetails(405, 'The method is not allowed at this path.');
}
