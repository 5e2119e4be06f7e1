import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/**
 * Lets the operating system make room for so many open sockets now. Linux doubles the table of a process's descriptors whenever it is full (64, 128, 256, …), and
 * where threads share it waits until no core can see the old one any more: the ping that needs one descriptor more stands for 5 to 12 ms. The table never shrinks.
 *
 * Edge: ends at the limit of open files, which then is the limit of pings, too.
 *
 * @returns how many descriptors were open at once on top of those that were.
 */
export function makeRoomForSockets(count: number): number {
  const descriptors: number[] = [];
  try {
    while (descriptors.length < count) descriptors.push(openSync(devNull, 'r'));
  } catch {
    // The limit of open files (EMFILE): pings beyond it are failures with that cause.
  }
  for (const descriptor of descriptors) closeSync(descriptor);
  return descriptors.length;
}
