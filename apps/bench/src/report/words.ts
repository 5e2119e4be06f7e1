import type { BenchReport, Machine, Section } from './bench-report.ts';
import { countStandings } from './figures.ts';

/** `2 × Xeon, 8 GiB memory, Linux 6.1 x64, Node.js 24.21.0; subject and load on cores of their own` */
export function machineWords({ cpus, cpuModel, memoryBytes, system, node, coresAreSeparate }: Machine): string {
  const gibibytes = (memoryBytes / 2 ** 30).toFixed(1).replace(/\.0$/, '');
  return `${cpus} × ${cpuModel}, ${gibibytes} GiB memory, ${system}, Node.js ${node}; ${coresWords(coresAreSeparate)}`;
}

function coresWords(areSeparate: boolean): string {
  return areSeparate ? 'subject and load on cores of their own' : 'subject and load on whatever core was free';
}

/** `2026-11-23 00:10 UTC, 42 s`; a quick run says so. */
export function measuredWords({ startedAt, seconds, effort }: Section): string {
  const quick = effort === 'quick' ? '; a quick run: rough figures' : '';
  return `${startedAt.replace('T', ' ').slice(0, 16)} UTC, ${durationWords(seconds)}${quick}`;
}

function durationWords(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** `8 of 9 aims reached, 1 missed; 12 figures without an aim` and what failed. */
export function standingWords({ sections }: Pick<BenchReport, 'sections'>): string {
  const { reached, missed, stated } = countStandings(sections.flatMap(({ findings }) => findings?.rows ?? []));
  const failed = sections.filter(({ failure }) => failure !== undefined).map(({ name }) => name);
  return [
    `${reached} of ${reached + missed} aims reached${missed > 0 ? `, ${missed} missed` : ''}`,
    `${stated} ${stated === 1 ? 'figure' : 'figures'} without an aim`,
    ...(failed.length > 0 ? [`not measured: ${failed.join(', ')}`] : []),
  ].join('; ');
}
