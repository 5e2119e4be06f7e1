import { describe, expect, it } from 'vitest';
import { storySeconds, storyStart, storyUntil } from '../../test/screen-story.ts';
import type { TimedEvent } from '../release/event.ts';
import { renderScreen, type ScreenSize } from './screen.ts';
import { chooseNext, chooseNone, emptyScreen, type ScreenState, updateScreen } from './screen-state.ts';
import { paintLine, type Paint, widthOf } from './styled-line.ts';

const plain: Paint = (_tone, text) => text;
/** Of a terminal of 80 × 24 and of 120 × 40: one row and one column stay free. */
const usual: ScreenSize = { columns: 79, rows: 23 };
const large: ScreenSize = { columns: 119, rows: 39 };
const story = ['errors', 'slow', 'best', 'no-traffic', 'shared-outage', 'prometheus-down'];

function screenOf(events: readonly TimedEvent[], releases: readonly string[] = ['errors']): ScreenState {
  return events.reduce(updateScreen, emptyScreen(releases));
}

function shown(state: ScreenState, seconds: number, size: ScreenSize = usual): readonly string[] {
  return renderScreen(state, storyStart + seconds * 1_000, size).map((content) => paintLine(content, plain));
}

describe('the screen at 80 × 24, without a colour', () => {
  it('shows the system, both versions, the walks of the gate, the watch and the last events', () => {
    expect(shown(screenOf(storyUntil(16)), 16.3)).toEqual([
      ' errors  fails 35 % of its answers, must be aborted',
      ' step 2 of 8  analysis ping-service-gate  ▰▰▱▱▱▱▱▱▱▱ 20 %                 8.3 s',
      ' the gate looks at the answers of the canary',
      '                        ┌─► stable  ●aaaa1 ●aaaa2 ●aaaa3 ●aaaa4',
      '  pinger ──► balancer ──┤   stable 4 ready; canary 1 ready',
      '  ● ready               └─► canary  ●bbbb1',
      '  Prometheus ● up   traces ● up',
      '  fault slow-network by 300 ms  alerts PingErrors firing',
      '',
      '          answers  failed  failed %      p50      p90  slow',
      '  stable       58       3     5.2 %   497 ms   504 ms     2  ▁▁▁▁▂▂▁',
      '  canary       12       6    50.0 %   497 ms   504 ms     2   ██████',
      '',
      '  failed-answers-of-canary               slow-answers-of-canary',
      '  reject >= 5.49  ┤┄┄┄⣀⡠⠂┄┄┄┄┄┄┄┄┄┄┄┄┄   reject >= 5.59  ┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄',
      '  4.80            │⢀⠤⠊                   -3.60           │',
      '  keeps looking   │⠁                     keeps looking   │⠢⢄⡀',
      '  accept <= -4.47 ┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄   accept <= -4.50 ┤┄┄⠈⠑⠢⠄┄┄┄┄┄┄┄┄┄┄┄┄┄',
      '  watch  3 of 4 metrics good, answers 3 Inconclusive',
      '   +2.0 s  background analysis watch: failed-watch, slow-watch, restarts, answ…',
      '   +6.0 s  fault slow-network by 300 ms injected: each round trip takes 300 ms…',
      '   +7.0 s  alert PingErrors firing',
      '                                                                         q: end',
    ]);
  });

  it('shows pods that start before there is anything else to show', () => {
    expect(shown(screenOf(storyUntil(3)), 3.3)).toEqual([
      ' errors  fails 35 % of its answers, must be aborted',
      ' no step yet                                                              3.3 s',
      ' deploying the stable version',
      '                        ┌─► stable  ○aaaa1 ○aaaa2 ○aaaa3 ○aaaa4 ○aaaa5',
      '  pinger ──► balancer ──┤   stable 5 starting',
      '  no pod                └─► canary  no pods',
      '  Prometheus ● up   traces ● up                            no alerts, no faults',
      '',
      '          answers  failed  failed %      p50      p90  slow',
      '  stable   no answers yet',
      '  canary   no answers yet',
      '',
      '  no gate has started',
      '  watch  not started',
      '    2.0 s  Prometheus 3.5.0 ready at http://127.0.0.1:9090',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '                                                                         q: end',
    ]);
  });

  it('says which metric refused at which reading, and then that this was expected', () => {
    const aborting = shown(screenOf(storyUntil(18)), 18.3);
    expect(aborting.slice(1, 6)).toEqual([
      ' step 2 of 8  analysis ping-service-gate  ▰▰▱▱▱▱▱▱▱▱ 20 %                10.3 s',
      ' aborting: failed-answers-of-canary reads 6.08, refused >= 5.49',
      '                        ┌─► stable  ●aaaa1 ●aaaa2 ●aaaa3 ●aaaa4',
      '  pinger ──► balancer ──┤   stable 4 ready; canary 1 terminating',
      '  ● ready               └─► canary  ↓bbbb1',
    ]);
    expect(aborting.slice(13, 16)).toEqual([
      '  failed-answers-of-canary               slow-answers-of-canary',
      '  reject >= 5.49  ┤┄┄┄⣀⡠⠒⠁┄┄┄┄┄┄┄┄┄┄┄┄   reject >= 5.59  ┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄',
      '  6.08            │⢀⠤⠊                   -3.60           │',
    ]);
    const ended = shown(screenOf(storyUntil(20)), 100);
    expect(ended.slice(1, 3)).toEqual([
      ' step 2 of 8  analysis ping-service-gate  ▰▰▱▱▱▱▱▱▱▱ 20 %                12.0 s',
      ' PASS  aborted, as expected: failed-answers-of-canary 6.08 >= 5.49',
    ]);
  });
});

it('at 120 × 40 has higher walks, more events, the hashes of the versions, and what the bars reach up to', () => {
  expect(shown(screenOf(storyUntil(16)), 16.3, large)).toEqual([
    ' errors  fails 35 % of its answers, must be aborted',
    ' step 2 of 8  analysis ping-service-gate  ▰▰▱▱▱▱▱▱▱▱ 20 %                                                         8.3 s',
    ' the gate looks at the answers of the canary',
    '',
    '                        ┌─► stable old  ●aaaa1 ●aaaa2 ●aaaa3 ●aaaa4',
    '  pinger ──► balancer ──┤   stable 4 ready; canary 1 ready',
    '  ● ready               └─► canary new  ●bbbb1',
    '  Prometheus ● up   traces ● up',
    '  fault slow-network by 300 ms  alerts PingErrors firing',
    '',
    '          answers  failed  failed %      p50      p90  slow  0 to 50 % over time',
    '  stable       58       3     5.2 %   497 ms   504 ms     2  ▁▁▁▁▂▂▁',
    '  canary       12       6    50.0 %   497 ms   504 ms     2   ██████',
    '',
    '  failed-answers-of-canary                                   slow-answers-of-canary',
    '  reject >= 5.49  ┤┄┄┄┄┄⡄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄   reject >= 5.59  ┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄',
    '                  │    ⡜                                                     │',
    '                  │  ⢠⠋                                                      │',
    '  4.80            │ ⡤⠃                                       -3.60           │',
    '  keeps looking   │⠜                                         keeps looking   │',
    '                  │                                                          │⢢',
    '                  │                                                          │ ⠑⢄',
    '                  │                                                          │   ⠑⢄',
    '  accept <= -4.47 ┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄   accept <= -4.50 ┤┄┄┄┄┄⠁┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄',
    '  watch  3 of 4 metrics good, answers 3 Inconclusive',
    '   -6.0 s  Prometheus 3.5.0 ready at http://127.0.0.1:9090',
    '   -1.0 s  stable version deployed, pinged and scraped: 6 targets up',
    '   +0.0 s  releasing new over old',
    '   +0.0 s  step 1/8: setWeight 20 (weight 20 %)',
    '   +2.0 s  step 2/8: analysis ping-service-gate (weight 20 %)',
    '   +2.0 s  analysis gate: failed-answers-of-canary, slow-answers-of-canary',
    '   +2.0 s  background analysis watch: failed-watch, slow-watch, restarts, answers',
    '   +6.0 s  fault slow-network by 300 ms injected: each round trip takes 300 ms longer',
    '   +7.0 s  alert PingErrors firing',
    '',
    '',
    '',
    '',
    '                                                                                                                 q: end',
  ]);
});

it('has a line for each gate instead of a plot where there are few rows', () => {
  expect(shown(screenOf(storyUntil(16)), 16.3, { columns: 59, rows: 17 })).toEqual([
    ' errors  fails 35 % of its answers, must be aborted',
    ' step 2 of 8  analysis ping-service-gate  weight 20 % 8.3 s',
    ' the gate looks at the answers of the canary',
    '            ┌► stable  ●aaaa1 ●aaaa2 ●aaaa3 ●aaaa4',
    '  pinger ───┤  stable 4 ready; canary 1 ready',
    '  ● ready   └► canary  ●bbbb1',
    '  Prometheus ● up   traces ● up',
    '  fault slow-network by 300 ms  alerts PingErrors firing',
    '          answers  failed  failed %      p50      p90  slo…',
    '  stable       58       3     5.2 %   497 ms   504 ms     …',
    '  canary       12       6    50.0 %   497 ms   504 ms     …',
    '  failed-answer… -4.47 ────╌╌╌●─ 5.49 4.80 keeps looking',
    '  slow-answers-… -4.50 ─●╌╌───── 5.59 -3.60 keeps looking',
    '  watch  3 of 4 metrics good, answers 3 Inconclusive',
    '   +6.0 s  fault slow-network by 300 ms injected: each rou…',
    '   +7.0 s  alert PingErrors firing',
    '                                                     q: end',
  ]);
});

describe('several releases', () => {
  const ended = [...storyUntil(20), ...storyUntil(3, 'slow')];

  it('are listed by status, the one in full marked, over two rows where one is too short', () => {
    expect(shown(screenOf(ended, story), 23).slice(-2)).toEqual([
      ' PASS errors  running ▸slow',
      ' queued best no-traffic shared-outage prometheus-down         tab: next  q: end',
    ]);
    expect(shown(screenOf(ended, story), 23, large).at(-1)).toEqual(
      ' PASS errors  running ▸slow  queued best no-traffic shared-outage prometheus-down                     tab: next  q: end',
    );
  });

  const parallel = [...storyUntil(16), ...storyUntil(14, 'slow')];
  const titleOf = (state: ScreenState) => shown(state, 17)[0];

  it('that run in parallel: the oldest is shown, until a key chooses another one or none', () => {
    const state = screenOf(parallel, story);
    expect(titleOf(state)).toMatch(/^ errors .* 1 of 6$/);
    const chosen = chooseNext(state, 1);
    expect(titleOf(chosen)).toMatch(/^ slow .* 2 of 6$/);
    expect(titleOf(chooseNext(chooseNext(state, -1), 1))).toMatch(/^ errors /);
    expect(titleOf(chooseNext(state, -1))).toMatch(/^ prometheus-down +6 of 6$/);
    expect(shown(chooseNext(state, -1), 17)[2]).toBe(' queued');
    expect(shown(state, 17, large).at(-1)).toMatch(/ tab: next {2}q: end$/);
    expect(shown(chosen, 17, large).at(-1)).toMatch(/ tab: next {2}esc: oldest {2}q: end$/);
    expect(titleOf(chooseNone(chosen))).toMatch(/^ errors /);
  });

  it('keep apart what belongs to each: events of one change nothing of the other', () => {
    const alone = shown(screenOf(storyUntil(16)), 17).slice(1, -1);
    const interleaved = parallel.toSorted((a, b) => a.at - b.at);
    expect(shown(screenOf(interleaved, ['errors', 'slow']), 17).slice(1, -1)).toEqual(alone);
  });

  it('go over to the next one when the shown one has its verdict', () => {
    expect(titleOf(screenOf(ended, story))).toMatch(/^ slow /);
    expect(titleOf(screenOf(storyUntil(20), story))).toMatch(/^ errors /);
  });
});

describe('any moment of a release in any terminal', () => {
  it.each([
    { columns: 79, rows: 23 },
    { columns: 119, rows: 39 },
    { columns: 59, rows: 17 },
    { columns: 39, rows: 11 },
    { columns: 200, rows: 5 },
    { columns: 10, rows: 60 },
    { columns: 1, rows: 1 },
  ])('has $rows rows of at most $columns cells', (size) => {
    for (const second of storySeconds) {
      const state = screenOf(storyUntil(second), story);
      const lines = renderScreen(state, storyStart + second * 1_000, size);
      expect(lines).toHaveLength(size.rows);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(size.columns);
    }
  });
});

it('says that Prometheus gives no answer when samples stop, that it is stopped by a fault, and nothing of both after the end', () => {
  const prometheusLine = (state: ScreenState, second: number) => shown(state, second)[6];
  const running = screenOf(storyUntil(16));
  expect(prometheusLine(running, 19)).toBe('  Prometheus ● up   traces ● up');
  expect(prometheusLine(running, 21)).toBe('  Prometheus ! no answer   traces ● up');
  const fault = (name: string): TimedEvent =>
    ({ type: 'fault', fault: name, phase: 'injected', message: '', release: 'errors', at: storyStart }) as const;
  const stopped = [fault('stop-prometheus'), fault('stop-trace-receiver'), fault('kill-pod of canary')];
  const faulty = stopped.reduce(updateScreen, running);
  expect(shown(faulty, 17).slice(6, 8)).toEqual([
    '  Prometheus ✗ stopped   traces ✗ receiver stopped',
    '  fault slow-network by 300 ms, stop-prometheus, stop-trace-receiver  alerts P…',
  ]);
  expect(prometheusLine(screenOf(storyUntil(20)), 100)).toBe('  Prometheus ● up   traces ● up');
});

it('says that everything is being stopped once that was asked for', () => {
  expect(shown({ ...screenOf(storyUntil(16)), stopping: true }, 16)[2]).toBe(' stopping every process');
});

it('starts anew when a release is played again', () => {
  expect(shown(screenOf([...storyUntil(20), ...storyUntil(3)]), 3.3)).toEqual(shown(screenOf(storyUntil(3)), 3.3));
});

it('leaves out control characters of messages, which could move the cursor', () => {
  const message = 'one\u001b[2J\ntwo\u0007';
  const diagnosis: TimedEvent = { type: 'diagnosis', message, release: 'errors', at: storyStart + 16_000 };
  const lines = shown(updateScreen(screenOf(storyUntil(16)), diagnosis), 16);
  expect(lines.at(-2)).toBe('   +8.0 s  ! one [2J two');
});
