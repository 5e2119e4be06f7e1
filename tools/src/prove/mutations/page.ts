import { table } from '../../markdown.ts';
import { parseManifest } from '../manifest/analysis-manifest.ts';
import { manifestText } from '../manifest/cases.ts';
import { type MutationProof, proveMutations, unexplained } from './mutation-proof.ts';

/** `docs/mutation-proof.md`. */
export function renderMutationProof(proof: MutationProof = proveMutations(parseManifest(manifestText()))): string {
  const { mutants, survivors } = proof;
  const kinds = [...new Set(mutants.map(({ kind }) => kind))];
  const rows = kinds.map((kind) => {
    const of = mutants.filter((it) => it.kind === kind).length;
    const alive = survivors.filter((it) => it.kind === kind).length;
    return [kind, `${of}`, `${of - alive}`, `${alive}`];
  });
  const whys = [...new Set(survivors.map(({ why }) => why))];
  const reasons = whys.map((why) => {
    const those = survivors.filter((it) => it.why === why);
    return [why ?? 'NOT EXPLAINED', `${those.length}`, `${those[0]?.where}`];
  });
  return (
    [
      '# Mutation proof',
      '<!-- Generated from dist/manifests by `npm run docs`; a test fails when it is stale. -->',
      'Each constant, sign, clamp, label matcher, metric name, window, limit, weight, pause and argument source of the analysis and of the Rollout in ' +
        '`dist/manifests/40-ping-service.yaml` is changed, one at a time, and the changed manifest is judged by what it does: what its queries read in scripted ' +
        'situations among look-alike series, which phases its conditions give, whether its bounds keep the promise exactly and are the nearest that do, and how scripted ' +
        'releases end under its limits and steps. The comparison with a fresh synth, which no change passes, is left out.',
      `${mutants.length} mutants, ${mutants.length - survivors.length} found out, ${survivors.length} survive, ${unexplained(proof).length} of them unexplained.`,
      table(['what is changed', 'mutants', 'found out', 'survive'], rows),
      '## Survivors',
      'None of these changes makes a difference that anyone could see.',
      table(['why', 'mutants', 'for example'], reasons),
      '`npm run prove:mutations` lists each survivor.',
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  );
}
