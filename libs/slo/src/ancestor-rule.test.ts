import { describe, expect, it } from 'vitest';
import { AncestorJudge, ancestorQuery, projectAncestor } from './ancestor-rule.ts';
import { pingServiceLevel } from './story.ts';

describe('the rule of the ancestor demo', () => {
  it('aborts at the first look that is not over 80 %, which a share of no answers is not either', () => {
    const look = (success: number) => new AncestorJudge().look(success, true);
    expect([0.81, 0.8, 0.79, NaN].map(look)).toEqual([undefined, 'success', 'success', 'success']);
  });

  it('aborts at the fourth slow look, in a row or not', () => {
    const judge = new AncestorJudge();
    const looks = [false, false, true, false, false].map((isFast) => judge.look(1, isFast));
    expect(looks).toEqual([undefined, undefined, undefined, undefined, 'p90']);
  });

  it('aborts at the fifth error in a row', () => {
    const judge = new AncestorJudge();
    const shares = [undefined, undefined, undefined, undefined, 1, ...Array<undefined>(5).fill(undefined)];
    expect(shares.map((share) => judge.look(share, true))).toEqual([...Array<undefined>(9).fill(undefined), 'success']);
  });

  it('pools all pods in one query', () => {
    const of = '{namespace="n",service="ping-service",http_route="/ping"';
    const rate = (matchers: string) => `sum(rate(http_server_request_duration_seconds_count${of}${matchers}}[20s]))`;
    const failed = rate(',http_response_status_code=~"5.."');
    expect(ancestorQuery(pingServiceLevel, 'n')).toBe(
      `label_replace((${rate('')} - (${failed} or 0 * ${rate('')})) / ${rate('')}, "ancestor_metric", "success", "", "") or ` +
        `label_replace(histogram_quantile(0.9, sum by (le) (rate(http_server_request_duration_seconds_bucket${of}}[20s]))), "ancestor_metric", "p90", "", "")`,
    );
  });
});

describe('the rule in the mean', () => {
  const stable = { failed: 0.05, slow: 0 };

  it('sees a version that fails 35 % only when most pods run it', () => {
    expect(projectAncestor({ failed: 0.35, slow: 0 }, stable)).toEqual({
      outcome: 'aborted',
      seconds: 140,
      weight: 60,
      metric: 'success',
    });
  });

  it('sees 45 % of slow answers at its fourth slow look', () => {
    expect(projectAncestor({ failed: 0.05, slow: 0.45 }, stable)).toEqual({
      outcome: 'aborted',
      seconds: 140,
      weight: 60,
      metric: 'p90',
    });
  });

  it('promotes a version that fails 18 %, more than three times as much as stable', () => {
    expect(projectAncestor({ failed: 0.18, slow: 0 }, stable)).toEqual({
      outcome: 'promoted',
      seconds: 180,
      weight: 100,
    });
  });
});
