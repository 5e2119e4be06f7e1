import type { Fault } from './fault.ts';
import { versionLabel } from './labels.ts';

/** How a release can end: refused and rolled back, serving everywhere, or waiting for a human. */
export const releaseEnds = ['aborted', 'promoted', 'paused'] as const;
export type ReleaseEnd = (typeof releaseEnds)[number];

/** What a release file can expect: an end, or that the release is still undecided when its time is up. */
export const expectations = [...releaseEnds, 'waiting'] as const;
export type Expectation = (typeof expectations)[number];

export const traffics = ['usual', 'none'] as const;
export type Traffic = (typeof traffics)[number];

/** A release to play: what differs from the stable version, what goes wrong meanwhile, and how it must end. */
export interface Release {
  /** Name of its file without extension; also its version. */
  readonly name: string;
  /** One line that says what is special about it. */
  readonly description: string;
  /** Environment variables of the container that differ from the manifests'. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same for the stable version, which is changed to them before the release starts: for trouble that both versions have. */
  readonly stable: Readonly<Record<string, string>>;
  /** Whether anybody asks: `none` stops the pinger when the release starts. */
  readonly traffic: Traffic;
  /** What goes wrong while it is released, in the order of the file. */
  readonly faults: readonly Fault[];
  readonly expect: Expectation;
  /** Milliseconds from its start; a release that is undecided then is `waiting`. */
  readonly withinMs: number;
  /** Place in the story, from 1: the releases that are played when none is named. Absent: it is played only by its name. */
  readonly story?: number;
}

/** The part of a pod template that a release changes; everything else is kept as it is. */
export interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly {
      readonly name: string;
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
    }[];
  };
}

/** The pod template of a release: the manifests' one with the release's version label and its variables, see {@link applyEnvironment}. */
export function applyRelease<T extends PodTemplate>(template: T, { name, environment }: Release): T {
  const changed = applyEnvironment(template, environment);
  return {
    ...changed,
    metadata: { ...changed.metadata, labels: { ...changed.metadata?.labels, [versionLabel]: name } },
  };
}

/**
 * The pod template with other variables in its first container.
 *
 * Edge: a variable that exists is replaced where it stands, a new one is added at the end; nothing else changes.
 */
export function applyEnvironment<T extends PodTemplate>(template: T, environment: Readonly<Record<string, string>>): T {
  const [first, ...others] = template.spec.containers;
  if (first === undefined) throw new Error('pod template: got no container, expected at least one');
  const kept = (first.env ?? []).map((variable) => {
    const value = environment[variable.name];
    return value === undefined ? variable : { name: variable.name, value };
  });
  const added = Object.entries(environment).filter(([key]) => !kept.some((variable) => variable.name === key));
  const env = [...kept, ...added.map(([key, value]) => ({ name: key, value }))];
  return { ...template, spec: { ...template.spec, containers: [{ ...first, env }, ...others] } };
}
