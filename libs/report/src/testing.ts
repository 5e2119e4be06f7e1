/** For tests of reports: what a reader needs of a page, seen in a browser. */
export { lowContrasts } from './contrast.ts';
export { TestBrowser, type View } from './test-browser.ts';
