import { createHash } from 'node:crypto';
import { html, type Markup, trusted } from './html.ts';
import { baseStyle } from './style.ts';

export interface Page {
  readonly title: string;
  /** Beside every report's own; comes after it. */
  readonly style: string;
  /** For those who use a keyboard: the id of the first part that matters, and how it is called. */
  readonly skipTo: { readonly id: string; readonly words: string };
  readonly header: Markup;
  readonly main: Markup;
  readonly footer: Markup;
}

/** A whole page, which needs no network and no script, and says so to the browser. */
export function renderPage({ title, style, skipTo, header, main, footer }: Page): string {
  const styleSheet = baseStyle + style;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${contentPolicy(styleSheet)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${trusted(`<style>${styleSheet}</style>`)}
      </head>
      <body>
        <a class="skip" href="#${skipTo.id}">${skipTo.words}</a>
        <header>${header}</header>
        <main>${main}</main>
        <footer>${footer}</footer>
      </body>
    </html> `.text;
}

/** Nothing may be loaded, run or sent; the one style sheet is named by its hash. */
function contentPolicy(styleSheet: string): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(styleSheet).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
