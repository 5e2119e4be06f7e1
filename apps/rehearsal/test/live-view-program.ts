/** Shows the middle of a release on its standard output, as if that were a terminal, and ends in the way that its argument names. */
import { liveView } from '../src/view/live-view.ts';
import { storyUntil } from './screen-story.ts';

Object.assign(process.stdout, { isTTY: true, columns: 80, rows: 24 });
process.stdout.write('before\n');
const view = liveView(['errors'], new AbortController().signal);
for (const event of storyUntil(16)) view.show(event);

const ends: Readonly<Record<string, () => void>> = {
  exit: () => process.exit(3),
  throw: () => {
    throw new Error('nobody catches this');
  },
  reject: () => void Promise.reject(new Error('nobody handles this')),
  SIGTERM: () => {
    process.on('SIGTERM', () => process.exit(143));
    process.kill(process.pid, 'SIGTERM');
  },
};
setTimeout(ends[process.argv[2] ?? ''] ?? (() => undefined), 300);
// Keeps the program alive until then, whatever its input is.
setInterval(() => undefined, 1_000);
