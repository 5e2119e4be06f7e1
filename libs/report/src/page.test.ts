import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { html } from './html.ts';
import { renderPage } from './page.ts';

const page = renderPage({
  title: 'Of <x>',
  style: '.own { color: red; }',
  skipTo: { id: 'first', words: 'Skip to the first' },
  header: html`<h1>Title</h1>`,
  main: html`<p id="first">first</p>`,
  footer: html`<p>last</p>`,
});

it('allows the one style sheet that it holds, by its hash, and nothing else', () => {
  const [, styleSheet = ''] = /<style>([^]*)<\/style>/.exec(page) ?? [];
  expect(styleSheet).toMatch(/^\n:root \{[^]*\.own \{ color: red; \}$/);
  const hash = createHash('sha256').update(styleSheet).digest('base64');
  expect(page).toContain(
    `<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;" />`,
  );
  expect(page).not.toMatch(/<script|<link| src=/);
});

it('is a whole document: title, a way past its header, header, main and footer', () => {
  expect(page.replace(/<style>[^]*<\/style>/, '').replace(/>\s+</g, '><')).toMatch(
    /^<!doctype html><html lang="en"><head>.*<title>Of &lt;x&gt;<\/title>.*<\/head><body><a class="skip" href="#first">Skip to the first<\/a><header><h1>Title<\/h1><\/header><main><p id="first">first<\/p><\/main><footer><p>last<\/p><\/footer><\/body><\/html>\s*$/s,
  );
});
