import type { Page } from 'playwright-core';

/** What WCAG 2 asks of text (1.4.3, level AA). */
const least = 4.5;

/**
 * Every visible text whose contrast to its background is too low, as `text: contrast`.
 *
 * Edge: the background is the colour of the nearest element that has one; of a plot's text it is the page's, wherever it stands.
 */
export function lowContrasts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
    const luminance = (colour) => {
      const [r, g, b] = channels(colour).slice(0, 3).map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const backgroundOf = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        const [, , , alpha = 1] = channels(colour);
        if (alpha === 1) return colour;
      }
      return 'rgb(255, 255, 255)';
    };
    const low = [];
    let texts = 0;
    for (const element of document.body.querySelectorAll('*')) {
      const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join(' ').trim();
      if (own === '' || element.getClientRects().length === 0 || element.tagName === 'title') continue;
      texts++;
      const style = getComputedStyle(element);
      const inPlot = element.closest('svg') !== null;
      const [front, back] = [inPlot ? style.fill : style.color, backgroundOf(element)].map(luminance);
      const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
      if (!(contrast >= ${least})) low.push(own.slice(0, 60) + ': ' + contrast.toFixed(2));
    }
    return texts === 0 ? ['no text at all'] : low;
  })()`);
}
