import type { TimedEvent } from '../release/event.ts';
import type { View } from '../view/view.ts';

/** Everything that happened in the rehearsal of one release, in order. */
export interface Recording {
  readonly release: string;
  readonly events: readonly TimedEvent[];
}

/** Events of one type, in order. */
export function eventsOf<T extends TimedEvent['type']>(
  { events }: Pick<Recording, 'events'>,
  type: T,
): readonly Extract<TimedEvent, { type: T }>[] {
  return events.filter((event): event is Extract<TimedEvent, { type: T }> => event.type === type);
}

/** Keeps every event by release, for what is made of a whole release: the verdict card and the report. */
export class Recorder implements View {
  readonly #byRelease = new Map<string, TimedEvent[]>();

  /** In the order in which the releases started. */
  get recordings(): readonly Recording[] {
    return [...this.#byRelease.keys()].map((release) => this.of(release));
  }

  /** What has happened so far; no events for a release that hasn't started. */
  of(release: string): Recording {
    return { release, events: [...(this.#byRelease.get(release) ?? [])] };
  }

  note(): void {
    // A note belongs to no release.
  }

  /** Edge: a release that starts again, as one that is played several times does, begins anew. */
  show(event: TimedEvent): void {
    const events = event.type === 'started' ? undefined : this.#byRelease.get(event.release);
    if (events) events.push(event);
    else this.#byRelease.set(event.release, [event]);
  }

  close(): void {
    // Recordings stay.
  }
}
