/**
 * `npm run rehearse`: builds what a rehearsal runs (seconds when nothing changed), then hands over to it with all arguments.
 *
 * Exit code: the rehearsal's own; 2 when the build failed or a program can't be started.
 */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const cannotRun = 2;

process.stderr.write('building (once; later runs come from the cache) …\n');
const build = spawnSync(
  'nx',
  ['run-many', '-t', 'build', '-p', 'rehearsal,ping-service,pinger', '--outputStyle=static'],
  {
    cwd: root,
    encoding: 'utf8',
  },
);
if (build.error) fail(`can't start nx (${build.error.message}); run npm ci first`);
if (build.status !== 0) fail(`the build failed:\n${build.stdout}${build.stderr}`);

const rehearsal = spawn(process.execPath, [join(root, 'apps/rehearsal/dist/main.js'), ...process.argv.slice(2)], {
  cwd: root,
  // The channel carries nothing: its end tells the rehearsal that this process has gone, however it ended.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
// A terminal's ctrl-C reaches the rehearsal too: this process only waits for it. Other senders reach this process alone.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => rehearsal.kill('SIGTERM'));
rehearsal.on('error', (error) => fail(`can't start the rehearsal (${error.message})`));
rehearsal.on('exit', (code) => process.exit(code ?? cannotRun));

function fail(reason: string): never {
  process.stderr.write(`rehearse: ${reason}\n`);
  process.exit(cannotRun);
}
