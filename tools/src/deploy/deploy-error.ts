/** Exit codes of `npm run deploy`. */
export const exitCodes = { ready: 0, notReady: 1, notRun: 2 } as const;

/** A reason to stop; the message is what the user reads. */
export class DeployError extends Error {
  /** {@link exitCodes.notRun} when nothing was changed, {@link exitCodes.notReady} when the cluster may hold a part. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.name = 'DeployError';
    this.exitCode = exitCode;
  }
}

export function cannotRun(message: string): DeployError {
  return new DeployError(message, exitCodes.notRun);
}
