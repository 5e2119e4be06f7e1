import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** A repository of its own in a temporary folder, with the workspace's files in one commit on main; its Nx cache and graph are its own. */
export interface WorkspaceCopy {
  readonly root: string;
  git(...args: string[]): string;
  /** Runs a program of the workspace's dependencies in a folder of the copy; standard output whatever the exit code. */
  run(program: string, args: readonly string[], folder?: string): string;
  remove(): void;
}

/** Copies the working tree as it is now, uncommitted work included; dependencies are linked, not copied. */
export function copyWorkspace(): WorkspaceCopy {
  const copy = mkdtempSync(join(tmpdir(), 'workspace-copy-'));
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const deleted = new Set(listFiles(['ls-files', '-z', '--deleted']));
  for (const file of listFiles(listed).filter((name) => !deleted.has(name))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  linkDependencies(copy);
  const git = (...args: string[]) => execFileSync('git', [...identity, ...args], { cwd: copy, encoding: 'utf8' });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'base');
  return {
    root: copy,
    git,
    run: (program, args, folder = '.') => runProgram(copy, program, args, folder),
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}

/** Links every dependency to the original, but the workspace's own packages to the copy (their links are relative). */
function linkDependencies(copy: string): void {
  const scope = '@observed-rollouts';
  mkdirSync(join(copy, 'node_modules', scope), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')).filter((name) => name !== scope)) {
    symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  }
  for (const name of readdirSync(join(root, 'node_modules', scope))) {
    symlinkSync(readlinkSync(join(root, 'node_modules', scope, name)), join(copy, 'node_modules', scope, name));
  }
}

const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.invalid', '-c', 'commit.gpgsign=false'];

function listFiles(args: readonly string[]): string[] {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
}

function runProgram(copy: string, program: string, args: readonly string[], folder: string): string {
  // Nx passes its workspace and cache on to what it starts; here they would point back to the original.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('NX_'));
  const env = { ...Object.fromEntries(inherited), NX_DAEMON: 'false' };
  try {
    return execFileSync(join(root, 'node_modules/.bin', program), args, {
      cwd: join(copy, folder),
      encoding: 'utf8',
      env,
      stdio: 'pipe',
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    if (stdout) return stdout;
    throw new Error(`${program} ${args.join(' ')} printed nothing in ${folder}: ${stderr}`, { cause: error });
  }
}
