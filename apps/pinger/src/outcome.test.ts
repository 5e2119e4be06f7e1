import { describe, expect, test } from 'vitest';
import { endOfAnswer, endOfError } from './outcome.ts';

const errorWith = (code: string): Error => Object.assign(new Error('text'), { code });

describe('endOfError', () => {
  test.each([
    ['ETIMEDOUT', 'timeout'],
    ['ECONNREFUSED', 'connection_refused'],
    ['ECONNRESET', 'connection_reset'],
    ['EPIPE', 'connection_reset'],
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['EAI_FAIL', 'dns'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['HPE_INVALID_CONSTANT', 'invalid_response'],
    ['HPE_HEADER_OVERFLOW', 'invalid_response'],
    ['EPROTO', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
    // The prober's own shortage of sockets or ports is not the target's failure of any known kind.
    ['EMFILE', 'other'],
    ['EADDRNOTAVAIL', 'other'],
    ['toString', 'other'],
  ])('reads %s as %s', (code, outcome) => {
    expect(endOfError(errorWith(code))).toEqual({ outcome, detail: `${code}: text` });
  });

  test.each([
    [new Error('text'), 'text'],
    [Object.assign(new Error('text'), { code: 7 }), 'text'],
    ['thrown text', 'thrown text'],
    [undefined, 'undefined'],
  ])('reads %s, which has no code, as other', (error, detail) => {
    expect(endOfError(error)).toEqual({ outcome: 'other', detail });
  });
});

describe('endOfAnswer', () => {
  test.each([
    [199, 'invalid_response'],
    [200, 'ok'],
    [399, 'ok'],
    [400, 'http_4xx'],
    [499, 'http_4xx'],
    [500, 'http_5xx'],
    [599, 'http_5xx'],
    [600, 'invalid_response'],
  ])('reads %i as %s', (status, outcome) => {
    expect(endOfAnswer(status).outcome).toBe(outcome);
  });
});
