import { parseArgs } from 'node:util';
import { cannotRun } from './deploy-error.ts';

export interface DeployOptions {
  /** Folder with the manifests. */
  readonly dir: string;
  /** Context of the kubeconfig; absent: the current one. */
  readonly context: string | undefined;
  /** Don't ask. */
  readonly yes: boolean;
  /** Let the server check what it can, change nothing. */
  readonly dryRun: boolean;
  /** How long everything together may take to become ready. */
  readonly timeoutMs: number;
}

export const usage = `Usage: npm run deploy -- [flags]
  Applies dist/manifests to a cluster and waits until everything is ready.

  --context <name>   context of the kubeconfig (default: the current one)
  --dir <folder>     folder with the manifests (default: dist/manifests)
  --dry-run          let the server check what it can, change nothing
  --timeout <time>   how long to wait until everything is ready, such as 90s or 10m (default: 10m)
  --yes              don't ask before applying
  --help             this text

Exit code: 0 everything is ready, 1 something isn't, 2 nothing was applied`;

const defaults = { dir: 'dist/manifests', timeout: '10m' } as const;

/**
 * Reads the command line.
 *
 * Edge:   `undefined` when help was asked for.
 * Errors: DeployError with every wrong flag at once.
 */
export function parseOptions(args: readonly string[]): DeployOptions | undefined {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      context: { type: 'string' },
      dir: { type: 'string' },
      'dry-run': { type: 'boolean' },
      timeout: { type: 'string' },
      yes: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values['help'] === true) return undefined;
  const problems = [
    ...positionals.map((text) => `${text}: unexpected argument, expected flags only, see --help`),
    ...tokens.flatMap((token) => (token.kind === 'option' ? flagProblems(token.name, token.rawName, token.value) : [])),
  ];
  const timeout = typeof values['timeout'] === 'string' ? values['timeout'] : defaults.timeout;
  const timeoutMs = parseTimeout(timeout);
  if (timeoutMs === undefined && typeof values['timeout'] === 'string') {
    problems.push(
      `--timeout: got ${JSON.stringify(timeout)}, expected a duration with unit s or m from 1s to 60m, e.g. --timeout 10m`,
    );
  }
  if (problems.length > 0) throw cannotRun(problems.join('\n'));
  return {
    dir: textOf(values['dir']) ?? defaults.dir,
    context: textOf(values['context']),
    yes: values['yes'] === true,
    dryRun: values['dry-run'] === true,
    timeoutMs: timeoutMs as number,
  };
}

const textFlags = ['context', 'dir', 'timeout'];
const switches = ['dry-run', 'yes', 'help'];

function flagProblems(name: string, rawName: string, value: string | undefined): string[] {
  if (textFlags.includes(name)) {
    return value === undefined || value === '' ? [`${rawName}: got no value, expected one, see --help`] : [];
  }
  if (!switches.includes(name)) return [`${rawName}: unknown flag, see --help`];
  return value === undefined ? [] : [`${rawName}: got ${JSON.stringify(value)}, expected no value`];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function parseTimeout(text: string): number | undefined {
  const match = /^(\d+)(s|m)$/.exec(text);
  if (!match) return undefined;
  const milliseconds = Number(match[1]) * (match[2] === 'm' ? 60_000 : 1000);
  return milliseconds >= 1000 && milliseconds <= 3_600_000 ? milliseconds : undefined;
}
