import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { WriteStream } from 'node:tty';
import xterm from '@xterm/headless';

/** A terminal as a user sees it: takes what a program writes, and shows what would be on the glass. */
export class EmulatedTerminal extends EventEmitter {
  readonly isTTY = true;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  #bytes = '';

  constructor(columns: number, rows: number) {
    super();
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1_000 });
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  /** All that was written so far. */
  get bytes(): string {
    return this.#bytes;
  }

  /** As a real terminal's: what the environment says. */
  getColorDepth(): number {
    return WriteStream.prototype.getColorDepth.call(this as unknown as WriteStream);
  }

  write(text: string): boolean {
    this.#bytes += text;
    // A terminal turns a line break into a line feed and a carriage return; an emulator leaves that to its driver.
    this.#terminal.write(text.replaceAll('\n', '\r\n'));
    return true;
  }

  /** The rows that are visible, without the spaces at their ends. */
  async screen(): Promise<readonly string[]> {
    await this.#settled();
    const { active } = this.#terminal.buffer;
    const line = (index: number) => active.getLine(active.viewportY + index)?.translateToString(true) ?? '';
    return Array.from({ length: this.rows }, (_, index) => line(index));
  }

  /** All rows from the first that was written to the last, those that have scrolled away included. */
  async transcript(): Promise<readonly string[]> {
    await this.#settled();
    const { active } = this.#terminal.buffer;
    const rows = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
    return rows.slice(0, rows.findLastIndex((row) => row !== '') + 1);
  }

  /** How the program has left the terminal, or holds it. */
  async modes(): Promise<{ isAlternate: boolean; isCursorHidden: boolean; wrapsLines: boolean; scrolledRows: number }> {
    await this.#settled();
    const { buffer, modes } = this.#terminal;
    return {
      isAlternate: buffer.active.type === 'alternate',
      isCursorHidden: this.#bytes.lastIndexOf('\u001b[?25l') > this.#bytes.lastIndexOf('\u001b[?25h'),
      wrapsLines: modes.wraparoundMode,
      scrolledRows: buffer.active.baseY,
    };
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.emit('resize');
  }

  /** Waits until the emulator has taken in what was written. */
  #settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve));
  }
}

/** A keyboard whose keys are pressed by a test. */
export class EmulatedKeyboard extends Readable {
  readonly isTTY: boolean;
  isRaw = false;

  constructor(isTTY = true) {
    super();
    this.isTTY = isTTY;
  }

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }

  press(bytes: string): void {
    this.push(bytes);
  }

  override _read(): void {
    // Keys come when they are pressed.
  }
}
