import { emitKeypressEvents, type Key } from 'node:readline';
import { styleText } from 'node:util';
import ansiEscapes from 'ansi-escapes';
import { createLogUpdate } from 'log-update';
import type { ScreenSize } from './screen.ts';
import { type Line, type Paint, paintLine, type Tone } from './styled-line.ts';

/** What a terminal is asked for; a part of `process.stdout`. */
export type TerminalOutput = Pick<NodeJS.WriteStream, 'write' | 'on' | 'off' | 'isTTY' | 'columns' | 'rows'>;
/** Where keys come from; a part of `process.stdin`. */
export type TerminalInput = NodeJS.ReadStream;

/** Lines longer than the terminal shall be cut, not continue on the next row: an emulator may think a character wider than we do. */
const autoWrap = { off: '\u001b[?7l', on: '\u001b[?7h' } as const;
/** Changed rows alone are written, but warnings of Node or of another program may have written over the others. */
const renewMs = 3_000;
const usualSize: ScreenSize = { columns: 80, rows: 24 };

const styles: Readonly<Record<Tone, Parameters<typeof styleText>[0]>> = {
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  faint: 'dim',
  strong: 'bold',
  stable: 'cyan',
  canary: 'magenta',
};

/** Colours as the environment wants them: none with `NO_COLOR` or where the stream has none. */
export function colours(stream: NodeJS.WritableStream): Paint {
  return (tone, text) => styleText(styles[tone], text, { stream });
}

export interface TerminalSettings {
  readonly output: TerminalOutput;
  readonly input: TerminalInput;
  readonly paint: Paint;
  readonly onKey: (key: Key) => void;
  /** The size changed, or the program was continued after a stop. */
  readonly onChange: () => void;
}

/**
 * A page of its own on the terminal, which never scrolls; what was there before comes back when it closes.
 *
 * Edge: it also closes when the process exits in any way but SIGKILL. Keys are read only where the input is a terminal.
 */
export class Terminal {
  readonly #settings: TerminalSettings;
  #draw: ReturnType<typeof createLogUpdate> | undefined;
  #begunAt = 0;
  readonly #restore = () => this.close();
  readonly #changed = () => this.#refresh();
  readonly #keyPressed = (_text: string | undefined, key: Key) => this.#settings.onKey(key);

  constructor(settings: TerminalSettings) {
    this.#settings = settings;
  }

  get isOpen(): boolean {
    return this.#draw !== undefined;
  }

  /** The last row stays free, for a line break there would scroll; so does the last column, for log-update erases from there to the end of a row. */
  get size(): ScreenSize {
    const { columns = usualSize.columns, rows = usualSize.rows } = this.#settings.output;
    return { columns: Math.max(1, columns - 1), rows: Math.max(1, rows - 1) };
  }

  open(): void {
    if (this.isOpen) return;
    const { output, input } = this.#settings;
    output.write(ansiEscapes.enterAlternativeScreen + ansiEscapes.cursorHide + autoWrap.off);
    process.on('exit', this.#restore);
    process.on('SIGCONT', this.#changed);
    output.on('resize', this.#changed);
    this.#begin();
    if (!input.isTTY) return;
    emitKeypressEvents(input);
    input.setRawMode(true);
    input.on('keypress', this.#keyPressed);
    input.resume();
  }

  draw(lines: readonly Line[]): void {
    if (this.isOpen && performance.now() - this.#begunAt > renewMs) this.#begin();
    this.#draw?.(lines.map((content) => paintLine(content, this.#settings.paint)).join('\n'));
  }

  close(): void {
    if (!this.isOpen) return;
    const { output, input } = this.#settings;
    this.#draw = undefined;
    process.off('exit', this.#restore);
    process.off('SIGCONT', this.#changed);
    output.off('resize', this.#changed);
    output.write(autoWrap.on + ansiEscapes.cursorShow + ansiEscapes.exitAlternativeScreen);
    if (!input.isTTY) return;
    input.off('keypress', this.#keyPressed);
    input.setRawMode(false);
    input.pause();
  }

  /**
   * An empty page, shown together with what is drawn on it next. The cursor is handled here, for log-update would look for it on standard
   * error.
   */
  #begin(): void {
    const { output } = this.#settings;
    output.write(ansiEscapes.beginSynchronizedOutput + ansiEscapes.eraseScreen + ansiEscapes.cursorTo(0, 0));
    this.#draw = createLogUpdate(output as NodeJS.WriteStream, { showCursor: true });
    this.#begunAt = performance.now();
  }

  #refresh(): void {
    const { output, input, onChange } = this.#settings;
    output.write(ansiEscapes.enterAlternativeScreen + ansiEscapes.cursorHide + autoWrap.off);
    if (input.isTTY) input.setRawMode(true);
    this.#begin();
    onChange();
  }
}
