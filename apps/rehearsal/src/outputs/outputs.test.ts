import { describe, expect, it } from 'vitest';
import { aborted, promoted } from '../card/card.fixture.ts';
import { junitXml } from './junit.ts';
import { releaseResults } from './release-result.ts';
import { markdownSummary } from './summary.ts';

const interrupted = 'interrupted by SIGINT';
const started = { release: 'slow', events: aborted.events.slice(0, 1) };
const results = releaseResults(['errors', 'best', 'slow', 'other'], [aborted, promoted, started], interrupted);

it('the results say why a release has no verdict', () => {
  expect(results.map(({ release, card, error }) => [release, card?.outcome, error])).toEqual([
    ['errors', 'aborted', undefined],
    ['best', 'promoted', undefined],
    ['slow', undefined, 'interrupted by SIGINT'],
    ['other', undefined, 'not played: interrupted by SIGINT'],
  ]);
  expect(releaseResults(['slow'], [started], undefined)).toEqual([
    { release: 'slow', error: 'the run ended before its verdict' },
  ]);
});

describe('JUnit XML', () => {
  const xml = junitXml(results, new Date('2026-01-02T03:04:05Z'));

  it('has a case per release, a failure that says which and why, and an error without a verdict', () => {
    const heads = xml.split('\n').filter((line) => /<(test|failure|error)/.test(line));
    expect(heads.map((line) => line.trim().replace(/(>)FAIL.*/, '$1'))).toEqual([
      '<testsuites name="rehearsal" tests="4" failures="1" errors="2" time="70.396">',
      '<testsuite name="rehearsal" tests="4" failures="1" errors="2" time="70.396" skipped="0" timestamp="2026-01-02T03:04:05.000Z">',
      '<testcase classname="rehearsal" name="errors" time="25.396">',
      '<testcase classname="rehearsal" name="best" time="45.000">',
      '<failure message="FAIL release best: promoted, expected aborted: completed all steps" type="UnexpectedOutcome">',
      '<testcase classname="rehearsal" name="slow" time="0.000">',
      '<error message="interrupted by SIGINT" type="NoVerdict">interrupted by SIGINT</error>',
      '<testcase classname="rehearsal" name="other" time="0.000">',
      '<error message="not played: interrupted by SIGINT" type="NoVerdict">not played: interrupted by SIGINT</error>',
    ]);
  });

  it('escapes what is markup, and replaces what XML cannot hold', () => {
    const error = 'a < b & "c" \u0001 ]]> end';
    expect(junitXml([{ release: 'x"<', error }], new Date(0))).toContain(
      [
        '    <testcase classname="rehearsal" name="x&quot;&lt;" time="0.000">',
        '      <error message="a &lt; b &amp; &quot;c&quot; \uFFFD ]]&gt; end" type="NoVerdict">a &lt; b &amp; "c" \uFFFD ]]&gt; end</error>',
      ]
        .join('\n')
        .replace(']]&gt; end" type', ']]> end" type'),
    );
  });
});

it('the Markdown summary has a row per release and the cards of those with a verdict', () => {
  const lines = markdownSummary(results).split('\n');
  expect(lines.slice(0, 10)).toEqual([
    '## Rehearsal',
    '',
    '1 of 4 releases ended as expected.',
    '',
    '| | release | expected | outcome | decided after |',
    '| --- | --- | --- | --- | ---: |',
    '| PASS | errors | aborted | aborted | 18.5 s |',
    '| FAIL | best | aborted | promoted | 40.0 s |',
    '| ERROR | slow |  | interrupted by SIGINT |  |',
    '| ERROR | other |  | not played: interrupted by SIGINT |  |',
  ]);
  expect(lines.filter((line) => line.startsWith('### '))).toEqual([
    '### PASS release errors: aborted, as expected',
    '### FAIL release best: promoted, expected aborted',
  ]);
});
