import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { copyWorkspace } from './workspace-copy.ts';

const copy = copyWorkspace();
// The rule reads Nx's cached project graph, and skips itself without one.
copy.run('nx', ['show', 'projects']);
afterAll(() => copy.remove());

interface LintMessage {
  readonly ruleId: string | null;
  readonly message: string;
  readonly fatal?: boolean;
}

/** Lints a file with the text in the project's source folder; returns the messages of the import rule alone. */
function importProblems(project: string, text: string): string[] {
  const file = join(copy.root, project, 'src', 'import-rule-fixture.ts');
  writeFileSync(file, text);
  try {
    const [result] = JSON.parse(copy.run('eslint', [file, '--format', 'json'], project)) as {
      messages: LintMessage[];
    }[];
    const messages = result?.messages ?? [];
    expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
    return messages.filter(({ ruleId }) => ruleId === '@nx/enforce-module-boundaries').map(({ message }) => message);
  } finally {
    rmSync(file);
  }
}

const forbidden = [
  ['runtime imports deploy', 'apps/ping-service', "import '@observed-rollouts/charts';"],
  ['runtime imports cdk8s', 'libs/telemetry', "import 'cdk8s';"],
  ['deploy imports Nest', 'libs/charts', "import '@nestjs/common';"],
  ['deploy imports OpenTelemetry', 'libs/charts', "import '@opentelemetry/api';"],
  ['deploy imports runtime', 'libs/charts', "import '@observed-rollouts/telemetry';"],
  ['contract imports another part', 'libs/contract', "import '@observed-rollouts/slo';"],
  ['contract takes a second npm dependency', 'libs/contract', "import 'yaml';"],
  ['slo takes an npm dependency', 'libs/slo', "import 'yaml';"],
  ['the rehearsal imports the constructs', 'apps/rehearsal', "import '@observed-rollouts/charts';"],
  ['a service imports the report', 'apps/ping-service', "import '@observed-rollouts/report';"],
  ['the report imports another part', 'libs/report', "import '@observed-rollouts/contract';"],
  ['an app imports another', 'apps/pinger', "import '../../ping-service/src/main.ts';"],
] as const;

test.each(forbidden)('the import rule bites when %s', (_, project, text) => {
  expect(importProblems(project, text)).toHaveLength(1);
});

const allowed = [
  ['runtime imports telemetry', 'apps/ping-service', "import '@observed-rollouts/telemetry';"],
  ['deploy imports slo', 'libs/charts', "import '@observed-rollouts/slo';"],
  ['a tool imports the files of the report', 'apps/rehearsal', "import '@observed-rollouts/report/files';"],
  ['slo imports contract', 'libs/slo', "import '@observed-rollouts/contract';"],
] as const;

test.each(allowed)('the import rule lets pass when %s', (_, project, text) => {
  expect(importProblems(project, text)).toEqual([]);
});
