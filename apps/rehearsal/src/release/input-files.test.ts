import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@observed-rollouts/command-line';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTemplate } from '../analysis/template.ts';
import { checkEnds, metricsOfRun } from '../analysis/metrics-of-run.ts';
import { readRollout } from '../controller/rollout.ts';
import { readManifests } from '../manifests/manifests.ts';
import { checkFaults } from './fault-injection.ts';
import { readReleases, readStory } from './release-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'input-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

/** The problems of a reading, with the folder's name taken out. */
function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof InputError) return error.problems.map((problem) => problem.replaceAll(folder, 'F'));
    throw error;
  }
  return [];
}

describe('a release file', () => {
  it('is refused with every wrong field of every file', () => {
    write('a.yaml', 'description: ""\nenvironment: { lower: x, GOOD: 5 }\nexpect: happy\nextra: 1\n');
    expect(problemsOf(() => readReleases(folder, ['a', 'none']))).toEqual([
      'F/a.yaml: description: got "", expected one line of text',
      'F/a.yaml: environment.lower: got "lower", expected a variable name, e.g. PING_LATENCY',
      'F/a.yaml: environment.GOOD: got 5, expected a text in quotes, e.g. "65"',
      'F/a.yaml: expect: got "happy", expected one of aborted, promoted, paused, waiting',
      'F/a.yaml: file: unknown field extra, expected description, environment, stable, traffic, faults, expect, within, story',
      'release none: not found in F, expected one of a',
    ]);
  });

  it('is refused when it is not YAML, and its folder when it has none', () => {
    expect(problemsOf(() => readReleases(folder, ['a']))).toEqual([
      'F: no releases, expected files such as errors.yaml',
    ]);
    write('a.yaml', 'a: [');
    expect(problemsOf(() => readReleases(folder, ['a']))).toEqual([
      'F/a.yaml: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 5',
    ]);
  });
});

describe('the story', () => {
  const release = (story: string) => `description: x\nenvironment: {}\nexpect: aborted\n${story}\n`;

  it('has the releases with a place, in its order, whatever their names are', () => {
    write('a.yaml', release('story: 2'));
    write('b.yaml', release(''));
    write('c.yaml', release('story: 1'));
    expect(readStory(folder).map(({ name }) => name)).toEqual(['c', 'a']);
  });

  it('is refused with two releases at one place, and when no release has one', () => {
    write('a.yaml', release(''));
    expect(problemsOf(() => readStory(folder))).toEqual([
      'F: no release has a place in the story, expected a field such as story: 1; or name the releases to play: a',
    ]);
    write('b.yaml', release('story: 1'));
    write('c.yaml', release('story: 1'));
    expect(problemsOf(() => readStory(folder))).toEqual(['F: b and c both have place 1 in the story']);
  });

  it('is no way to play a release twice', () => {
    write('a.yaml', release(''));
    expect(problemsOf(() => readReleases(folder, ['a', 'a']))).toEqual([
      'release a: named twice, expected each once; use another run to play it again',
    ]);
  });

  it('has no fault at a step that the Rollout does not have', () => {
    write(
      'a.yaml',
      release('faults: [{ kind: stop-prometheus, when: step 9 }, { kind: stop-prometheus, when: step 8 }]'),
    );
    expect(problemsOf(() => checkFaults(readReleases(folder, ['a']), 8))).toEqual([
      "release a: faults.0.when: got step 9, expected at most step 8, the Rollout's last",
    ]);
  });
});

const rollout = (canary: string) => `
kind: Rollout
metadata: { name: app }
spec:
  replicas: 5
  selector: {}
  template: { metadata: { labels: {} }, spec: { containers: [{ name: app }] } }
  strategy: { canary: ${canary} }
`;

describe('manifests', () => {
  it('are refused when the folder is missing, empty, or holds something else', () => {
    expect(problemsOf(() => readManifests(join(folder, 'no')))).toEqual([
      'F/no: not found, expected a folder of manifests; run "npx nx run charts:synth"',
    ]);
    expect(problemsOf(() => readManifests(folder))).toEqual([
      'F: no manifests, expected YAML files; run "npx nx run charts:synth"',
    ]);
    write('a.yaml', 'just: text\n');
    write('b.yaml', 'a: [\n');
    const [first, second] = problemsOf(() => readManifests(folder));
    expect(first).toBe('F/a.yaml: a document without kind and metadata.name, expected a Kubernetes object');
    expect(second).toMatch(/^F\/b\.yaml: not valid YAML: /);
  });

  it('are refused when the Rollout has a field that is not emulated, and never ignored', () => {
    write(
      'a.yaml',
      rollout('{ trafficRouting: {}, steps: [{ setWeight: 20, pause: {} }, { setWeight: 101 }, { experiment: {} }] }'),
    );
    expect(problemsOf(() => readRollout(readManifests(folder), 'app'))).toEqual([
      'F/a.yaml: Rollout app: spec: strategy.canary.steps[0]: got {"setWeight":20,"pause":{}}, expected exactly one of setWeight, pause, analysis',
      'F/a.yaml: Rollout app: spec: strategy.canary.steps[1].setWeight: got 101, expected a weight from 0 to 100',
      "F/a.yaml: Rollout app: spec: strategy.canary.steps[2].experiment: unknown field, can't be rehearsed; remove it",
      'F/a.yaml: Rollout app: spec: strategy.canary.steps[2]: got {}, expected exactly one of setWeight, pause, analysis',
      "F/a.yaml: Rollout app: spec: strategy.canary.trafficRouting: unknown field, can't be rehearsed; remove it",
    ]);
  });

  it('are refused when pods would be available only after the progress deadline', () => {
    write('a.yaml', rollout('{}').replace('replicas: 5', 'replicas: 5\n  minReadySeconds: 600'));
    expect(problemsOf(() => readRollout(readManifests(folder), 'app'))).toEqual([
      'F/a.yaml: Rollout app: spec.minReadySeconds: got 600, expected less than progressDeadlineSeconds, which is 600',
    ]);
  });

  it('are refused when an object that is needed is missing', () => {
    write('a.yaml', rollout('{}'));
    expect(problemsOf(() => readRollout(readManifests(folder), 'other'))).toEqual([
      'F: no Rollout named other, found app; run "npx nx run charts:synth"',
    ]);
    expect(problemsOf(() => readTemplate(readManifests(folder), 'gate'))).toEqual([
      'F: no AnalysisTemplate named gate, found none; run "npx nx run charts:synth"',
    ]);
  });
});

it('an analysis is refused with every argument and limit that Argo Rollouts would refuse', () => {
  write(
    'a.yaml',
    `
kind: AnalysisTemplate
metadata: { name: gate }
spec:
  args: [{ name: given }, { name: defaulted, value: "3" }]
  metrics:
    - name: one
      count: 5
      failureLimit: -1
      successCondition: result[0] <
      provider: { prometheus: { address: nowhere, query: 'x{a="{{args.given}}"}', timeout: 0 } }
    - name: two
      interval: 5
      provider: { prometheus: { address: http://p:9090, query: '{{args.undeclared}}' } }
`,
  );
  expect(problemsOf(() => readTemplate(readManifests(folder), 'gate'))).toEqual([
    'F/a.yaml: AnalysisTemplate gate: spec: metrics[1].interval: got 5, expected a text',
  ]);
  write(
    'a.yaml',
    'kind: AnalysisTemplate\nmetadata: { name: gate }\nspec:\n  args: [{ name: given }]\n  metrics:\n    - name: one\n      count: 5\n      failureLimit: -1\n      successCondition: result[0] <\n      provider: { prometheus: { address: nowhere, query: x, timeout: 0 } }\n    - name: two\n      provider: { prometheus: { address: "http://p:9090", query: "{{args.undeclared}}" } }\n',
  );
  const templates = [readTemplate(readManifests(folder), 'gate')];
  expect(problemsOf(() => metricsOfRun({ templates, args: {} }))).toEqual([
    'F/a.yaml: AnalysisTemplate gate: args.given was not resolved: it has no default and the Rollout gives no value',
  ]);
  expect(problemsOf(() => metricsOfRun({ templates, args: { given: 'x' } }))).toEqual([
    'F/a.yaml: AnalysisTemplate gate: metric one: provider.prometheus.timeout: got 0, expected a positive number of seconds',
    'F/a.yaml: AnalysisTemplate gate: metric one: provider.prometheus.address: got "nowhere", expected a URL with scheme and host, e.g. http://prometheus.monitoring:9090',
    'F/a.yaml: AnalysisTemplate gate: metric one: condition "result[0] <": unexpected the end, expected a number, result, a function or a parenthesis',
    'F/a.yaml: AnalysisTemplate gate: metric one: interval: missing, expected one because count is above 1',
    'F/a.yaml: AnalysisTemplate gate: metric one: failureLimit: got -1, expected at least 0 because consecutiveSuccessLimit is 0',
    "F/a.yaml: AnalysisTemplate gate: metric two: {{args.undeclared}} isn't a declared argument of the template",
  ]);
});

const templateOf = (name: string, value: string, fields: string) =>
  `kind: AnalysisTemplate\nmetadata: { name: ${name} }\nspec:\n  args: [{ name: limit, value: "${value}" }]\n  metrics: [{ name: ${name}, ${fields}, provider: { prometheus: { address: "http://p:9090", query: x } } }]\n`;

it('an analysis of a step is refused when a metric of it has no end', () => {
  write('a.yaml', templateOf('gate', '1', 'interval: 1s'));
  const metrics = metricsOfRun({ templates: [readTemplate(readManifests(folder), 'gate')], args: {} });
  expect(problemsOf(() => checkEnds(metrics, 'step 2'))).toEqual([
    'step 2: metric gate: count: missing, expected one: without it the metric runs indefinitely',
  ]);
});

it('two templates of an analysis are refused with different defaults of one argument, unless the Rollout gives its value', () => {
  write('a.yaml', templateOf('a', '1', 'count: 1'));
  write('b.yaml', templateOf('b', '2', 'count: 1'));
  const manifests = readManifests(folder);
  const templates = ['a', 'b'].map((name) => readTemplate(manifests, name));
  expect(problemsOf(() => metricsOfRun({ templates, args: {} }))).toEqual([
    'F/b.yaml: AnalysisTemplate b: args.limit: got default "2", expected "1" as in another template of the same analysis',
  ]);
  expect(metricsOfRun({ templates, args: { limit: '3' } }).map(({ name }) => name)).toEqual(['a', 'b']);
});
