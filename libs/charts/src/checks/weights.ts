/** How a replica count shows a weight: pods of the canary and of the stable version. */
export interface ShownWeight {
  readonly canary: number;
  readonly stable: number;
  /** Share of all pods, in percent. */
  readonly percent: number;
}

/**
 * What Argo Rollouts makes of a weight without a traffic router.
 *
 * Units:  weight from 0 to 100; at least one replica.
 * Edge:   with a surge one pod more than the replicas may show the weight better; the first of equally good choices wins.
 * Source: utils/replicaset/canary.go of Argo Rollouts 1.9.
 */
export function showWeight(replicas: number, weight: number, maxSurge: number): ShownWeight {
  const exact = (replicas * weight) / 100;
  const [up, down] = [Math.ceil(exact), Math.floor(exact)];
  const zeroAllowed = weight === 0 || weight === 100 || (replicas === 1 && maxSurge === 0);
  const isHalf = (value: number) => Math.abs(value - Math.floor(value) - 0.5) < 1e-9;
  const downAllowed = down !== 0 || zeroAllowed;
  const candidates: [canary: number, total: number][] = [];
  if (up < replicas || zeroAllowed) candidates.push([up, replicas]);
  if (!isHalf(exact) && downAllowed) candidates.push([down, replicas]);
  if (maxSurge > 0) {
    candidates.push([up, replicas + 1]);
    if (!isHalf(((replicas + 1) * weight) / 100) && downAllowed) candidates.push([down, replicas + 1]);
  }
  const distance = ([canary, total]: [number, number]) => Math.abs((100 * canary) / total - weight);
  const [canary, total] = candidates.reduce(
    (best, candidate) => (distance(candidate) < distance(best) ? candidate : best),
    candidates[0] ?? [0, replicas],
  );
  return { canary, stable: total - canary, percent: (100 * canary) / total };
}
