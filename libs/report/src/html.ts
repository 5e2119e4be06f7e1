/** Markup that is safe to put into a page: only {@link html} and {@link trusted} make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Part = Markup | string | number | undefined | false | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in an element or in a quoted attribute. Control characters that no page may hold become U+FFFD. */
export function escape(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd')
    .replace(/[&<>"']/g, (c) => entities[c] ?? c);
}

/** A page's part; every value is escaped unless it is {@link Markup} itself. `undefined` and `false` leave nothing, lists are joined. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return new Markup(strings.map(unindented).reduce((text, part, index) => text + written(values[index - 1]) + part));
}

/** Markup that a library has made and escaped. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/** The indentation of a template is for its reader: a page of plots would be a fifth longer with it. */
function unindented(part: string): string {
  return part.replace(/\n\s+/g, '\n');
}

function written(part: Part): string {
  if (part === undefined || part === false) return '';
  if (Array.isArray(part)) return (part as readonly Part[]).map(written).join('');
  return part instanceof Markup ? part.text : escape(String(part));
}

/** A word that may stand in an `id` and after `#`: letters, digits and dashes. */
export function anchor(...words: readonly string[]): string {
  return words.map((word) => word.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'x').join('-');
}
