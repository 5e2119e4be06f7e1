import { pingAnswered, pingOutcomes, pingsDropped, pingsEnded } from '@observed-rollouts/contract';
import { describe, expect, it } from 'vitest';
import { parsePings, pingsSince } from './pings.ts';

/** What a pinger exposes: one series per outcome, the n-th outcome of the contract with n + `more` pings. */
const exposition = (more: number) =>
  [
    `# TYPE ${pingsEnded.name} counter`,
    ...pingOutcomes.map((outcome, index) => `${pingsEnded.name}{outcome="${outcome}"} ${index + more}`),
    `${pingsEnded.name.replace('_total', '_created')}{outcome="ok"} 99`,
    `${pingsDropped.name} ${more}`,
  ].join('\n');

describe("the pinger's counters", () => {
  it('are read by outcome, every outcome of the contract, and nothing else', () => {
    expect(parsePings(exposition(5))).toEqual({
      byOutcome: Object.fromEntries(pingOutcomes.map((outcome, index) => [outcome, index + 5])),
      dropped: 5,
    });
  });

  it('must be there', () => {
    expect(() => parsePings('up 1\n')).toThrow(`the pinger's metrics have no ${pingsEnded.name}`);
  });
});

describe('the pings of a release', () => {
  it('are what was counted since it started, each ended ping in exactly one of three groups', () => {
    const summary = pingsSince(parsePings(exposition(107)), parsePings(exposition(7)));
    expect(summary).toEqual({
      ended: 100 * pingOutcomes.length,
      ok: 100,
      failedAnswers: 300,
      transportFailures: 100 * (pingOutcomes.length - 4),
      dropped: 100,
    });
  });

  it.each([
    [pingAnswered, 'ok'],
    ['http_5xx', 'failedAnswers'],
    ['http_4xx', 'failedAnswers'],
    ['timeout', 'transportFailures'],
    ['connection_refused', 'transportFailures'],
    ['connection_reset', 'transportFailures'],
  ])('that end as %s are counted as %s', (outcome, group) => {
    const before = { byOutcome: {}, dropped: 0 };
    const summary = pingsSince({ byOutcome: { [outcome]: 1 }, dropped: 0 }, before);
    const none = { ended: 1, ok: 0, failedAnswers: 0, transportFailures: 0, dropped: 0 };
    expect(summary).toEqual({ ...none, [group]: 1 });
  });
});
