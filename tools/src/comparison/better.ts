import { seconds } from '../format.ts';
import { table } from '../markdown.ts';
import type { Cell } from './compare.ts';
import { answers, estimate, sharePercent } from './format.ts';
import type { Situation } from './situation.ts';
import { allOf, cellsOf, type Study } from './study.ts';
import { harmful } from './tables.ts';

/** Means without an interval count as better from this part on. */
const clearlyLess = 0.9;

/** One situation in which other rules do better than the gate. */
interface Finding {
  readonly situation: Situation;
  readonly gate: Cell;
  readonly better: readonly { readonly title: string; readonly cell: Cell }[];
}

/** Where another rule does better, found in the figures; a part without findings is left out. */
export function betterSections(study: Study): string[] {
  const sections = [rightEnds(study), sooner(study), knownEnd(study), between(study), lessHarm(study)].flat();
  return sections.length > 0 ? sections : ['In none of these situations.'];
}

function findings(
  study: Study,
  situations: readonly Situation[],
  isBetter: (cell: Cell, gate: Cell) => boolean,
): Finding[] {
  return situations.flatMap((situation) => {
    const [gate, ...others] = cellsOf(study, situation);
    if (gate === undefined) return [];
    const better = others.flatMap((cell, index) =>
      isBetter(cell, gate) ? [{ title: study.rules[index + 1]?.title ?? '', cell }] : [],
    );
    return better.length > 0 ? [{ situation, gate, better }] : [];
  });
}

function section(
  study: Study,
  title: string,
  text: string,
  valueName: string,
  found: readonly Finding[],
  render: (cell: Cell, title: string) => string,
): string[] {
  if (found.length === 0) return [];
  return [
    `### ${title}`,
    text,
    table(
      ['Release', `this gate: ${valueName}`, `better: ${valueName}`],
      found.map(({ situation, gate, better }) => [
        situation.name,
        render(gate, study.rules[0]?.title ?? ''),
        better.map(({ title: rule, cell }) => `${rule}: ${render(cell, rule)}`).join('<br>'),
      ]),
    ),
  ];
}

function rightEnds(study: Study): string[] {
  const found = findings(
    study,
    allOf(study.situations),
    ({ right }, gate) => right !== undefined && gate.right !== undefined && right.low > gate.right.high,
  );
  const weaknesses = new Set(found.flatMap(({ situation: { weakness } }) => weakness ?? []));
  return section(
    study,
    'More right ends',
    ['Rules that end these releases rightly more often, with 95 % intervals that don’t touch.', ...weaknesses].join(
      '\n\n',
    ),
    'right end',
    found,
    ({ right }) => (right === undefined ? '' : estimate(right)),
  );
}

function sooner(study: Study): string[] {
  const asRight = (cell: Cell, gate: Cell) =>
    cell.right !== undefined && gate.right !== undefined && cell.right.high >= gate.right.low;
  const found = findings(
    study,
    allOf(study.situations),
    (cell, gate) => asRight(cell, gate) && (cell.p50 < gate.p50 || cell.p99 < gate.p99),
  );
  return section(
    study,
    'Sooner, and not less often right',
    'Rules whose median or 99th percentile is shorter, while the chance of a right end is not clearly lower. After its test a fixed sample is here promoted at once; the gate’s ' +
      'release then still passes the later weights under the watch.',
    'median / 99 % within',
    found,
    ({ p50, p99 }) => `${seconds(p50)} / ${seconds(p99)}`,
  );
}

function knownEnd(study: Study): string[] {
  const situations = [...study.situations.errors, ...study.situations.latency];
  const worst = study.rules.map(({ title }, index) => ({
    title,
    p99: Math.max(...situations.map((situation) => cellsOf(study, situation)[index]?.p99 ?? 0)),
  }));
  const [gate, ...others] = worst;
  const better = others.filter(({ p99 }) => gate !== undefined && p99 < gate.p99);
  if (gate === undefined || better.length === 0) return [];
  return [
    '### A known end',
    `How long this gate takes depends on the release: with shares between the objective and the refused share, 99 % have ended within ${seconds(gate.p99)}, the longest of all ` +
      `situations with constant shares. Over the same situations it is ${better.map(({ title, p99 }) => `${seconds(p99)} for “${title}”`).join(', ')}. ` +
      'A sample of planned size ends when it is full, whatever it holds; that can be put into a calendar.',
  ];
}

function between(study: Study): string[] {
  const { errors } = study.situations;
  const undecided = errors.filter(({ right }) => right.length === 0);
  const atObjective = errors.filter(({ right }) => right.includes('promoted')).at(-1);
  const found = findings(study, undecided, ({ ends }, gate) => ends.aborted.low > gate.ends.aborted.high);
  const price = (title: string): string => {
    const index = study.rules.findIndex((rule) => rule.title === title);
    const cell = atObjective && cellsOf(study, atObjective)[index];
    return cell === undefined ? '' : ` (at the objective: ${sharePercent(cell.ends.aborted.share)})`;
  };
  return section(
    study,
    'Stricter between the objective and the refused share',
    'These releases break the objective, and are not as bad as the share that the gate promises to refuse. Whoever wants none of them promoted needs a smaller refused share, ' +
      'which takes more answers, or one of these lines; in brackets what it does to releases that are right at the objective.',
    'aborted',
    found,
    ({ ends }, title) => sharePercent(ends.aborted.share) + price(title),
  );
}

function lessHarm(study: Study): string[] {
  const found = findings(
    study,
    harmful(study),
    ({ excessInAll }, gate) => gate.excessInAll > 1 && excessInAll < gate.excessInAll * clearlyLess,
  );
  return section(
    study,
    'Fewer bad answers in all',
    'Rules under which users see at least a tenth fewer bad answers beyond the objective, the time after the end included (see the last table of the results).',
    'excess',
    found,
    ({ excessInAll }) => answers(excessInAll),
  );
}
