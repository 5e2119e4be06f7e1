/**
 * `npm run prove`: plays every stated chance with seeded random releases, 100,000 for each point.
 *
 * Prints one line per finding; progress goes to stderr. `--releases <n>` plays fewer, `--seed <n>` others, `--json` prints one document.
 * Exit code: 0 when every 99.9 % interval holds what is stated, 1 when one doesn't, 2 for a wrong argument.
 */
import { parseArgs } from 'node:util';
import { manifestPoints } from './prove/manifest/cases.ts';
import { proveAll, renderFindings } from './prove/prove.ts';
import { storyGates } from './story-gates.ts';

function readArguments(): { releases: number; seed: number; json: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        releases: { type: 'string', default: '100000' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
      },
    });
    return {
      releases: readCount('--releases', values.releases),
      seed: readCount('--seed', values.seed),
      json: values.json,
    };
  } catch (error) {
    console.error(`prove: ${(error as Error).message}`);
    process.exit(2);
  }
}

function readCount(flag: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(
    `${flag}: got ${JSON.stringify(text)}, expected a whole number from 1 to 999999999, e.g. ${flag} 1000`,
  );
}

const { releases, seed, json } = readArguments();
const started = performance.now();
/** Releases that the queries of dist/manifests are evaluated for: they take longer than the arithmetic that they stand for. */
const mostEvaluated = 20_000;

const proofs = proveAll(storyGates(), { releases, seed }, ({ done, of, name }) =>
  process.stderr.write(`${`${done}`.padStart(`${of}`.length)}/${of} ${name}\n`),
);
for (const [index, { name, prove }] of manifestPoints().entries()) {
  process.stderr.write(`${name}\n`);
  proofs.push({ name, findings: prove(Math.min(releases, mostEvaluated), seed + 1000 + index) });
}
const refuted = proofs.flatMap(({ findings }) => findings).filter((finding) => !finding.holds).length;
console.log(json ? JSON.stringify({ releases, seed, refuted, points: proofs }, undefined, 2) : renderFindings(proofs));
process.stderr.write(
  `${releases} releases per point, seed ${seed}, ${((performance.now() - started) / 1000).toFixed(0)} s: ` +
    (refuted === 0 ? 'everything stated holds\n' : `${refuted} statements do not hold\n`),
);
process.exit(refuted === 0 ? 0 : 1);
