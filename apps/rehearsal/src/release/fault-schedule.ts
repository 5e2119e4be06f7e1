import { describeFault, type Fault, type FaultMoment } from '@observed-rollouts/contract';
import type { EventBody } from './event.ts';

/** A fault that was injected: what was done, and how to undo it; without `undo` it undoes itself. */
export interface Injected {
  readonly message: string;
  /** Resolves with what was done. */
  readonly undo?: () => Promise<string>;
}

export interface FaultScheduleSettings {
  readonly faults: readonly Fault[];
  readonly inject: (fault: Fault) => Promise<Injected>;
  readonly emit: (event: EventBody) => void;
  /** Called with what an injection or its undoing rejects with. */
  readonly fail: (error: unknown) => void;
}

/** Injects the faults of a release when their moments come, and undoes them when their time is over. */
export class FaultSchedule {
  readonly #settings: FaultScheduleSettings;
  readonly #waiting: Set<Fault>;
  readonly #outstanding: Set<Fault>;
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(settings: FaultScheduleSettings) {
    this.#settings = settings;
    this.#waiting = new Set(settings.faults);
    this.#outstanding = new Set(settings.faults);
  }

  /** Faults that haven't been injected. */
  get outstanding(): readonly Fault[] {
    return [...this.#outstanding];
  }

  /** Takes every event of the rehearsal: some are moments. A moment that comes again counts once. */
  take(event: EventBody): void {
    for (const fault of this.#waiting) {
      if (!isMoment(fault.when, event)) continue;
      this.#waiting.delete(fault);
      this.#later(fault.afterMs, () => this.#inject(fault));
    }
  }

  /** Nothing is injected or undone any longer. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #inject(fault: Fault): Promise<void> {
    const { inject } = this.#settings;
    const { message, undo } = await inject(fault);
    this.#outstanding.delete(fault);
    this.#report(fault, 'injected', message);
    if (fault.kind === 'kill-pod' || fault.kind === 'restart-controller' || fault.forMs === undefined || !undo) return;
    this.#later(fault.forMs, async () => this.#report(fault, 'undone', await undo()));
  }

  #later(delayMs: number, act: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void act().catch((error: unknown) => (this.#closed ? undefined : this.#settings.fail(error)));
    }, delayMs);
    this.#timers.add(timer);
  }

  #report(fault: Fault, phase: 'injected' | 'undone', message: string): void {
    if (!this.#closed) this.#settings.emit({ type: 'fault', fault: describeFault(fault), phase, message });
  }
}

function isMoment(when: FaultMoment, event: EventBody): boolean {
  if (when === 'release' || when === 'decision') return event.type === when;
  if (when === 'canary-ready') return event.type === 'pod' && event.role === 'canary' && event.phase === 'ready';
  return event.type === 'step' && event.index + 1 === when.step;
}
