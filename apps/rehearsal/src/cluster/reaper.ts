import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Started by `startReaper`. Reads `watch <pid>`, `forget <pid>`, `folder <path>` and `close`; at the end of input it ends and removes what is left. */
const pids = new Set<number>();
const folders = new Set<string>();

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [verb = '', ...rest] = line.split(' ');
  const subject = rest.join(' ');
  if (verb === 'watch') pids.add(Number(subject));
  else if (verb === 'forget') pids.delete(Number(subject));
  else if (verb === 'folder') folders.add(subject);
  else if (verb === 'close') process.exit(0);
});
lines.on('close', () => {
  for (const pid of pids) kill(pid);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
