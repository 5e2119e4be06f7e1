import type { ReleaseEnd } from '@observed-rollouts/contract';
import { seconds } from '../format.ts';
import { table } from '../markdown.ts';
import type { Cell } from './compare.ts';
import { answers, estimate } from './format.ts';
import type { Situation } from './situation.ts';
import { allOf, cellsOf, type Study } from './study.ts';

/** Wrong ends that are more frequent than this are printed in bold. */
export const toleratedWrong = 0.01;

/** A row per situation, a column per rule. */
function bySituation(
  study: Study,
  situations: readonly Situation[],
  render: (cell: Cell, situation: Situation) => string,
): string {
  return table(
    ['Release', ...study.rules.map(({ title }) => title)],
    situations.map((situation) => [
      situation.name,
      ...cellsOf(study, situation).map((cell) => render(cell, situation)),
    ]),
  );
}

/** How often each rule ends releases in a way; bold where that is wrong. */
export function endTable(study: Study, end: ReleaseEnd): string {
  const situations = allOf(study.situations).filter((situation) =>
    cellsOf(study, situation).some(({ ends }) => ends[end].share > 0),
  );
  return bySituation(study, situations, ({ ends }, { right }) => {
    const text = estimate(ends[end]);
    const isWrong = right.length > 0 && !right.includes(end) && ends[end].share > toleratedWrong;
    return isWrong ? `**${text}**` : text;
  });
}

export function timeTable(study: Study): string {
  return bySituation(study, allOf(study.situations), ({ p50, p99 }) => `${seconds(p50)} / ${seconds(p99)}`);
}

/** Where the canary's bad answers can be seen, and are its own: an outage of both versions is not ended by any end of the release. */
function visible(study: Study): Situation[] {
  return allOf(study.situations).filter(({ right, traffic }) => traffic === 'all' && !right.includes('paused'));
}

/** Where the ends have consequences that differ: everything that isn't good. */
export function harmful(study: Study): Situation[] {
  return visible(study).filter(({ right }) => !right.includes('promoted'));
}

export function harmTable(study: Study): string {
  return bySituation(study, visible(study), ({ bad, excess }) => `${answers(bad)} (${answers(excess)})`);
}

export function harmInAllTable(study: Study): string {
  return bySituation(study, harmful(study), ({ excessInAll }) => answers(excessInAll));
}
