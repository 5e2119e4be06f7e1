import { Yaml } from 'cdk8s';

/** Texts up to this length are kept from file to file: names, labels and units come again, queries don't. */
const mostKeptLength = 64;

/**
 * Prints objects as cdk8s does, byte for byte, in a fraction of its time.
 *
 * How a text, a number or a key is written is decided by the YAML library alone; it is asked for each once, for all new ones of a file together.
 * Done here is what is between them: line breaks and indentation. A document with anything that can't be taken apart like that is printed by the library.
 *
 * Edge: an object that stands in several places is written at each of them; the library would write an alias.
 */
export class YamlPrinter {
  private readonly keys = new Map<string, string>();
  private readonly kept = new Map<unknown, string>();
  /** Texts of the file that is being printed, and too long to be kept. */
  private readonly long = new Map<unknown, string>();

  /** One file of documents, in their order. */
  print(documents: readonly object[]): string {
    const asked = { scalars: new Set<Scalar>(), keys: new Set<string>() };
    for (const document of documents) this.collect(document, asked);
    this.askScalars([...asked.scalars]);
    this.askKeys([...asked.keys]);
    const text = documents.map((document) => this.printOne(document)).join('---\n');
    this.long.clear();
    return text;
  }

  /** Gathers the scalars and keys whose text isn't known yet. */
  private collect(value: unknown, asked: { readonly scalars: Set<Scalar>; readonly keys: Set<string> }): void {
    if (isCollection(value)) {
      const keyed = !Array.isArray(value);
      for (const key in value) {
        if (keyed && !this.keys.has(key)) asked.keys.add(key);
        this.collect(value[key as keyof typeof value], asked);
      }
    } else if (isScalar(value) && !this.kept.has(value)) {
      asked.scalars.add(value);
    }
  }

  private askScalars(scalars: readonly Scalar[]): void {
    if (scalars.length === 0) return;
    // An item starts at the margin, and the further lines of a text never do.
    const texts = Yaml.stringify(scalars).slice('- '.length, -'\n'.length).split('\n- ');
    if (texts.length !== scalars.length) return;
    for (const [index, scalar] of scalars.entries()) {
      const text = texts[index] as string;
      if (!isMovable(text)) continue;
      const known = typeof scalar === 'string' && scalar.length > mostKeptLength ? this.long : this.kept;
      known.set(scalar, text);
    }
  }

  private askKeys(keys: readonly string[]): void {
    // A key that looks like the end of a document is written in one way at the margin, in another elsewhere; a long one takes several lines.
    const simple = keys.filter((key) => key.length <= mostKeptLength && !/\n|^(---|\.\.\.)/.test(key));
    if (simple.length === 0) return;
    const mapping = Object.fromEntries(simple.map((key) => [key, 0]));
    const lines = Yaml.stringify(mapping).trimEnd().split('\n');
    if (lines.length !== simple.length) return;
    // Not in the order of `simple`: an object has keys that are whole numbers first.
    for (const [index, key] of Object.keys(mapping).entries()) {
      const line = lines[index] as string;
      if (line.endsWith(': 0')) this.keys.set(key, line.slice(0, -': 0'.length));
    }
  }

  private printOne(document: object): string {
    try {
      return `${isFilled(document) ? this.block(document, '') : this.leaf(document, '')}\n`;
    } catch (error) {
      if (!(error instanceof Unprintable)) throw error;
      return Yaml.stringify(document);
    }
  }

  /** A mapping or a sequence with entries; its first line stands where the text before it ends. */
  private block(collection: object, indent: string): string {
    const inner = `${indent}  `;
    let text = '';
    if (Array.isArray(collection)) {
      for (const item of collection as unknown[]) {
        text += `${text && `\n${indent}`}- ${isFilled(item) ? this.block(item, inner) : this.leaf(item, indent)}`;
      }
      return text;
    }
    for (const key in collection) {
      const value: unknown = collection[key as keyof typeof collection];
      text += `${text && `\n${indent}`}${this.key(key)}:`;
      text += isFilled(value) ? `\n${inner}${this.block(value, inner)}` : ` ${this.leaf(value, indent)}`;
    }
    return text;
  }

  private key(key: string): string {
    const text = this.keys.get(key);
    if (text === undefined) throw new Unprintable();
    return text;
  }

  private leaf(value: unknown, indent: string): string {
    if (isCollection(value)) return Array.isArray(value) ? '[]' : '{}';
    const text = this.kept.get(value) ?? this.long.get(value);
    if (text === undefined || !isScalar(value)) throw new Unprintable();
    return indent !== '' && text.includes('\n') ? text.replace(/\n(?!\n|$)/g, `\n${indent}`) : text;
  }
}

type Scalar = string | number | boolean | null;

/** Only the library knows how to print it. */
class Unprintable extends Error {}

/** A Map takes -0 for 0: it is left to the library, and so is what JSON doesn't have. */
function isScalar(value: unknown): value is Scalar {
  if (typeof value === 'number') return !Object.is(value, -0);
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
}

function isCollection(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

function isFilled(value: unknown): value is object {
  if (!isCollection(value)) return false;
  if (Array.isArray(value)) return value.length > 0;
  for (const _ in value) return true;
  return false;
}

/** One line, or a literal block whose depth isn't written in its header: the same at any depth but for the indentation. */
function isMovable(text: string): boolean {
  return !text.includes('\n') || /^\|-?\n/.test(text);
}
