import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analysisArguments, pingServiceLevel } from '@observed-rollouts/slo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Metric } from '../src/analysis/metric.ts';
import { metricsOfRun } from '../src/analysis/metrics-of-run.ts';
import { readTemplate } from '../src/analysis/template.ts';
import { arithmeticOf, type Expected } from './verdict/arithmetic.ts';
import { type DirectRules, runByArgo, type RunEnd, runDirectly } from './verdict/direct-verdict.ts';
import { LivePrometheus } from './verdict/live-prometheus.ts';
import { promtoolTest } from './verdict/promtool-tests.ts';
import { countSequence, type CountSequence, kindsOfSequence } from './verdict/sequences.ts';
import { shownCounts } from './verdict/shown-counts.ts';
import { storedSeries } from './verdict/stored-series.ts';
import { runTool, workspaceManifests, workspaceToolchain } from './workspace.ts';

const seedsPerKind = 3;
const sequences = kindsOfSequence.flatMap((kind, index) =>
  Array.from({ length: seedsPerKind }, (_, seed) => countSequence(kind, 1 + index * seedsPerKind + seed)),
);
const named = sequences.map((sequence) => [sequence.name, sequence] as const);

const manifests = workspaceManifests();
const templates = { gate: 'ping-service-gate', watch: 'ping-service-watch' } as const;
type Template = keyof typeof templates;

let folder: string;
let promtool: string;
let live: LivePrometheus;

beforeAll(async () => {
  const toolchain = await workspaceToolchain();
  ({ promtool } = toolchain);
  folder = mkdtempSync(join(tmpdir(), 'same-verdict-'));
  live = await LivePrometheus.start(toolchain.prometheus, folder, AbortSignal.timeout(60_000));
  for (const sequence of sequences) await live.write(storedSeries(sequence));
});

afterAll(async () => {
  await live?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** The metrics of the manifests with the arguments of a sequence. */
function metricsFor({ name, canaryHash, stableHash }: CountSequence, template: Template): readonly Metric[] {
  const args = {
    [analysisArguments.namespace.name]: name,
    [analysisArguments.canaryHash.name]: canaryHash,
    [analysisArguments.stableHash.name]: stableHash,
  };
  return metricsOfRun({ templates: [readTemplate(manifests, templates[template])], args });
}

const arithmetic = arithmeticOf(shownCounts);
const calculated = new Map<string, readonly Expected[]>();

/** The arithmetic in TypeScript, at each look. */
function expectedOf(sequence: CountSequence, metric: string): readonly Expected[] {
  const key = `${sequence.name} ${metric}`;
  const of = arithmetic.get(metric);
  if (!of) throw new Error(`${metric}: the manifests have a metric that has no arithmetic`);
  const expected = calculated.get(key) ?? sequence.looks.map((at) => of(sequence, at));
  calculated.set(key, expected);
  return expected;
}

/** The budget of a gate, and a minute of undecided looks of a watch: from the service level, not from the manifests. */
const { budgetMs, lookIntervalMs } = pingServiceLevel.promise;
const rules: Readonly<Record<Template, DirectRules>> = {
  gate: { kind: 'gate', looks: budgetMs / lookIntervalMs, toleratedUndecided: budgetMs / lookIntervalMs },
  watch: { kind: 'watch', looks: Infinity, toleratedUndecided: 60_000 / lookIntervalMs },
};

/** How the bounds alone end the analysis. */
function verdictOf(sequence: CountSequence, template: Template): RunEnd {
  const senses = metricsFor(sequence, template).map(
    ({ name }) => [name, expectedOf(sequence, name).map(({ sense }) => sense)] as const,
  );
  return runDirectly(new Map(senses), rules[template]);
}

function everyMetric(sequence: CountSequence): readonly Metric[] {
  return [...metricsFor(sequence, 'gate'), ...metricsFor(sequence, 'watch')];
}

describe('the sequences', () => {
  it('end in every way that a gate and a watch can end', () => {
    const phasesOf = (template: Template) => new Set(sequences.map((sequence) => verdictOf(sequence, template).phase));
    expect(phasesOf('gate')).toEqual(new Set(['Successful', 'Failed', 'Inconclusive', 'Running']));
    expect(phasesOf('watch')).toEqual(new Set(['Failed', 'Inconclusive', 'Running']));
  });

  it('are at least forty, of every kind, and every metric of the manifests has its arithmetic', () => {
    expect(sequences.length).toBeGreaterThanOrEqual(40);
    expect(
      everyMetric(sequences[0] as CountSequence)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([...arithmetic.keys()].toSorted());
  });
});

describe('the queries of the manifests in promtool', () => {
  it.each(named)('yield what the arithmetic says at every look: %s', async (_, sequence) => {
    const queries = new Map(everyMetric(sequence).map(({ name, query }) => [query, expectedOf(sequence, name)]));
    const file = join(folder, `${sequence.name}.test.yaml`);
    const deciding = (['gate', 'watch'] as const).map((template) => verdictOf(sequence, template).looks - 1);
    const checks = [...queries].map(([query, expected]) => ({ query, expected }));
    const tests = [promtoolTest(sequence, storedSeries(sequence), checks, deciding)];
    writeFileSync(file, JSON.stringify({ evaluation_interval: '1s', tests }));
    const { code, stdout, stderr } = await runTool(promtool, ['test', 'rules', file]);
    expect({ code, failures: failuresIn(stdout + stderr) }).toEqual({ code: 0, failures: [] });
  });
});

/** The lines of promtool that say what failed; the expressions are thousands of characters long, of which the ends tell most. */
function failuresIn(output: string): readonly string[] {
  return output
    .split('\n')
    .filter((line) => /expr:|exp:|got:|err/.test(line))
    .slice(0, 12)
    .map((line) => (line.length > 300 ? `${line.slice(0, 120)} … ${line.slice(-160)}` : line.trim()));
}

describe('the queries of the manifests in a live Prometheus', () => {
  it.each(named)('yield what the arithmetic says at every look, and the same verdict: %s', async (_, sequence) => {
    for (const kind of ['gate', 'watch'] as const) {
      const metrics = metricsFor(sequence, kind);
      const readings = new Map<string, readonly number[]>();
      for (const { name, query } of metrics) {
        readings.set(name, await live.readingsAt(query, sequence.looks));
        expect(disagreements(sequence, name, readings.get(name) ?? [])).toEqual([]);
      }
      const direct = verdictOf(sequence, kind);
      expect({ kind, ...runByArgo(metrics, readings) }).toEqual({ kind, ...direct });
      // A range query and the instant query of an analysis are the same expression, not the same code.
      const last = sequence.looks[direct.looks - 1] as number;
      for (const { name, query } of metrics) {
        expect({ name, samples: await live.samplesAt(query, last) }).toEqual({
          name,
          samples: [readings.get(name)?.[direct.looks - 1]],
        });
      }
    }
  });
});

/** Looks at which a reading isn't the expected one; NaN never is. */
function disagreements(sequence: CountSequence, metric: string, readings: readonly number[]): readonly string[] {
  return expectedOf(sequence, metric).flatMap(({ value, tolerance }, look) => {
    const got = readings[look] as number;
    if (Math.abs(got - value) <= tolerance) return [];
    return [`${metric} at ${sequence.looks[look]} ms: got ${got}, expected ${value} ± ${tolerance}`];
  });
}
