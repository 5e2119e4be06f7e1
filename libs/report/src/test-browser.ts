import type { Browser, Page } from 'playwright-core';
import { startChromium } from './chromium.ts';

/** How a reader looks at a page. */
export interface View {
  /** Pixels, 1200 unless told. */
  readonly width?: number;
  /** `light` unless told. */
  readonly colorScheme?: 'light' | 'dark';
}

/** What a page did that its reader doesn't see. */
export interface PageLog {
  /** Messages of the console, a breach of the page's policy among them, and uncaught errors. */
  readonly said: readonly string[];
  /** Addresses that were asked for, each once and without what follows `#`. */
  readonly asked: readonly string[];
}

/** A headless Chromium that shows one page at a time and keeps what each said and asked for. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser;
  #page: Page | undefined;
  #said: string[] = [];
  #asked: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Errors: rejects when there is no Chromium and none can be installed. */
  static async start(): Promise<TestBrowser> {
    return new TestBrowser(await startChromium());
  }

  /** Opens a page, after closing the one before; its log goes on with both. */
  async open(address: string, { width = 1200, colorScheme = 'light' }: View = {}): Promise<Page> {
    await this.#page?.close();
    const page = await this.#browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    page.on('console', (message) => this.#said.push(message.text()));
    page.on('pageerror', (error) => this.#said.push(error.message));
    page.on('request', (request) => this.#asked.push(request.url().replace(/#.*/, '')));
    this.#page = page;
    await page.goto(address);
    return page;
  }

  /** Closes the page and hands its log over; the next page begins a new one. */
  async closePage(): Promise<PageLog> {
    await this.#page?.close();
    this.#page = undefined;
    const log = { said: this.#said, asked: [...new Set(this.#asked)] };
    [this.#said, this.#asked] = [[], []];
    return log;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}
