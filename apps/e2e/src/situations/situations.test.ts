import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readReleases } from '../story.ts';
import { situations, stableVersion } from './situations.ts';

const releases = readReleases(join(import.meta.dirname, '../../../../releases'));

it.each(Object.entries(situations))(
  'the situation %s releases only what the story holds, and no name is a release',
  (name, { from, turns }) => {
    const named = turns.flatMap(({ move }) =>
      move.command === 'release' && move.release !== stableVersion ? [move.release] : [],
    );
    expect([...named, ...(from === undefined ? [] : [from])].filter((release) => !releases.has(release))).toEqual([]);
    expect(releases.has(name)).toBe(false);
  },
);
