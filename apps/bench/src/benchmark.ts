/** What the bench measures, in one shape for the table, the JSON file, the page and the documentation. */

/** Samples of one quantity, summed up: the median, and the quartiles around it. */
export interface Spread {
  readonly median: number;
  /** A quarter of the samples lies below. Equals the median when there is one sample. */
  readonly lowerQuartile: number;
  /** A quarter of the samples lies above. */
  readonly upperQuartile: number;
  readonly samples: number;
}

/** `×` is a ratio to what the row is measured against; `share` is of 1. */
export type Unit = '×' | 'share' | 'µs' | 'ms' | 's' | 'min' | 'MB' | '/s' | 'count';

/** What a figure should reach; compared with the median. */
export type Aim = { readonly atMost: number } | { readonly atLeast: number };

/** One line of the table. */
export interface Row {
  /** Unique within its section. */
  readonly what: string;
  /** The other side of a ratio, or what the figure is to be read beside; absent when it stands alone. */
  readonly against?: string;
  readonly value: Spread;
  readonly unit: Unit;
  /** Absent when the figure is only stated. */
  readonly aim?: Aim;
  /** What a reader must know to read this line. */
  readonly note?: string;
}

export interface Point {
  readonly series: string;
  readonly x: number;
  readonly y: number;
}

/** Points over a quantity, a line per series. */
export interface LinePlot {
  readonly kind: 'line';
  readonly title: string;
  readonly x: { readonly label: string; readonly scale: 'linear' | 'log' };
  readonly y: { readonly label: string; readonly scale: 'linear' | 'log' };
  readonly points: readonly Point[];
}

/** One bar with its quartiles per name. */
export interface BarPlot {
  readonly kind: 'bar';
  readonly title: string;
  readonly label: string;
  readonly bars: readonly { readonly name: string; readonly value: Spread; readonly aim?: Aim }[];
}

/** What one benchmark found. */
export interface Findings {
  readonly rows: readonly Row[];
  readonly plots: readonly (LinePlot | BarPlot)[];
  /** Sentences about what was seen, such as why a part could not be measured on this machine. */
  readonly notes: readonly string[];
}

/** What a benchmark is given. */
export interface Stage {
  /** Says what is going on, in a few words; called at least every 15 seconds. */
  readonly progress: (text: string) => void;
  /** Aborts when the user ends the bench: stop what was started, then reject. */
  readonly signal: AbortSignal;
  /** Everything that was started or written is to be registered here: it ends or goes when the benchmark does, whatever its outcome. */
  readonly cleanUp: AsyncDisposableStack;
  /** An empty folder of its own, removed at the end. */
  readonly folder: string;
  /** `quick` measures a tenth or so, to see that it works; its figures are rough. */
  readonly effort: 'full' | 'quick';
}

export interface Benchmark {
  /** As it is called on the command line. */
  readonly name: string;
  readonly title: string;
  /** How it is measured: sentences for the page and the documentation. */
  readonly method: string;
  /** Minutes that a full run takes, about. */
  readonly minutes: number;
  readonly run: (stage: Stage) => Promise<Findings>;
}
