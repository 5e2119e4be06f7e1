import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { InputError, Problems } from '@observed-rollouts/command-line';
import type { Release } from '@observed-rollouts/contract';
import { parseRelease, ReleaseError } from '@observed-rollouts/contract/release-file';
import { parseDocument } from 'yaml';
import { readText } from '../manifests/manifests.ts';

/** Names of the releases of a folder, sorted. Errors: {@link InputError} when there is none. */
export function listReleases(folder: string): readonly string[] {
  let files: readonly string[];
  try {
    files = readdirSync(folder);
  } catch {
    throw new InputError([
      `${folder}: not found, expected a folder of release files (*.yaml); name it with --releases`,
    ]);
  }
  const names = files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
  if (names.length === 0) throw new InputError([`${folder}: no releases, expected files such as errors.yaml`]);
  return names;
}

/**
 * The releases that are played when none is named, in their order.
 *
 * Errors: {@link InputError} with every wrong file of the folder, when two releases have the same place, and when none has one.
 */
export function readStory(folder: string): readonly Release[] {
  const releases = readReleases(folder, listReleases(folder));
  const story = releases
    .flatMap((release) => (release.story === undefined ? [] : [{ place: release.story, release }]))
    .sort((a, b) => a.place - b.place);
  const problems = new Problems();
  for (const [index, { place, release }] of story.entries()) {
    const previous = story[index - 1];
    if (previous?.place === place)
      problems.add(`${folder}: ${previous.release.name} and ${release.name} both have place ${place} in the story`);
  }
  problems.throwIfAny();
  if (story.length > 0) return story.map(({ release }) => release);
  const names = releases.map(({ name }) => name).join(', ');
  throw new InputError([
    `${folder}: no release has a place in the story, expected a field such as story: 1; or name the releases to play: ${names}`,
  ]);
}

/** Errors: {@link InputError} with every release that doesn't exist or is named twice and every wrong field. */
export function readReleases(folder: string, names: readonly string[]): readonly Release[] {
  const available = listReleases(folder);
  const problems = new Problems();
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) < index)))
    problems.add(`release ${name}: named twice, expected each once; use another run to play it again`);
  const releases = names.map((name) => {
    if (available.includes(name)) return problems.collect(() => readRelease(folder, name));
    problems.add(`release ${name}: not found in ${folder}, expected one of ${available.join(', ')}`);
    return undefined;
  });
  problems.throwIfAny();
  return releases.filter((release) => release !== undefined);
}

function readRelease(folder: string, name: string): Release {
  const file = join(folder, `${name}.yaml`);
  const document = parseDocument(readText(file));
  const [error] = document.errors;
  if (error) throw new InputError([`${file}: not valid YAML: ${error.message.split(':\n')[0]}`]);
  try {
    return parseRelease(file, name, document.toJS() as unknown);
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    const [first = error.message, ...others] = error.problems.map((problem) => `${file}: ${problem}`);
    throw new InputError([first, ...others]);
  }
}
