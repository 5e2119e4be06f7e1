/**
 * `npm run prove:mutations`: changes the rendered analysis one fact at a time and sees whether what it does gives each change away.
 *
 * Lists each survivor. Exit code: 0 when every one is explained, 1 otherwise.
 */
import { parseManifest } from './prove/manifest/analysis-manifest.ts';
import { manifestText } from './prove/manifest/cases.ts';
import { proveMutations, unexplained } from './prove/mutations/mutation-proof.ts';
import { renderMutationProof } from './prove/mutations/page.ts';

const proof = proveMutations(parseManifest(manifestText()));
console.log(renderMutationProof(proof));
for (const { kind, where, before, after, why = 'NOT EXPLAINED' } of proof.survivors) {
  console.log(`${kind}: ${where}\n  ${before}\n  ${after}\n  ${why}`);
}
process.exit(unexplained(proof).length === 0 ? 0 : 1);
