import { html, type Markup } from './html.ts';

type Cell = Markup | string;

/** A table that scrolls within its own width where the page is too narrow for it; the first cell of a row names it. */
export function table(titles: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${titles.join(', ')}">
    <table>
      <thead>
        <tr>
          ${titles.map((title) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name, ...cells]) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
