import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { terminalCard } from '../src/card/terminal-card.ts';
import { verdictCard } from '../src/card/verdict-card.ts';
import { LiveView, type LiveViewSettings } from '../src/view/live-view.ts';
import type { Paint } from '../src/view/styled-line.ts';
import { colours } from '../src/view/terminal.ts';
import { EmulatedKeyboard, EmulatedTerminal } from './emulated-terminal.ts';
import { storyStart, storyUntil } from './screen-story.ts';

const plain: Paint = (_tone, text) => text;
const views: LiveView[] = [];

afterEach(() => {
  for (const view of views.splice(0)) view.close();
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

function start({ columns = 80, rows = 24, isTTY = true, releases = ['errors'], paint = plain } = {}) {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval', 'performance'], now: storyStart + 16_300 });
  const terminal = new EmulatedTerminal(columns, rows);
  const keyboard = new EmulatedKeyboard(isTTY);
  const ending = new AbortController();
  const interrupt = vi.fn(() => ending.abort());
  terminal.write('$ npm run rehearse\n');
  const view = new LiveView({
    output: terminal as unknown as LiveViewSettings['output'],
    input: keyboard as unknown as LiveViewSettings['input'],
    paint,
    releases,
    interrupt,
    signal: ending.signal,
  });
  views.push(view);
  const show = (seconds: number, release = 'errors') => {
    for (const event of storyUntil(seconds, release)) view.show(event);
    vi.advanceTimersByTime(200);
  };
  const press = async (bytes: string) => {
    keyboard.press(bytes);
    // Keys arrive in a later turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { terminal, keyboard, view, show, press, interrupt, ending };
}

/** What stays of the release of the story, as the card's own tests have it in full. */
const card = terminalCard(verdictCard({ release: 'errors', events: storyUntil(20) }), plain);

describe('the live view on a terminal of 80 × 24', () => {
  it('draws on a page of its own without scrolling, and hides the cursor', async () => {
    const { terminal, show } = start();
    show(16);
    const screen = await terminal.screen();
    expect(screen[0]).toBe(' errors  fails 35 % of its answers, must be aborted');
    expect(screen[3]).toBe('                        ┌─► stable  ●aaaa1 ●aaaa2 ●aaaa3 ●aaaa4');
    expect(screen.at(-3)).toBe('   +7.0 s  alert PingErrors firing');
    expect(screen.slice(-2)).toEqual([
      '                                                                         q: end',
      '',
    ]);
    expect(await terminal.modes()).toEqual({
      isAlternate: true,
      isCursorHidden: true,
      wrapsLines: false,
      scrolledRows: 0,
    });
  });

  it('leaves the verdict below what was there before, with the cursor, wrapping and keyboard as they were', async () => {
    const { terminal, keyboard, view, show } = start({ columns: 120 });
    view.note('fetching Prometheus');
    show(16);
    expect(keyboard.isRaw).toBe(true);
    view.note('a late note');
    show(20);
    view.close();
    expect(card[0]).toBe('PASS release errors: aborted, as expected');
    expect(await terminal.transcript()).toEqual([
      '$ npm run rehearse',
      'fetching Prometheus',
      ...card,
      '',
      'a late note',
    ]);
    expect(await terminal.modes()).toEqual({
      isAlternate: false,
      isCursorHidden: false,
      wrapsLines: true,
      scrolledRows: 0,
    });
    expect(keyboard.isRaw).toBe(false);
    expect(keyboard.isPaused()).toBe(true);
    expect([keyboard.listenerCount('keypress'), terminal.listenerCount('resize')]).toEqual([0, 0]);
    const before = terminal.bytes;
    view.close();
    vi.advanceTimersByTime(10_000);
    expect(terminal.bytes).toBe(before);
  });

  it('leaves a card for every release that has its verdict, in the order of their starts', async () => {
    const { terminal, view, show } = start({ releases: ['errors', 'slow', 'best'] });
    show(20, 'slow');
    show(20, 'errors');
    show(10, 'best');
    view.close();
    const shown = (await terminal.transcript()).filter((line) => line.startsWith('PASS'));
    expect(shown).toEqual(['PASS release slow: aborted, as expected', 'PASS release errors: aborted, as expected']);
  });

  it('writes no escape code for a colour with NO_COLOR, and some without', () => {
    const painted = (env: Record<string, string>) => {
      for (const [name, value] of Object.entries({ NO_COLOR: undefined, FORCE_COLOR: undefined, ...env }))
        vi.stubEnv(name, value);
      const output = new EmulatedTerminal(80, 24);
      const { terminal, show, view } = start({ paint: colours(output as unknown as NodeJS.WritableStream) });
      show(20);
      view.close();
      return terminal.bytes;
    };
    const colourCode = /\u001b\[[\d;]*m/;
    expect(painted({ NO_COLOR: '1' })).not.toMatch(colourCode);
    expect(painted({ FORCE_COLOR: '1' })).toMatch(colourCode);
  });

  it('is whole again after something else has written over it', async () => {
    const { terminal, show } = start();
    show(16);
    const clean = await terminal.screen();
    terminal.write('\u001b[H(node:1) Warning: from elsewhere\n\n\nmore');
    expect(await terminal.screen()).not.toEqual(clean);
    vi.setSystemTime(storyStart + 16_500 - 3_200);
    vi.advanceTimersByTime(3_200);
    expect(await terminal.screen()).toEqual(clean);
  });

  it('is whole again when the program is continued after a stop', async () => {
    const { terminal, keyboard, show } = start();
    show(16);
    const clean = await terminal.screen();
    // What a shell does with the terminal meanwhile.
    terminal.write('\u001b[?1049l\u001b[?25h$ fg');
    keyboard.setRawMode(false);
    process.emit('SIGCONT', 'SIGCONT');
    expect(await terminal.screen()).toEqual(clean);
    expect(await terminal.modes()).toMatchObject({ isAlternate: true, isCursorHidden: true });
    expect(keyboard.isRaw).toBe(true);
  });

  it('follows the size of the terminal', async () => {
    const { terminal, show } = start();
    show(16);
    terminal.resize(120, 40);
    const large = await terminal.screen();
    expect(large[4]).toBe('                        ┌─► stable old  ●aaaa1 ●aaaa2 ●aaaa3 ●aaaa4');
    expect(large.at(-2)).toBe(`${' '.repeat(113)}q: end`);
    terminal.resize(50, 12);
    const small = await terminal.screen();
    expect(small.slice(0, 2)).toEqual([
      ' errors  fails 35 % of its answers, must be abo…',
      ' step 2 of 8  analysis ping-service-gate  … 8.5 s',
    ]);
    expect(small.at(-1)).toBe('');
    expect((await terminal.modes()).scrolledRows).toBe(0);
  });
});

describe('keys', () => {
  const titles = async (terminal: EmulatedTerminal) => (await terminal.screen())[0];

  it('choose the release that is shown: tab and arrows one further, shift-tab and arrows one back, escape the oldest', async () => {
    const { terminal, show, press } = start({ releases: ['errors', 'slow', 'best'] });
    show(16);
    show(14, 'slow');
    expect(await titles(terminal)).toMatch(/^ errors/);
    for (const [keys, release] of [
      ['\t', 'slow'],
      ['\u001b[C', 'best'],
      ['\u001b[B', 'errors'],
      ['\u001b[Z', 'best'],
      ['\u001b[D', 'slow'],
      ['\u001b[A', 'errors'],
      ['\t', 'slow'],
    ] as const) {
      await press(keys);
      expect(await titles(terminal)).toMatch(new RegExp(`^ ${release}`));
    }
    await press('\u001b');
    // A lone escape may be the start of an arrow: only time tells.
    await vi.waitFor(async () => expect(await titles(terminal)).toMatch(/^ errors/), { timeout: 20_000 });
  });

  it.each([
    ['q', 'q'],
    ['ctrl-C', '\u0003'],
  ])('%s asks for the end, once each time, and the page says so until everything is stopped', async (_name, bytes) => {
    const { terminal, show, press, interrupt } = start();
    show(16);
    await press(bytes);
    expect(interrupt).toHaveBeenCalledOnce();
    expect((await terminal.screen())[2]).toBe(' stopping every process');
    expect((await terminal.modes()).isAlternate).toBe(true);
  });

  it('are left alone where the input is no terminal', async () => {
    const { keyboard, show, press, interrupt } = start({ isTTY: false });
    show(16);
    await press('q');
    expect(interrupt).not.toHaveBeenCalled();
    expect([keyboard.isRaw, keyboard.listenerCount('keypress')]).toEqual([false, 0]);
  });
});

/** A program starts in each: that takes long on a busy machine. */
describe('a program that ends while it shows the page', { timeout: 120_000 }, () => {
  const program = new URL('live-view-program.ts', import.meta.url).pathname;
  const plainly = { isAlternate: false, isCursorHidden: false, wrapsLines: true, scrolledRows: 0 };

  it.each([
    ['by process.exit', 'exit', 3, ''],
    ['by an exception that nobody catches', 'throw', 1, 'Error: nobody catches this'],
    ['by a promise that nobody handles', 'reject', 1, 'Error: nobody handles this'],
    ['by SIGTERM', 'SIGTERM', 143, ''],
  ])('%s gives the terminal back', async (_name, end, code, message) => {
    const child = execFile(process.execPath, ['--conditions=@observed-rollouts/source', program, end]);
    let [output, errors] = ['', ''];
    child.stdout?.on('data', (text: string) => (output += text));
    child.stderr?.on('data', (text: string) => (errors += text));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    expect({ exitCode, errors }).toEqual({ exitCode: code, errors: expect.stringContaining(message) as string });
    const terminal = new EmulatedTerminal(80, 24);
    terminal.write(output.slice(0, output.lastIndexOf('q: end')));
    expect((await terminal.modes()).isAlternate).toBe(true);
    terminal.write(output.slice(output.lastIndexOf('q: end')));
    expect(await terminal.modes()).toEqual(plainly);
    expect((await terminal.screen()).slice(0, 2)).toEqual(['before', '']);
  });
});
