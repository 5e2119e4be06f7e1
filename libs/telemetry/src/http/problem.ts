import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { problemMediaType } from '@observed-rollouts/contract';
import type { FastifyReply } from 'fastify';

/** An error body of RFC 9457; extension members stand beside the standard ones. */
export interface ProblemDetails {
  readonly type: 'about:blank';
  /** The status' phrase, such as `Not Found`. */
  readonly title: string;
  readonly status: number;
  /** What happened, for a person; never a stack or the text of an unexpected error. */
  readonly detail?: string;
  readonly [extension: string]: unknown;
}

/** Builds the body for a status. */
export function problemDetails(
  status: number,
  detail?: string,
  extensions: Readonly<Record<string, unknown>> = {},
): ProblemDetails {
  const title = STATUS_CODES[status] ?? 'Unknown Error';
  return { type: 'about:blank', title, status, ...(detail === undefined ? {} : { detail }), ...extensions };
}

/** An error that a handler answers with on purpose: status, a text for people, extension members for programs. */
export class ProblemException extends HttpException {
  readonly problem: ProblemDetails;

  constructor(status: number, detail: string, extensions: Readonly<Record<string, unknown>> = {}) {
    super(detail, status);
    this.problem = problemDetails(status, detail, extensions);
  }
}

/** Sends a problem; `no-store`, because an error is about this moment. */
export function sendProblem(reply: FastifyReply, problem: ProblemDetails): void {
  void reply
    .status(problem.status)
    .header('Content-Type', problemMediaType)
    .header('Cache-Control', 'no-store')
    .send(problem);
}

/** Answers what Fastify's router refuses before any hook runs: a malformed URI (400), a path parameter that is too long (414). */
export function frameworkProblem(error: Error, reply: FastifyReply): void {
  const { statusCode = 400 } = error as { statusCode?: number };
  sendProblem(reply, problemDetails(statusCode, statusCode === 400 ? 'The request target is malformed.' : undefined));
}
