import type { FaultKind } from '@observed-rollouts/contract';
import type { PodPhase } from '../cluster/pod.ts';
import type { PodRole } from '../release/event.ts';
import type { ReleaseState, ShownPod } from './release-state.ts';
import { type Line, line, type Piece, spread, type Tone, toned, widthOf } from './styled-line.ts';

/** Samples come once a second: this long without one, Prometheus doesn't answer. */
const silenceMs = 4_000;
/** Letters at the end of a pod's name that tell it from the others of its version. */
const suffixLength = 5;
/** From this width on there is room for hashes. */
const wide = 100;
const narrow = 72;

const podLooks: Readonly<Record<PodPhase, { readonly symbol: string; readonly tone: Tone }>> = {
  starting: { symbol: '○', tone: 'warn' },
  ready: { symbol: '●', tone: 'good' },
  unready: { symbol: '!', tone: 'bad' },
  terminating: { symbol: '↓', tone: 'faint' },
  gone: { symbol: ' ', tone: 'faint' },
};

const phasesInOrder = ['ready', 'starting', 'unready', 'terminating'] as const;

/** The way of a ping through the system, with every pod, and what looks on. */
export function systemPicture(state: ReleaseState, now: number, width: number): readonly Line[] {
  const isNarrow = width < narrow;
  const [top, middle, bottom] = isNarrow ? ['┌► ', '┤  ', '└► '] : ['┌─► ', '┤   ', '└─► '];
  const way = line(isNarrow ? '  pinger ───' : '  pinger ──► balancer ──');
  const indent = ' '.repeat(widthOf(way));
  const pinger = line('  ', ...pingerPieces(state), ' ');
  const below = [...pinger, { text: ' '.repeat(Math.max(0, widthOf(way) - widthOf(pinger))) }];
  const room = width - widthOf(way) - top.length;
  return [
    [{ text: indent }, { text: top }, ...versionPieces(state, 'stable', room, width)],
    [...way, { text: middle }, toned('faint', describePods(state))],
    [...below, { text: bottom }, ...versionPieces(state, 'canary', room, width)],
    ...surroundings(state, now, width),
  ];
}

/** `stable ●gvlxt ●q5jrc`: symbols alone where names don't fit, and a count of those that even then don't. */
function versionPieces(
  { pods, hashes }: ReleaseState,
  role: 'stable' | 'canary',
  room: number,
  width: number,
): readonly Piece[] {
  const hash = width >= wide && hashes ? `${role} ${hashes[role]}` : role;
  const label = [toned(role, hash), { text: '  ' }];
  const own = pods.filter((pod) => pod.role === role);
  if (own.length === 0) return [...label, toned('faint', 'no pods')];
  const left = room - widthOf(label);
  const named = own.flatMap((pod) => [podPiece(pod, pod.name.slice(-suffixLength)), { text: ' ' }]);
  if (widthOf(named) <= left + 1) return [...label, ...named];
  const cells = own.map((pod) => podPiece(pod, ''));
  return cells.length <= left ? [...label, ...cells] : [...label, { text: `${own.length} pods` }];
}

function podPiece({ phase }: ShownPod, name: string): Piece {
  const { symbol, tone } = podLooks[phase];
  return toned(tone, `${symbol}${name}`);
}

/** `stable 4 ready, 1 terminating; canary 1 starting`, so that symbols need no legend. */
function describePods({ pods }: ReleaseState): string {
  const describe = (role: PodRole) => {
    const own = pods.filter((pod) => pod.role === role);
    const counts = phasesInOrder
      .map((phase) => [own.filter((pod) => pod.phase === phase).length, phase] as const)
      .filter(([count]) => count > 0)
      .map(([count, phase]) => `${count} ${phase}`);
    const restarts = own.reduce((sum, pod) => sum + pod.restarts, 0);
    const restarted = restarts === 0 ? [] : [restarts === 1 ? '1 restart' : `${restarts} restarts`];
    return counts.length === 0 ? [] : [`${role} ${[...counts, ...restarted].join(', ')}`];
  };
  return [...describe('stable'), ...describe('canary')].join('; ');
}

function pingerPieces({ pods }: ReleaseState): readonly Piece[] {
  const pinger = pods.find(({ role }) => role === 'pinger');
  if (!pinger) return [toned('faint', 'no pod')];
  const { symbol, tone } = podLooks[pinger.phase];
  return [toned(tone, symbol), { text: ` ${pinger.phase}` }];
}

/** Prometheus and the traces; alerts and faults at the right, or on a line of their own when there are any. */
function surroundings(state: ReleaseState, now: number, width: number): readonly Line[] {
  const { alerts, faults } = state;
  const watching = line('  Prometheus ', ...prometheusPieces(state, now), '   traces ', ...tracePieces(state));
  if (alerts.length === 0 && faults.length === 0)
    return [spread(watching, line(toned('faint', 'no alerts, no faults')), width)];
  const firing = alerts.map(({ name, state: alert }) => toned(alert === 'firing' ? 'bad' : 'warn', `${name} ${alert}`));
  return [
    watching,
    line(
      '  ',
      ...(faults.length > 0 ? [toned('bad', `fault ${faults.join(', ')}`), '  '] : []),
      ...(firing.length > 0 ? ['alerts ', ...separated(firing)] : []),
    ),
  ];
}

function prometheusPieces(state: ReleaseState, now: number): readonly Piece[] {
  const { prometheusReady, samples, endedAt } = state;
  if (isStopped(state, 'stop-prometheus')) return [toned('bad', '✗ stopped')];
  if (!prometheusReady) return [toned('warn', '○ starting')];
  const last = samples.at(-1)?.at;
  if (last !== undefined && endedAt === undefined && now - last > silenceMs) return [toned('bad', '! no answer')];
  return [toned('good', '● up')];
}

function tracePieces(state: ReleaseState): readonly Piece[] {
  return [isStopped(state, 'stop-trace-receiver') ? toned('bad', '✗ receiver stopped') : toned('good', '● up')];
}

function isStopped({ faults }: ReleaseState, kind: FaultKind): boolean {
  return faults.some((fault) => fault.startsWith(kind));
}

function separated(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.flatMap((piece, index) => (index === 0 ? [piece] : [{ text: ', ' }, piece]));
}
