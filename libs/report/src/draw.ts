import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { html, type Markup, trusted } from './html.ts';

/** The marks of a plot: from the very library that draws them. */
export { Plot };

/** What a plot may take: each is drawn twice, because text in a picture that is scaled to a phone can't be read. */
export interface Canvas {
  readonly width: number;
  readonly marginLeft: number;
  readonly marginRight: number;
  readonly isNarrow: boolean;
}

const phone: Canvas = { width: 340, marginLeft: 46, marginRight: 12, isNarrow: true };

/** As wide as the page, or two in a row. */
const canvases = {
  whole: [{ width: 920, marginLeft: 92, marginRight: 24, isNarrow: false }, phone],
  half: [{ width: 460, marginLeft: 42, marginRight: 12, isNarrow: false }, phone],
} as const satisfies Readonly<Record<string, readonly Canvas[]>>;

/** What is used of an SVG element: the workspace has no types of a browser's document. */
interface SvgElement {
  readonly tagName: string;
  readonly textContent: string | null;
  readonly outerHTML: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelector(selector: string): SvgElement | null;
  querySelectorAll(selector: string): Iterable<SvgElement>;
  remove(): void;
}

export interface Figure {
  /** Unique within the page. */
  readonly id: string;
  readonly title: string;
  /** What the plot shows, with its numbers, in words: for those who don't see it. */
  readonly words: string;
  /** How to read it. */
  readonly caption?: Markup;
  readonly legend?: Markup;
  /** Shown instead of a plot without points. */
  readonly empty?: string | undefined;
  /** Marks hold links, which stay reachable by keyboard. */
  readonly hasLinks?: boolean;
  /** @default 'whole' */
  readonly size?: keyof typeof canvases;
  readonly plot: (canvas: Canvas) => Plot.PlotOptions;
}

/** A figure with its plot, or with the reason why there is none. */
export function figure({ id, title, words, caption, legend, empty, hasLinks, size = 'whole', plot }: Figure): Markup {
  const body =
    empty === undefined
      ? html`${legend}${canvases[size].map((canvas) => svgOf(plot(canvas), canvas, words, hasLinks === true))}`
      : html`<p class="empty">${empty}</p>`;
  return html`<figure id="${id}">
    <figcaption>
      <h4>${title}</h4>
      ${caption && html`<p>${caption}</p>`}
    </figcaption>
    ${body}
  </figure>`;
}

const { document } = parseHTML('<!doctype html><html><body></body></html>');

function svgOf(options: Plot.PlotOptions, canvas: Canvas, words: string, hasLinks: boolean): Markup {
  const { width, marginLeft, marginRight, isNarrow } = canvas;
  const svg = Plot.plot({
    document,
    width,
    marginLeft,
    marginRight,
    className: 'plot',
    ...options,
  } as Plot.PlotOptions) as unknown as SvgElement;
  svg.setAttribute('class', isNarrow ? 'plot narrow' : 'plot wide');
  // An image has no parts for a screen reader; a group has, so that its links are named.
  svg.setAttribute('role', hasLinks ? 'group' : 'img');
  svg.setAttribute('aria-label', words);
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const element of svg.querySelectorAll('*')) tidy(element);
  // A phone has no pointer that rests: links have their names, and the rest stands in words and tables.
  if (isNarrow) for (const title of svg.querySelectorAll('title')) title.remove();
  return trusted(svg.outerHTML);
}

/** Rounds coordinates to a tenth of a pixel, which is most of a plot's size, and leaves names to the plot and its links. */
function tidy(element: SvgElement): void {
  const isLink = element.tagName.toLowerCase() === 'a';
  for (const { name, value } of [...element.attributes]) {
    if (name.startsWith('aria-') && !isLink) element.removeAttribute(name);
    else if (/\d\.\d\d/.test(value) && name !== 'href')
      element.setAttribute(name, value.replace(/\d+\.\d{2,}/g, rounded));
  }
  if (!isLink) return;
  const label = element.querySelector('title')?.textContent;
  if (label !== null && label !== undefined) element.setAttribute('aria-label', label);
}

function rounded(digits: string): string {
  return `${Math.round(Number(digits) * 10) / 10}`;
}
