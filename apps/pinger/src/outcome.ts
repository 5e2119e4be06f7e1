import type { SpanContext } from '@opentelemetry/api';
import { pingAnswered, type PingFailure, type PingOutcome } from '@observed-rollouts/contract';

/** How one ping ended, as the client saw it. */
export interface PingEnd {
  readonly outcome: PingOutcome;
  /** Status of an answer that was read to its end; absent otherwise. */
  readonly status?: number;
  /** What went wrong, for logs; not bounded, so never a label. */
  readonly detail?: string;
  /** Span of the ping, for exemplars. */
  readonly spanContext?: SpanContext;
}

/** Error codes of Node.js (sockets, DNS, TLS, HTTP parser) whose kind their spelling doesn't show. */
const kindOfCode: ReadonlyMap<string, PingFailure> = new Map([
  ['ETIMEDOUT', 'timeout'],
  ['ECONNREFUSED', 'connection_refused'],
  ['ECONNRESET', 'connection_reset'],
  ['ECONNABORTED', 'connection_reset'],
  ['EPIPE', 'connection_reset'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'connection_reset'],
  ['ENOTFOUND', 'dns'],
  ['EHOSTUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['EPROTO', 'tls'],
  ['ERR_BAD_RESPONSE', 'invalid_response'],
]);

const kindOfPattern: readonly (readonly [RegExp, PingFailure])[] = [
  // getaddrinfo's failures: EAI_AGAIN when no resolver answers, EAI_FAIL when one refuses.
  [/^EAI_/, 'dns'],
  // llhttp: bytes that are not HTTP, a head over the limit, two contradicting lengths.
  [/^HPE_/, 'invalid_response'],
  // Node's and OpenSSL's names: a handshake that fails, a certificate that isn't trusted or isn't the host's.
  [/^ERR_(SSL|TLS)_|CERT|^UNABLE_TO_/, 'tls'],
];

/** Reads an answer's status; a status outside HTTP's 200 to 599 is an invalid response. */
export function endOfAnswer(status: number): PingEnd {
  if (status >= 200 && status < 400) return { outcome: pingAnswered, status };
  if (status >= 400 && status < 500) return { outcome: 'http_4xx', status, detail: `status ${status}` };
  if (status >= 500 && status < 600) return { outcome: 'http_5xx', status, detail: `status ${status}` };
  return { outcome: 'invalid_response', detail: `status ${status} is not in HTTP's range` };
}

/** Reads an error of a request, or of reading its answer; what has no kind of its own is `other`. Never throws. */
export function endOfError(error: unknown): PingEnd {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return { outcome: kindOf(code), detail: [code, message].filter((part) => part !== '').join(': ') };
}

function kindOf(code: string): PingFailure {
  return kindOfCode.get(code) ?? kindOfPattern.find(([pattern]) => pattern.test(code))?.[1] ?? 'other';
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Everything but an answer with 2xx or 3xx. */
export function isFailure(outcome: PingOutcome): outcome is PingFailure {
  return outcome !== pingAnswered;
}
