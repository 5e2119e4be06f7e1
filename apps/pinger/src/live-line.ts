import type { WriteStream } from 'node:tty';
import { createLogUpdate } from 'log-update';

/** Milliseconds between two looks of the line: often enough to follow, seldom enough to read. */
const refreshMs = 250;

/** A line at the bottom of a terminal that is rewritten as the run goes on; log lines scroll by above it. */
export interface LiveLine {
  /** Writes a line that stays, above the live one. */
  above(text: string): void;
  /** Removes the live line. Repeated calls do nothing. */
  stop(): void;
}

/** Shows `line()` until it is stopped; the timer keeps no process alive. */
export function showLiveLine(terminal: WriteStream, line: () => string): LiveLine {
  const update = createLogUpdate(terminal);
  const timer = setInterval(() => update(line()), refreshMs).unref();
  update(line());
  return {
    above: (text) => update.persist(text),
    stop: () => {
      clearInterval(timer);
      update.clear();
      update.done();
    },
  };
}
