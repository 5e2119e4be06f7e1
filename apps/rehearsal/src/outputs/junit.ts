import xml from 'xmlbuilder';
import { cardFacts } from '../card/card-facts.ts';
import { plain, terminalCard } from '../card/terminal-card.ts';
import type { ReleaseResult } from './release-result.ts';

const suiteName = 'rehearsal';
/** Control characters that no XML document can hold are shown as this. */
const replacement = '\uFFFD';

/**
 * A run as JUnit XML: one suite, one case per release with its card as output. A release that ended in another way than expected is a failure; one without a
 * verdict is an error.
 */
export function junitXml(results: readonly ReleaseResult[], startedAt: Date): string {
  const options = { encoding: 'UTF-8', invalidCharReplacement: replacement };
  const totals = {
    tests: results.length,
    failures: results.filter(({ card }) => card && !card.asExpected).length,
    errors: results.filter(({ card }) => !card).length,
    time: seconds(results.reduce((sum, { card }) => sum + (card?.endedAfterMs ?? 0), 0)),
  };
  const document = xml.create('testsuites', options);
  const suite = document
    .att({ name: suiteName, ...totals })
    .ele('testsuite', { name: suiteName, ...totals, skipped: 0, timestamp: startedAt.toISOString() });
  for (const result of results) addCase(suite, result);
  return `${document.end({ pretty: true })}\n`;
}

function addCase(suite: xml.XMLElement, { release, card, error = '' }: ReleaseResult): void {
  const time = seconds(card?.endedAfterMs ?? 0);
  const testCase = suite.ele('testcase', { classname: suiteName, name: release, time });
  if (!card) {
    testCase.ele('error', { message: error, type: 'NoVerdict' }, error);
    return;
  }
  const text = terminalCard(card, plain).join('\n');
  if (!card.asExpected) {
    const message = `${cardFacts(card).headline}: ${card.message}`;
    testCase.ele('failure', { message, type: 'UnexpectedOutcome' }, text);
  }
  testCase.ele('system-out', text);
}

/** Also the release's own time: deploying the stable version before it is no part of the case. */
function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
