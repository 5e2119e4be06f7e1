import { parser } from '@prometheus-io/lezer-promql';

/** Values that Grafana and Argo Rollouts put in before Prometheus sees an expression. */
const placeholders: readonly [pattern: RegExp, value: string][] = [
  [/\$\{?__(rate_interval|interval|range)\}?/g, '5m'],
  [/\$\{?__range_s\}?/g, '60'],
  [/\$\{\w+(:\w+)?\}|\$\w+/g, 'sample'],
];

/**
 * Names of the metrics that an expression selects, each once.
 *
 * Errors: throws at what is no PromQL, with the place.
 */
export function metricsOf(expression: string): readonly string[] {
  const filled = placeholders.reduce((text, [pattern, value]) => text.replace(pattern, value), expression);
  const names = new Set<string>();
  parser.parse(filled).iterate({
    enter({ type, from, to, node }) {
      if (type.isError) throw new Error(`no PromQL at "${filled.slice(Math.max(0, from - 20), to + 20)}"`);
      if (type.name !== 'VectorSelector') return;
      const name = node.getChild('Identifier');
      names.add(name ? filled.slice(name.from, name.to) : nameMatcher(filled.slice(from, to)));
    },
  });
  return [...names];
}

function nameMatcher(selector: string): string {
  return /__name__\s*=\s*"([^"]+)"/.exec(selector)?.[1] ?? selector;
}
