import { z } from 'zod';
import { workspaceManifests } from '../workspace.ts';

const query = z.object({
  refId: z.string(),
  expr: z.string(),
  legendFormat: z.string().optional(),
  /** Shortest step, such as `15s`. */
  interval: z.string().optional(),
  format: z.string().optional(),
});
export type PanelQuery = z.infer<typeof query>;

const dashboard = z.object({
  title: z.string(),
  panels: z.array(z.object({ title: z.string(), type: z.string(), targets: z.array(query) })),
  templating: z.object({
    list: z
      .array(
        z.object({
          name: z.string(),
          query: z.string(),
          regex: z.string().optional(),
          allValue: z.string().optional(),
        }),
      )
      .default([]),
  }),
  annotations: z.object({ list: z.array(z.object({ name: z.string(), target: query })) }),
});
/** A dashboard as Grafana loads it, as far as its queries go. */
export type Dashboard = z.infer<typeof dashboard>;
export type Variable = Dashboard['templating']['list'][number];

/** Every dashboard of the manifests. */
export function readDashboards(): readonly Dashboard[] {
  return workspaceManifests()
    .ofKind('ConfigMap')
    .flatMap(({ object }) => Object.entries((object['data'] ?? {}) as Record<string, string>))
    .filter(([name]) => name.endsWith('.json'))
    .map(([, text]) => dashboard.parse(JSON.parse(text)));
}
