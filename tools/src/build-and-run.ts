import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const cannotRun = 2;

export interface BuiltProgram {
  /** The npm script, for messages. */
  readonly script: string;
  /** What the program runs or imports. */
  readonly projects: readonly string[];
  /** Path from the workspace's root. */
  readonly program: string;
}

/**
 * Builds projects (seconds when nothing changed), then hands over to a built program with all arguments of this process.
 *
 * Exit code: the program's own; 2 when the build failed or something can't be started.
 */
export function buildAndRun({ script, projects, program }: BuiltProgram): void {
  const fail = (reason: string): never => {
    process.stderr.write(`${script}: ${reason}\n`);
    process.exit(cannotRun);
  };
  process.stderr.write('building (once; later runs come from the cache) …\n');
  const build = spawnSync('nx', ['run-many', '-t', 'build', '-p', projects.join(','), '--outputStyle=static'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (build.error) fail(`can't start nx (${build.error.message}); run npm ci first`);
  if (build.status !== 0) fail(`the build failed:\n${build.stdout}${build.stderr}`);

  const child = spawn(process.execPath, [join(root, program), ...process.argv.slice(2)], {
    cwd: root,
    // The channel carries nothing: its end tells the program that this process has gone, however it ended.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // A terminal's ctrl-C reaches the program too: this process only waits for it. Other senders reach this process alone.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => fail(`can't start ${program} (${error.message})`));
  child.on('exit', (code) => process.exit(code ?? cannotRun));
}
