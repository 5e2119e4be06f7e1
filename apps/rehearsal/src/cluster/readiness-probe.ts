import { get } from 'node:http';

/** Where a readiness probe asks. */
export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/**
 * Asks once, on a connection of its own, as a kubelet does.
 *
 * Shape: `undefined` when the answer is 2xx or 3xx; otherwise what came instead, in words: `status 503`, `no answer within 1 s`, `connect ECONNREFUSED …`.
 */
export function probeOnce(target: ProbeTarget, timeoutSeconds: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get({ ...target, agent: false, timeout: timeoutSeconds * 1000 }, (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      resolve(statusCode >= 200 && statusCode < 400 ? undefined : `status ${statusCode}`);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutSeconds} s`)));
    request.on('error', ({ message }) => resolve(message));
  });
}
