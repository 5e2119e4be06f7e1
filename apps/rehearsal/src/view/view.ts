import type { TimedEvent } from '../release/event.ts';

/** Shows a rehearsal while it runs. */
export interface View {
  /** Something outside a release, such as the progress of a download. */
  note(text: string): void;
  show(event: TimedEvent): void;
  /** Nothing more will come; gives the terminal back. */
  close(): void;
}
