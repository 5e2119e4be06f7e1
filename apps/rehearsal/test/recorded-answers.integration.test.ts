import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  analysisArguments,
  answerRecords,
  pingServiceLevel,
  releaseAnalysis,
  type ServiceLevel,
} from '@observed-rollouts/slo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arithmeticOf, type Expected } from './verdict/arithmetic.ts';
import { promtoolTest } from './verdict/promtool-tests.ts';
import { recordedCounts } from './verdict/recorded-counts.ts';
import { countSequence, type CountSequence, kindsOfSequence } from './verdict/sequences.ts';
import { canaryCounts, stableCounts } from './verdict/shown-counts.ts';
import { storedSeries, storedSeriesOfTwoVersions } from './verdict/stored-series.ts';
import { runTool, workspaceToolchain } from './workspace.ts';

const seedsPerKind = 2;
const sequences = kindsOfSequence.flatMap((kind, index) =>
  Array.from({ length: seedsPerKind }, (_, seed) => countSequence(kind, 100 + index * seedsPerKind + seed)),
);
const named = sequences.map((sequence) => [sequence.name, sequence] as const);

const level: ServiceLevel = { ...pingServiceLevel, countedFrom: 'recordings' };
const { gate, watch } = releaseAnalysis(level);
const arithmetic = arithmeticOf(recordedCounts);

/** Where what is recorded begins. */
const firstLooks = [0, 1, 2, 3, 4, 5, 6];

let folder: string;
let promtool: string;
let rules: string;

beforeAll(async () => {
  ({ promtool } = await workspaceToolchain());
  folder = mkdtempSync(join(tmpdir(), 'recorded-answers-'));
  rules = join(folder, 'rules.yml');
  writeFileSync(rules, JSON.stringify({ groups: answerRecords(level) }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function withArguments(query: string, { name, canaryHash, stableHash }: CountSequence): string {
  const { namespace, canaryHash: canary, stableHash: stable } = analysisArguments;
  return query
    .replaceAll(`{{args.${namespace.name}}}`, name)
    .replaceAll(`{{args.${canary.name}}}`, canaryHash)
    .replaceAll(`{{args.${stable.name}}}`, stableHash);
}

function expectedOf(sequence: CountSequence, metric: string): readonly Expected[] {
  const of = arithmetic.get(metric);
  if (!of) throw new Error(`${metric}: the analysis has a metric that has no arithmetic`);
  return sequence.looks.map((at) => of(sequence, at));
}

/** What promtool finds wrong; nothing when all is as expected. */
async function failuresOf(test: object, ruleFiles: readonly string[]): Promise<readonly string[]> {
  const file = join(folder, 'queries.test.yaml');
  writeFileSync(file, JSON.stringify({ rule_files: ruleFiles, evaluation_interval: '1s', tests: [test] }));
  const { code, stdout, stderr } = await runTool(promtool, ['test', 'rules', file]);
  const lines = (stdout + stderr).split('\n').filter((line) => /expr:|exp:|got:|err/.test(line));
  if ((code === 0) !== (lines.length === 0)) throw new Error(`promtool ended with code ${code}: ${stdout}${stderr}`);
  return lines.slice(0, 12).map((line) => line.trim().slice(0, 200));
}

describe('the queries that read recordings, with the rules that record in promtool', () => {
  it.each(named)('yield what the arithmetic says: %s', async (_, sequence) => {
    const queries = [...gate, ...watch].map(({ name, query }) => ({
      query: withArguments(query, sequence),
      expected: expectedOf(sequence, name),
    }));
    const test = promtoolTest(sequence, storedSeriesOfTwoVersions(sequence), queries, firstLooks);
    expect(await failuresOf(test, [rules])).toEqual([]);
  });

  it('without the rules find no canary, so that a release pauses instead of being promoted', async () => {
    const sequence = countSequence('failing-canary', 1);
    const undecided: Readonly<Record<string, number>> = {
      'failed-answers-of-canary': 0,
      'slow-answers-of-canary': 0,
      'metrics-of-canary': 0,
      'answers-of-canary': 0,
    };
    const queries = [...gate, ...watch]
      .filter(({ name }) => name in undecided)
      .map(({ name, query }) => ({
        query: withArguments(query, sequence),
        expected: sequence.looks.map(() => ({ value: undecided[name] as number, tolerance: 0 })),
      }));
    expect(queries).toHaveLength(4);
    expect(await failuresOf(promtoolTest(sequence, storedSeriesOfTwoVersions(sequence), queries, []), [])).toEqual([]);
    const conditions = [...gate, ...watch].filter(({ name }) => name === 'metrics-of-canary');
    expect(conditions.map(({ successCondition }) => successCondition)).toEqual(['result[0] >= 1']);
  });

  it('compare the canary with every other version of its service', async () => {
    const sequence = countSequence('good-canary', 1);
    const canary = `{namespace="${sequence.name}",rollouts_pod_template_hash="${sequence.canaryHash}"}`;
    // The decoy of another version fails 100 times a second, from the first second on that shows the canary.
    const shown = sequence.looks.map((at) => recordedCounts.canarySeries(sequence, at));
    const first = shown.indexOf(1);
    const expected = sequence.looks.map((at, look) => {
      const seconds = first < 0 ? 0 : Math.max(look - first, 0);
      return { value: recordedCounts.stable(sequence, at).failed + 100 * seconds, tolerance: 0 };
    });
    const query = `sum(version:ping_failed_answers_bad:sum_of_others${canary}) or vector(0)`;
    const test = promtoolTest(sequence, storedSeries(sequence), [{ query, expected }], firstLooks);
    expect(await failuresOf(test, [rules])).toEqual([]);
  });
});

/** In these no pod goes, no scrape is missed and no counter begins late. */
const undisturbed = sequences.filter(({ name }) => /^(good|failing|slow)-canary|^both-failing|^no-traffic/.test(name));

describe('recordings', () => {
  it.each(undisturbed.map((sequence) => [sequence.name, sequence] as const))(
    'count what the counters of the pods showed at the last whole second: %s',
    (_, sequence) => {
      for (const at of sequence.looks) {
        const second = at - (at % 1000);
        expect({ at, ...recordedCounts.canary(sequence, at) }).toEqual({ at, ...canaryCounts(sequence, second) });
        expect({ at, ...recordedCounts.stable(sequence, at) }).toEqual({ at, ...stableCounts(sequence, second) });
      }
    },
  );
});
