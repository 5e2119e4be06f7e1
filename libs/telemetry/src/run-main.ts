import { configExitCode, SettingsError } from '@observed-rollouts/contract';
import { StartError } from './bind.ts';

/**
 * The boundary of a program's main file: what `main` throws becomes text on stderr and an exit code.
 *
 * Errors: exit code 78 for wrong settings, 1 for anything else; a stack only for what nobody foresaw.
 */
export async function runMain(program: string, main: () => Promise<unknown>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${describeFailure(program, error)}\n`);
    process.exit(error instanceof SettingsError ? configExitCode : 1);
  }
}

function describeFailure(program: string, error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  if (error instanceof StartError) return `${program}: ${error.message}`;
  return `${program}: ${error instanceof Error ? error.stack : String(error)}`;
}
