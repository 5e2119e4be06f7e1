import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program to its end. Errors: rejects with the last line that it wrote when it fails. */
export async function run(
  program: string,
  args: readonly string[],
  options: { cwd: string; signal: AbortSignal },
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      ...options,
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    return stdout;
  } catch (error) {
    options.signal.throwIfAborted();
    const { stderr = '', message } = error as Error & { stderr?: string };
    const lines = stderr
      .trim()
      .split('\n')
      .filter((line) => line !== '');
    throw new Error(`${program} ${withoutOptions(args).join(' ')}: ${lines.at(-1) ?? message}`, { cause: error });
  }
}

/** What the program was asked to do: flags, and the values of apt's `-o`, say only how. */
function withoutOptions(args: readonly string[]): readonly string[] {
  return args.filter((part, index) => !part.startsWith('-') && args[index - 1] !== '-o');
}
