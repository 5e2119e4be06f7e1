const signalExitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Why a program ends before its work is done: somebody asked for it, or nobody is there any longer. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(by: string, exitCode: number) {
    super(`interrupted by ${by}`);
    this.exitCode = exitCode;
  }
}

/**
 * Aborts with an {@link Interrupted} on the first signal, when the program that started this one over a channel has gone, and when
 * nobody reads the output any longer. A second signal ends the program at once: what it started has to notice by itself.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (by: string, exitCode: number) => controller.abort(new Interrupted(by, exitCode));
  for (const [signal, exitCode] of Object.entries(signalExitCodes)) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCode);
      interrupt(signal, exitCode);
    });
  }
  process.once('disconnect', () => interrupt('the end of the program that started it', signalExitCodes.SIGHUP));
  process.stdout.on('error', () => interrupt('the end of whoever read its output', signalExitCodes.SIGHUP));
  return controller.signal;
}
