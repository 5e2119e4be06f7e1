import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Ends what the rehearsal started when the rehearsal itself ends without a word, by SIGKILL or a crash. */
export interface Reaper {
  watch(pid: number): void;
  forget(pid: number): void;
  /** Also removes this folder. */
  watchFolder(path: string): void;
  /** Ends the reaper; nothing is watched any longer. */
  close(): void;
}

/** Starts the reaper: a process of its own that waits for the end of its standard input. */
export function startReaper(): Reaper {
  const script = fileURLToPath(new URL(`./reaper${extname(import.meta.url)}`, import.meta.url));
  const child = spawn(process.execPath, [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  // A reaper that has gone can't be written to; the rehearsal goes on without it.
  child.stdin.on('error', () => undefined);
  const send = (line: string) => child.stdin.write(`${line}\n`);
  return {
    watch: (pid) => send(`watch ${pid}`),
    forget: (pid) => send(`forget ${pid}`),
    watchFolder: (path) => send(`folder ${path}`),
    close: () => child.stdin.end('close\n'),
  };
}
