/** A configuration key that an older Prometheus refuses, and why a rehearsal can do without it there. */
export interface NewerKey {
  /** Path from the top; `*` is each entry of a list. */
  readonly path: readonly string[];
  /** First version that knows the key, as [major, minor]. */
  readonly since: readonly [major: number, minor: number];
  readonly reason: string;
}

/** Every key that is left out on an older Prometheus; anything else that it refuses is an error. */
export const newerKeys: readonly NewerKey[] = [
  { path: ['runtime'], since: [2, 53], reason: 'tunes the garbage collector' },
  { path: ['global', 'scrape_protocols'], since: [2, 49], reason: 'the older default asks for OpenMetrics first, too' },
  { path: ['global', 'scrape_native_histograms'], since: [3, 8], reason: 'the services have classic histograms' },
  {
    path: ['global', 'body_size_limit'],
    since: [2, 45],
    reason: 'a guard against targets that a rehearsal does not have',
  },
  { path: ['global', 'sample_limit'], since: [2, 45], reason: 'as body_size_limit' },
  { path: ['global', 'label_limit'], since: [2, 45], reason: 'as body_size_limit' },
  { path: ['global', 'target_limit'], since: [2, 45], reason: 'as body_size_limit' },
  { path: ['global', 'keep_dropped_targets'], since: [2, 47], reason: 'changes only what the API shows' },
  {
    path: ['global', 'rule_query_offset'],
    since: [2, 53],
    reason: 'delays rules, which decide nothing in a rehearsal',
  },
  {
    path: ['global', 'metric_name_validation_scheme'],
    since: [3, 0],
    reason: 'older versions only know the legacy scheme',
  },
  {
    path: ['global', 'metric_name_escaping_scheme'],
    since: [3, 4],
    reason: 'older versions only know the legacy scheme',
  },
  { path: ['global', 'convert_classic_histograms_to_nhcb'], since: [3, 4], reason: 'older versions never convert' },
  { path: ['global', 'always_scrape_classic_histograms'], since: [3, 5], reason: 'older versions always do' },
  { path: ['storage', 'tsdb', 'retention'], since: [3, 8], reason: 'a rehearsal is shorter than any retention' },
  { path: ['otlp'], since: [3, 0], reason: 'nothing sends metrics over OTLP' },
  {
    path: ['scrape_configs', '*', 'fallback_scrape_protocol'],
    since: [3, 0],
    reason: 'older versions fall back to text',
  },
  { path: ['scrape_configs', '*', 'scrape_protocols'], since: [2, 49], reason: 'as global.scrape_protocols' },
  { path: ['scrape_configs', '*', 'keep_dropped_targets'], since: [2, 47], reason: 'changes only what the API shows' },
  { path: ['scrape_configs', '*', 'metric_name_validation_scheme'], since: [3, 0], reason: 'as the global one' },
  { path: ['scrape_configs', '*', 'metric_name_escaping_scheme'], since: [3, 4], reason: 'as the global one' },
  { path: ['scrape_configs', '*', 'always_scrape_classic_histograms'], since: [3, 0], reason: 'as the global one' },
  { path: ['groups', '*', 'query_offset'], since: [2, 53], reason: 'as global.rule_query_offset' },
  {
    path: ['groups', '*', 'labels'],
    since: [3, 0],
    reason: 'labels of records and alerts, which decide nothing in a rehearsal',
  },
];

/** A configuration or rule file without the keys that a version doesn't know, and the paths that were left out. */
export function forVersion<T>(
  document: T,
  version: readonly [number, number],
): { document: T; dropped: readonly string[] } {
  const copy = structuredClone(document);
  const unknown = newerKeys.filter(
    ({ since: [major, minor] }) => version[0] < major || (version[0] === major && version[1] < minor),
  );
  const dropped = unknown.filter(({ path }) => remove(copy, path)).map(({ path }) => path.join('.'));
  return { document: copy, dropped };
}

function remove(node: unknown, [key = '', ...rest]: readonly string[]): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (key === '*') return (node as unknown[]).map((entry) => remove(entry, rest)).some(Boolean);
  const parent = node as Record<string, unknown>;
  if (rest.length > 0) return remove(parent[key], rest);
  return key in parent && delete parent[key];
}
