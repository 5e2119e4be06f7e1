import { synthesize } from '@observed-rollouts/charts/constructs';
import { expect, test } from 'vitest';
import { drawServices } from './services.ts';

test('services are as many as asked for, pass every check, and count their own answers', () => {
  const files = synthesize(drawServices(12));
  expect(files.map(({ name }) => name).sort()).toEqual(
    Array.from({ length: 12 }, (_, index) => `service-${index}.yaml`).sort(),
  );
  expect(files.map(({ objects }) => objects.length)).toEqual(Array.from({ length: 12 }, () => 6));
  for (const { name, objects } of files) {
    expect(JSON.stringify(objects)).toContain(`service=\\"${name.replace('.yaml', '')}\\"`);
  }
});
