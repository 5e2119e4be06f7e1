import { pingServiceLevel } from '@observed-rollouts/slo';
import { describe, expect, it } from 'vitest';
import { aborted, cardOf, promoted } from './card.fixture.ts';
import { cardFacts } from './card-facts.ts';
import { markdownCard } from './markdown-card.ts';
import { junitXml } from '../outputs/junit.ts';
import { cardArticle } from '../report/card.ts';
import { releaseFacts } from '../report/facts.ts';
import { plain, terminalCard } from './terminal-card.ts';

describe('a card', () => {
  it('in a terminal is at most 80 cells wide', () => {
    expect(terminalCard(cardOf(aborted), plain)).toEqual([
      'PASS release errors: aborted, as expected',
      '  release     fails 35 % of its answers',
      '  why         Step-based analysis phase error/failed: Metric',
      '              "failed-answers-of-canary" assessed Failed',
      '  decided by  failed-answers-of-canary: read 6.15 against >= 5.49, Failed after',
      '              12 measurements',
      '  time        decided 18.5 s after the release started on 12.0 s of evidence,',
      '              over after 25.4 s',
      '  stable      200 answers, 10 (5.0 %) failed, 0 (0.0 %) slow',
      '  canary      40 answers, 14 (35.0 %) failed, 0 (0.0 %) slow',
      "  cost        12.0 more failed and 0.0 more slow answers than with stable's",
      '              shares',
      '  pings       254 ended: 229 ok, 25 failed answers, 0 without an answer, 0',
      '              dropped',
      "  ancestor    the ancestor demo's rule (more than 80 % success of all pods",
      '              together in 20 s) read 95.0 %, 90.1 % and would not have decided',
      '              yet; going on with these shares it would have aborted at 140.0 s,',
      '              with the canary on 60 % of the pods',
      '  failed ping of canary pod ping-service-new-x: status 500, 501.0 ms; trace',
      '              4bf92f3577b34da6a3ce929d0e0e4736',
      '                ping (pinger) 510.0 ms, error: ping.index=7',
      '                  GET /ping (ping-service) 500.0 ms, error:',
      '                  http.response.status_code=500 ping.latency_share=90%500ms',
      '                  ping.injected_failure=true',
      '              http://tempo:3200/api/traces/4bf92f3577b34da6a3ce929d0e0e4736',
      '  alerts      PingFailedAnswersBudgetBurn3D fired',
      '  fault       kill-pod at 3.0 s until 4.0 s: pod x was killed',
      '  note        this machine stood still for 2.0 s',
      '  took        first pod ready after 2.1 s; CPU 12.3 s of the workloads and 2.1 s',
      '              of the rehearsal itself; at most 512 MiB',
      '  repeat      npm run rehearse -- errors --seed 7',
    ]);
  });

  it('shows the whole condition when it is more than one bound', () => {
    const [, , decided] = cardFacts({
      ...cardOf(aborted),
      decidedBy: {
        run: 'r',
        metric: 'failed-answers-too-many-but-not-clearly-above-stable',
        phase: 'Inconclusive',
        value: '[1 2]',
        condition: 'result[0] < 400 || result[0] >= 405.98',
        measurements: 1,
      },
    }).facts;
    expect(decided?.text).toBe(
      'failed-answers-too-many-but-not-clearly-above-stable: read [1 2] with result[0] < 400 || result[0] >= 405.98, Inconclusive after 1 measurement',
    );
  });

  it('leaves out what there is not, and says it where a reader would look for it', () => {
    const { headline, facts } = cardFacts(cardOf(promoted));
    expect([headline, ...facts.map(({ label, text }) => `${label}: ${text}`)]).toEqual([
      'FAIL release best: promoted, expected aborted',
      'release: is fast',
      'why: completed all steps',
      'decided by: no metric',
      'time: decided 40.0 s after the release started, over after 45.0 s',
      'stable: no answers that Prometheus has seen',
      'canary: no answers that Prometheus has seen',
      'pings: 400 ended: 395 ok, 1 failed answer, 4 without an answer, 2 dropped: the pinger or this machine stood still until its bound in flight was full',
      "ancestor: the ancestor demo's rule (more than 80 % success of all pods together in 20 s) wasn't evaluated",
      'alerts: none fired',
      'repeat: npm run rehearse -- best --seed 8',
    ]);
  });

  it('says of a release whose time was up that it is still undecided', () => {
    const { facts } = cardFacts({ ...cardOf(promoted), outcome: 'waiting', endedAfterMs: 30_100 });
    expect(facts.find(({ label }) => label === 'time')?.text).toBe(
      'still undecided 30.1 s after the release started, when its time was up',
    );
  });

  it('as Markdown is a table, with the spans below it', () => {
    expect(markdownCard(cardOf(aborted)).split('\n').slice(0, 8)).toEqual([
      '### PASS release errors: aborted, as expected',
      '',
      '| fact | |',
      '| --- | --- |',
      '| release | fails 35 % of its answers |',
      '| why | Step-based analysis phase error/failed: Metric "failed-answers-of-canary" assessed Failed |',
      '| decided by | failed-answers-of-canary: read 6.15 against &gt;= 5.49, Failed after 12 measurements |',
      '| time | decided 18.5 s after the release started on 12.0 s of evidence, over after 25.4 s |',
    ]);
  });

  it('as Markdown holds nothing that would be markup', () => {
    const [started, ...rest] = promoted.events;
    const wild = { ...started, description: 'a|b <img src=x> `c` *d* [e](f)\ng' } as typeof started;
    const text = markdownCard(cardOf({ ...promoted, events: [wild, ...rest] as typeof promoted.events }));
    expect(text).toContain('| release | a\\|b &lt;img src=x&gt; \\`c\\` \\*d\\* \\[e\\](f) g |\n');
  });

  it('on a terminal holds no control characters, but colours where it is asked for them', () => {
    const events = promoted.events.map((event) =>
      event.type === 'verdict' ? { ...event, message: 'red \u001b[31m\nline' } : event,
    );
    const lines = terminalCard(cardOf({ ...promoted, events }), (tone, text) => `<${tone}>${text}</>`);
    expect(lines[0]).toBe('<bad>FAIL release best: promoted, expected aborted</>');
    expect(lines[2]).toBe('<faint>  why         </>red [31m line');
  });
});

describe('all renderers', () => {
  const squeeze = (text: string) => text.replace(/\s/g, '');
  const renderers: readonly [string, () => string][] = [
    ['terminal', () => squeeze(terminalCard(cardOf(aborted), plain).join(''))],
    ['Markdown', () => squeeze(unescape(markdownCard(cardOf(aborted))))],
    ['JUnit XML', () => squeeze(unescape(junitXml([{ release: 'errors', card: cardOf(aborted) }], new Date(0))))],
  ];

  it.each(renderers)('%s says every fact', (_name, render) => {
    const { headline, facts } = cardFacts(cardOf(aborted));
    const rendered = render();
    const texts = [
      headline,
      ...facts.flatMap(({ label, text, details = [], link = '' }) => [
        label,
        text,
        link,
        ...details.map((detail) => detail.text),
      ]),
    ];
    expect(texts.filter((text) => !rendered.includes(squeeze(text)))).toEqual([]);
    expect(texts.length).toBeGreaterThan(30);
  });

  it('the report says them, too; the spans of the ping are drawn', () => {
    const article = cardArticle(aborted, releaseFacts(aborted, pingServiceLevel));
    const shown = squeeze(unescape(article.toString().replace(/<[^>]*>/g, ' ')));
    const { headline, facts } = cardFacts(cardOf(aborted));
    const texts = [headline, ...facts.flatMap(({ label, text }) => (label === 'note' ? [text] : [label, text]))];
    expect(texts.filter((text) => !shown.includes(squeeze(text)))).toEqual([]);
    const spans = cardOf(aborted).exemplar?.spans ?? [];
    expect(spans.map(({ name }) => shown.includes(squeeze(name)))).toEqual([true, true]);
  });

  function unescape(markdown: string): string {
    return markdown
      .replace(/&quot;/g, '"')
      .replace(/&#39;/g, "'")
      .replace(/&gt;/g, '>')
      .replace(/&lt;/g, '<')
      .replace(/&amp;/g, '&')
      .replace(/\\([\\`*_[\]|~#])/g, '$1');
  }
});
