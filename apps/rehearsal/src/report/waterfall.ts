import { html, type Markup } from '@observed-rollouts/report';
import type { CardSpan } from '../card/card-exemplar.ts';

/** Spans below each other, each as long as it took. Edge: spans that never arrived are missing, and what is left is drawn. */
export function waterfall(spans: readonly CardSpan[]): Markup {
  if (spans.length === 0) return html`<p class="empty">None of its spans arrived.</p>`;
  const whole = Math.max(...spans.map(({ offsetMs, durationMs }) => offsetMs + durationMs), 0.001);
  return html`<ol class="waterfall">
    ${spans.map((span) => waterfallRow(span, whole))}
  </ol>`;
}

function waterfallRow(span: CardSpan, wholeMs: number): Markup {
  const { name, service, kind, depth, offsetMs, durationMs, isError, attributes } = span;
  const place = (ms: number) => (1000 * ms) / wholeMs;
  const left = Math.max(0, Math.min(place(offsetMs), 996));
  const width = Math.max(4, Math.min(place(durationMs), 1000 - left));
  return html`<li class="span depth-${Math.min(depth, 5)}">
    <div class="span-name">
      <strong>${name}</strong> <span class="service">${service}</span>
      <span class="kind">${kind}</span>${isError && html` <span class="error">error</span>`}
    </div>
    <svg class="span-bar" viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true">
      <rect
        class="${isError ? 'error' : service}"
        x="${left.toFixed(1)}"
        y="1"
        width="${width.toFixed(1)}"
        height="12"
      ></rect>
    </svg>
    <div class="span-time">${milliseconds(durationMs)}<span class="offset"> from ${milliseconds(offsetMs)}</span></div>
    <details>
      <summary>${Object.keys(attributes).length} attributes</summary>
      <dl class="attributes">
        ${Object.entries(attributes).map(
          ([key, value]) =>
            html`<dt>${key}</dt>
              <dd>${String(value)}</dd>`,
        )}
      </dl>
    </details>
  </li>`;
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} ms`;
}
