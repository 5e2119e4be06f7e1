import { readFileSync } from 'node:fs';
import type { Recording } from '../../src/recording/recording.ts';
import type { TimedEvent } from '../../src/release/event.ts';

/** What a real rehearsal of the release `errors` recorded; see the README beside it. */
export function recordedErrors(): Recording {
  const lines = readFileSync(new URL('errors.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const events = lines.map((line) => {
    const { time, ...event } = JSON.parse(line) as { time: string };
    return { ...event, at: Date.parse(time) } as TimedEvent;
  });
  return { release: 'errors', events };
}
