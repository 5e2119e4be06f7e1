import type { Key } from 'node:readline';
import { terminalCard } from '../card/terminal-card.ts';
import { verdictCard } from '../card/verdict-card.ts';
import { eventsOf, Recorder } from '../recording/recording.ts';
import type { TimedEvent } from '../release/event.ts';
import { renderScreen } from './screen.ts';
import { chooseNext, chooseNone, emptyScreen, type ScreenState, updateScreen } from './screen-state.ts';
import type { Paint } from './styled-line.ts';
import { colours, Terminal, type TerminalInput, type TerminalOutput } from './terminal.ts';
import type { View } from './view.ts';

/** Five pages a second follow a walk that moves once a second, and cost few per cent of a core. */
const refreshMs = 200;

export interface LiveViewSettings {
  readonly output: TerminalOutput;
  readonly input: TerminalInput;
  readonly paint: Paint;
  /** Names of all releases that will be played. */
  readonly releases: readonly string[];
  /** The user asked for the end, by `q` or ctrl-C. */
  readonly interrupt: () => void;
  /** The rehearsal is to end. */
  readonly signal: AbortSignal;
}

/** The live view on this process's own terminal. */
export function liveView(releases: readonly string[], signal: AbortSignal): LiveView {
  const { stdout, stdin } = process;
  // Keys that are read one by one no longer make signals of themselves.
  const interrupt = () => void process.kill(process.pid, 'SIGINT');
  return new LiveView({ output: stdout, input: stdin, paint: colours(stdout), releases, interrupt, signal });
}

/** One page that is drawn in place while releases are played; their verdicts stay on the terminal when it has gone. */
export class LiveView implements View {
  readonly #settings: LiveViewSettings;
  readonly #terminal: Terminal;
  readonly #recorder = new Recorder();
  readonly #laterNotes: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #state: ScreenState;
  #closed = false;

  constructor(settings: LiveViewSettings) {
    this.#settings = settings;
    this.#state = emptyScreen(settings.releases);
    this.#terminal = new Terminal({
      output: settings.output,
      input: settings.input,
      paint: settings.paint,
      onKey: (key) => this.#press(key),
      onChange: () => this.#draw(),
    });
    settings.signal.addEventListener('abort', () => this.#change({ ...this.#state, stopping: true }), { once: true });
  }

  /** Before the first release there is no page yet; later notes would destroy it and wait for its end. */
  note(text: string): void {
    if (this.#terminal.isOpen) this.#laterNotes.push(text);
    else this.#settings.output.write(`${text}\n`);
  }

  show(event: TimedEvent): void {
    this.#state = updateScreen(this.#state, event);
    this.#recorder.show(event);
    if (this.#terminal.isOpen) return;
    this.#terminal.open();
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), refreshMs);
    this.#timer.unref();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#terminal.close();
    const notes = this.#laterNotes.splice(0).map((text) => `${text}\n`);
    this.#settings.output.write([...this.#cards(), ...notes].join(''));
  }

  /** Those of releases that have ended, in the order in which they started. */
  #cards(): readonly string[] {
    const { paint, output } = this.#settings;
    return this.#recorder.recordings
      .filter((recording) => eventsOf(recording, 'verdict').length > 0)
      .map((recording) => `${terminalCard(verdictCard(recording), paint, output.columns).join('\n')}\n\n`);
  }

  #press({ name, ctrl = false, shift = false }: Key): void {
    if (name === 'q' || (ctrl && name === 'c')) this.#settings.interrupt();
    else if (name === 'right' || name === 'down' || (name === 'tab' && !shift))
      this.#change(chooseNext(this.#state, 1));
    else if (name === 'left' || name === 'up' || name === 'tab') this.#change(chooseNext(this.#state, -1));
    else if (name === 'escape') this.#change(chooseNone(this.#state));
  }

  #change(state: ScreenState): void {
    this.#state = state;
    this.#draw();
  }

  #draw(): void {
    if (this.#terminal.isOpen) this.#terminal.draw(renderScreen(this.#state, Date.now(), this.#terminal.size));
  }
}
