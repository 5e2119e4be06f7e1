/**
 * Reports as one HTML page: without network, without script, in light and dark, on a phone and on paper.
 *
 * Loading it takes most of a second (plots are drawn on a server's document): what starts quickly imports it when the report is written.
 */
export { type Canvas, type Figure, figure, Plot } from './draw.ts';
export { type Fact, factList } from './fact-list.ts';
export { anchor, escape, html, Markup, trusted } from './html.ts';
export { legend, type LegendEntry } from './legend.ts';
export { type Page, renderPage } from './page.ts';
export { table } from './table.ts';
