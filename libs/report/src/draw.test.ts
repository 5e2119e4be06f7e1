import { expect, it } from 'vitest';
import { figure, Plot } from './draw.ts';
import { html } from './html.ts';
import { legend } from './legend.ts';

const drawn = figure({
  id: 'speed',
  title: 'Speed <fast>',
  words: 'Speed over time: 1, then 2.',
  caption: html`How fast it was.`,
  legend: legend([['own-line', 'speed']]),
  plot: ({ isNarrow }) => ({
    height: 100,
    marks: [Plot.lineY([1, 2], { className: isNarrow ? 'on-phone' : 'on-page' })],
  }),
}).text;

it('draws each plot for a page and for a phone, with its words for those who do not see it', () => {
  const plots = drawn.split(/(?=<svg )/).filter((part) => part.includes('class="plot '));
  expect(plots.map((plot) => /class="(plot \w+)"/.exec(plot)?.[1])).toEqual(['plot wide', 'plot narrow']);
  expect(plots.map((plot) => /width="(\d+)"/.exec(plot)?.[1])).toEqual(['920', '340']);
  expect(plots.map((plot) => /class="(on-\w+)"/.exec(plot)?.[1])).toEqual(['on-page', 'on-phone']);
  for (const plot of plots) {
    expect(plot).toContain('aria-label="Speed over time: 1, then 2."');
    expect(plot).toContain('role="img"');
  }
  expect(drawn).toContain('<h4>Speed &lt;fast&gt;</h4>');
  expect(drawn).toMatch(/<g class="own-line"><path d="M0,6H28"><\/path><\/g>\s*<\/svg>speed<\/li>/);
});

it('holds no style of its own, which the policy of a page forbids, and no coordinate finer than can be seen', () => {
  expect(drawn).not.toMatch(/<style| style=/);
  expect(drawn).not.toMatch(/\d\.\d\d/);
});

it('says why there is no plot instead of drawing an empty one', () => {
  const empty = figure({ id: 'e', title: 'E', words: 'w', empty: 'Nothing was <measured>.', plot: () => ({}) }).text;
  expect(empty).not.toContain('<svg');
  expect(empty).toContain('<p class="empty">Nothing was &lt;measured&gt;.</p>');
});
