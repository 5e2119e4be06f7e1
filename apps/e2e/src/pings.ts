import { paths, pingsEnded, ports } from '@observed-rollouts/contract';
import type { Kubectl } from './kubectl.ts';

/** Ended pings by outcome since the pinger started. */
export type PingCounts = Readonly<Record<string, number>>;

/** Reads the pinger's own counters through the API server's proxy, so that neither a port nor Prometheus is needed. */
export async function readPings(kubectl: Kubectl, namespace: string, selector: string): Promise<PingCounts> {
  const { items } = await kubectl.get<{ items: { metadata: { name: string } }[] }>(
    'pods',
    '-n',
    namespace,
    '-l',
    selector,
  );
  const [pod] = items;
  if (pod === undefined) throw new Error(`pinger: no pod in ${namespace} with ${selector}, expected one; deploy first`);
  const path = `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}:${ports.metrics.number}/proxy${paths.metrics}`;
  return parsePings(await kubectl.text('get', '--raw', path));
}

/** The samples of the pinger's counter in a text exposition. */
export function parsePings(exposition: string): PingCounts {
  const sample = new RegExp(`^${pingsEnded.name}\\{(?:.*,)?outcome="([^"]+)".*\\} (\\S+)`, 'gm');
  return Object.fromEntries([...exposition.matchAll(sample)].map(([, outcome, value]) => [outcome, Number(value)]));
}

/** What ended between two readings. */
export function pingsBetween(before: PingCounts, after: PingCounts): PingCounts {
  const grown = Object.entries(after).map(([outcome, count]) => [outcome, count - (before[outcome] ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, count]) => count > 0));
}
