import { expect, it } from 'vitest';
import { anchor, html, trusted } from './html.ts';

it('escapes every value, in text and in attributes', () => {
  const text = `<script>alert("x")</script> & 'y'`;
  expect(html`<p title="${text}">${text}</p>`.text).toBe(
    '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;">&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;</p>',
  );
});

it('shows control characters, which no page may hold, as U+FFFD', () => {
  expect(html`${'a\u0000b\u001bc\nd\te'}`.text).toBe('a\ufffdb\ufffdc\nd\te');
});

it('takes markup as it is, joins lists, and leaves out what there is none of', () => {
  const item = (name: string) => html`<i>${name}</i>`;
  // Inline elements: the formatter breaks lines inside of blocks, and they would be part of the text.
  expect(html`<b>${['a', '<b>'].map(item)}${trusted('<i>c</i>')}${undefined}${false}${0}</b>`.text).toBe(
    '<b><i>a</i><i>&lt;b&gt;</i><i>c</i>0</b>',
  );
});

it('makes words for addresses out of any text', () => {
  expect(anchor('release', 'a b/"c"', '--')).toBe('release-a-b-c-x');
});
