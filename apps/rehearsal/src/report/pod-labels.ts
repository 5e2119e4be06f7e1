import type { PodRole } from '../release/event.ts';

/** How a pod is called on an axis: with its version where there is room for it, else by the end of its name alone. */
export interface PodLabel {
  readonly long: string;
  readonly short: string;
}

/** Edge: two pods whose names end alike are called by their whole names. */
export function podLabels(
  pods: readonly { readonly name: string; readonly role: PodRole }[],
): ReadonlyMap<string, PodLabel> {
  const endings = Map.groupBy(pods, ({ name }) => endOf(name));
  return new Map(
    pods.map(({ name, role }) => {
      const short = (endings.get(endOf(name))?.length ?? 0) > 1 ? name : endOf(name);
      return [
        name,
        { long: role === 'pinger' ? 'pinger' : `${role} ${short}`, short: role === 'pinger' ? 'pinger' : short },
      ];
    }),
  );
}

function endOf(name: string): string {
  return name.slice(name.lastIndexOf('-') + 1);
}
