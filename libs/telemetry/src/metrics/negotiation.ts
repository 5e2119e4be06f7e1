import { Registry } from 'prom-client';

/** A text format of Prometheus. */
export interface ExpositionFormat {
  /** Value of the response's `Content-Type`. */
  readonly contentType: string;
  readonly mediaType: string;
  readonly version: string;
}

/** The format with exemplars; its body ends with `# EOF`. */
export const openMetrics: ExpositionFormat = {
  contentType: Registry.OPENMETRICS_CONTENT_TYPE,
  mediaType: 'application/openmetrics-text',
  version: '1.0.0',
};

/** The format that every scraper reads; it can't carry exemplars. */
export const plainText: ExpositionFormat = {
  contentType: Registry.PROMETHEUS_CONTENT_TYPE,
  mediaType: 'text/plain',
  version: '0.0.4',
};

interface MediaRange {
  readonly type: string;
  readonly version: string | undefined;
  /** 0 to 1. */
  readonly quality: number;
}

/**
 * Chooses the format for an `Accept` header.
 *
 * Edge: OpenMetrics only when it is named and preferred at least as much as plain text; without a header, with wildcards alone, or when
 *       nothing fits, plain text: a person with curl and an old scraper can read it.
 */
export function negotiateFormat(accept: string | undefined): ExpositionFormat {
  const ranges = (accept ?? '').split(',').map(parseMediaRange);
  const wanted = qualityOf(openMetrics, ranges);
  return wanted > 0 && wanted >= qualityOf(plainText, ranges) ? openMetrics : plainText;
}

function qualityOf(format: ExpositionFormat, ranges: readonly MediaRange[]): number {
  const fitting = ranges.filter(
    ({ type, version }) => type === format.mediaType && (version === undefined || version === format.version),
  );
  return Math.max(0, ...fitting.map(({ quality }) => quality));
}

function parseMediaRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const values = new Map(parameters.map((parameter) => parameter.split('=', 2).map(unquote) as [string, string]));
  const quality = Number(values.get('q') ?? 1);
  return { type, version: values.get('version'), quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

function unquote(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1');
}
