/** What the controller sees of one ReplicaSet. */
export interface ReplicaSetStatus {
  /** `spec.replicas`: what was last asked for. */
  readonly desired: number;
  /** Pods that exist and aren't terminating. */
  readonly created: number;
  /** Pods that have been Ready for `minReadySeconds`. */
  readonly available: number;
}

/** How far a release may leave the declared number of pods while it moves. */
export interface ReplicaLimits {
  /** `spec.replicas`. */
  readonly replicas: number;
  /** Pods above it. */
  readonly maxSurge: number;
  /** Unavailable pods below it. */
  readonly maxUnavailable: number;
}

export interface ReplicaCounts {
  readonly canary: number;
  readonly stable: number;
}

/**
 * The counts that show a weight best without a traffic router: N or N + 1 pods in all, the canary's share as near to the weight as
 * they allow.
 *
 * Units:  weight in percent, 0 to 100.
 * Edge:   weights from 1 to 99 always keep a pod of each version when there are two pods or more. Argo Rollouts' defect is kept:
 *         with `maxSurge` 0, a share of exactly x.5 pods that rounds up to all of them becomes no canary at all.
 */
export function countsForWeight({ replicas, maxSurge }: ReplicaLimits, weight: number): ReplicaCounts {
  if (replicas === 0) return { canary: 0, stable: 0 };
  const ceiling = Math.ceil((replicas * weight) / 100);
  const floor = Math.floor((replicas * weight) / 100);
  const zeroAllowed = weight === 100 || weight === 0 || (replicas === 1 && maxSurge === 0);
  const floorAllowed = floor !== 0 || zeroAllowed;
  const candidates: { canary: number; total: number }[] = [];
  if (ceiling < replicas || zeroAllowed) candidates.push({ canary: ceiling, total: replicas });
  if (!isHalf(replicas, weight) && floorAllowed) candidates.push({ canary: floor, total: replicas });
  if (maxSurge > 0) {
    candidates.push({ canary: ceiling, total: replicas + 1 });
    if (!isHalf(replicas + 1, weight) && floorAllowed) candidates.push({ canary: floor, total: replicas + 1 });
  }
  const [first, ...others] = candidates;
  if (!first) return { canary: 0, stable: replicas };
  const distance = ({ canary, total }: typeof first) => Math.abs((100 * canary) / total - weight);
  const best = others.reduce(
    (chosen, candidate) => (distance(candidate) < distance(chosen) ? candidate : chosen),
    first,
  );
  return { canary: best.canary, stable: best.total - best.canary };
}

/** Both neighbours of the exact share are equally far away. */
function isHalf(total: number, weight: number): boolean {
  return (total * (weight / 100)) % 1 === 0.5;
}

/**
 * The next counts on the way to a weight, within the limits: one wave of pods.
 *
 * Scales up first (stable before canary) as far as `maxSurge` allows, then down as far as the available pods allow: the canary when
 * its share falls, stable when it rises. While an older ReplicaSet still has pods, nothing but that one is scaled down.
 */
export function nextCounts(
  limits: ReplicaLimits,
  weight: number,
  { canary, stable }: { readonly canary: ReplicaSetStatus; readonly stable: ReplicaSetStatus },
  olderReplicas: number,
): ReplicaCounts {
  const target = countsForWeight(limits, weight);
  const mostPods = limits.replicas + limits.maxSurge;
  const up = scaleUp(target, canary, stable, mostPods - canary.desired - stable.desired - olderReplicas);
  if (olderReplicas > 0) return up;
  const leastAvailable = limits.replicas - limits.maxUnavailable;
  const rising = target.canary >= canary.desired;
  const spare = countable(canary, !rising) + countable(stable, rising) - leastAvailable;
  if (spare <= 0) return up;
  if (rising) {
    const drained = drain(stable, target.stable, spare, up.stable);
    const [stableCount, canaryCount] = keepWithinLimits(stable, canary, drained, up.canary, mostPods, leastAvailable);
    return { canary: canaryCount, stable: stableCount };
  }
  const drained = drain(canary, target.canary, spare, up.canary);
  const [canaryCount, stableCount] = keepWithinLimits(canary, stable, drained, up.stable, mostPods, leastAvailable);
  return { canary: canaryCount, stable: stableCount };
}

function scaleUp(
  target: ReplicaCounts,
  canary: ReplicaSetStatus,
  stable: ReplicaSetStatus,
  room: number,
): ReplicaCounts {
  const stableUp = Math.max(0, Math.min(target.stable - stable.desired, room));
  const canaryUp = Math.max(0, Math.min(target.canary - canary.desired, room - stableUp));
  return { stable: stable.desired + stableUp, canary: canary.desired + canaryUp };
}

/** Pods to count on: never more than were asked for; the ones asked for when their availability doesn't matter. */
function countable({ desired, available }: ReplicaSetStatus, ignoreAvailability: boolean): number {
  return desired < available || ignoreAvailability ? desired : available;
}

function drain({ desired }: ReplicaSetStatus, target: number, spare: number, current: number): number {
  return desired > target ? Math.max(target, desired - spare) : current;
}

/** Takes what is over the surge limit from the other set, but gives back what the availability limit needs. */
function keepWithinLimits(
  drained: ReplicaSetStatus,
  adjusted: ReplicaSetStatus,
  drainedCount: number,
  adjustedCount: number,
  mostPods: number,
  leastAvailable: number,
): [drained: number, adjusted: number] {
  const over = Math.max(0, adjustedCount + drainedCount - mostPods);
  const reduced = adjustedCount - over;
  const available = Math.min(drained.available, drainedCount) + Math.min(adjusted.available, reduced);
  const lost = Math.max(0, adjusted.available - reduced);
  const restored = reduced + Math.min(lost, Math.max(0, leastAvailable - available));
  return [drainedCount - Math.max(0, restored + drainedCount - mostPods), restored];
}
