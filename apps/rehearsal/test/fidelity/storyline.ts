import type { RolloutPosition, TimelineEntry } from '@observed-rollouts/contract';

/**
 * What must be the same wherever a release is played. Times, readings and the counts of pods that are on their way are left out.
 */
export interface Storyline {
  /** Each change of what the controller asks for, in order: `v2 0 -> 1`. */
  readonly replicas: readonly string[];
  /** Steps with the pods asked for when each begins, pauses with their reasons, the abort with its message, the new stable version. */
  readonly course: readonly string[];
  /** Analysis runs in the order in which they were started. */
  readonly runs: readonly string[];
}

/** Reduces a timeline to its {@link Storyline}, from the first command on. */
export function storylineOf(timeline: readonly TimelineEntry[]): Storyline {
  const replicas: string[] = [];
  const course: string[] = [];
  const runs = new Map<string, string>();
  const desired = new Map<string, number>();
  let position: RolloutPosition | undefined;
  let started = false;
  for (const entry of timeline) {
    if (entry.type === 'command') {
      started = true;
      course.push(`command: ${entry.command}`);
    } else if (entry.type === 'replicas') {
      const before = desired.get(entry.version) ?? 0;
      desired.set(entry.version, entry.desired);
      if (started && before !== entry.desired) replicas.push(`${entry.version} ${before} -> ${entry.desired}`);
      // Before the first version is stable nothing is under way.
    } else if (entry.type === 'status' && entry.stable !== undefined) {
      if (started) course.push(...changesOf(position, entry, desired));
      position = entry;
    } else if (entry.type === 'run' && !runs.has(entry.run)) runs.set(entry.run, `${entry.kind} ${entry.run}`);
  }
  return { replicas, course, runs: [...runs.values()] };
}

/** One line per fact that has changed, always in the same order: a controller may write several at once. */
function changesOf(before: RolloutPosition | undefined, now: RolloutPosition, desired: ReadonlyMap<string, number>) {
  const lines: string[] = [];
  const released = now.latest !== before?.latest;
  if (released) lines.push(`releases ${now.latest}, at step ${now.step}`);
  if (now.aborted && !before?.aborted) lines.push(`aborted: ${abortReason(now.message)}`);
  if (!now.aborted && before?.aborted) lines.push('no longer aborted');
  if (now.stable !== before?.stable) lines.push(`${now.stable} is stable`);
  const resumed = (before?.pauses ?? []).filter((reason) => !now.pauses.includes(reason));
  lines.push(...resumed.map((reason) => `no longer paused: ${reason}`));
  if (now.step !== before?.step && !released) lines.push(`step ${now.step}, asking for ${podsAskedFor(desired)}`);
  const paused = now.pauses.filter((reason) => !before?.pauses.includes(reason));
  lines.push(...paused.map((reason) => `paused: ${reason}`));
  return lines;
}

function podsAskedFor(desired: ReadonlyMap<string, number>): string {
  return [...desired]
    .filter(([, count]) => count > 0)
    .sort()
    .map(([version, count]) => `${count} of ${version}`)
    .join(' and ');
}

/** The controller says first which revision it aborted, which counts all releases that a cluster has seen. */
function abortReason(message = ''): string {
  return message.replace(/^RolloutAborted: Rollout aborted update to revision \d+(: )?/, '');
}

/**
 * A storyline without what another draw of answers may decide otherwise: gate and watch read the same counts in the same second, and
 * whichever the controller hears of first is named as the reason of an abort. The objective that was broken stays.
 */
export function withoutDraws({ replicas, course, runs }: Storyline): Storyline {
  const reason =
    /^aborted: (?:Step-based|Background) (analysis phase error\/failed: Metric ")([\w-]+?)(?:-watch)?(" .*)$/;
  return { replicas, runs, course: course.map((line) => line.replace(reason, 'aborted: $1$2$3')) };
}
