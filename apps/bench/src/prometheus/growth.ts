/** Samples that grow with time; the others stay as they are. */
const counting = /_(?:total|count|bucket|sum)$/;
/** Texts are made anew no more often than this: a pod's counters move with its answers, not with its scrapes. */
const stepSeconds = 0.25;

/** One line of an exposition. */
type Line = { readonly text: string } | { readonly head: string; readonly value: number; readonly tail: string };

/**
 * What a pod exposes as time goes by, from one real scrape of it: every counter grows by its own value each second, so that the parts of a histogram keep
 * adding up. Series, labels and exemplars are those of the scrape.
 */
export class Growth {
  readonly #lines: readonly Line[];
  #step = -1;
  #text = '';

  constructor(scrape: string) {
    this.#lines = scrape.split('\n').map(readLine);
  }

  /** The exposition that many seconds later. */
  after(seconds: number): string {
    const step = Math.floor(seconds / stepSeconds);
    if (step !== this.#step) {
      this.#step = step;
      const factor = 1 + step * stepSeconds;
      this.#text = this.#lines
        .map((line) => ('text' in line ? line.text : `${line.head} ${line.value * factor}${line.tail}`))
        .join('\n');
    }
    return this.#text;
  }
}

/** Names and values with their labels; whatever follows the value, such as an exemplar, is kept. */
function readLine(text: string): Line {
  const match = /^(([a-zA-Z_:][\w:]*)(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?) (\S+)(.*)$/.exec(text);
  const [, head = '', name = '', value = '', tail = ''] = match ?? [];
  if (match === null || !counting.test(name) || !Number.isFinite(Number(value))) return { text };
  return { head, value: Number(value), tail };
}
