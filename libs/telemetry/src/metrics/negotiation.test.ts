import { expect, test } from 'vitest';
import { negotiateFormat, openMetrics, plainText } from './negotiation.ts';

const prometheus3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const prometheus2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

test.each([
  ['Prometheus 3', prometheus3, openMetrics],
  ['Prometheus 2', prometheus2, openMetrics],
  ['OpenMetrics without a version', 'application/openmetrics-text', openMetrics],
  [
    'OpenMetrics in capitals, with blanks and quotes',
    ' Application/OpenMetrics-Text ; Version = "1.0.0" ',
    openMetrics,
  ],
  ['both alike', 'text/plain, application/openmetrics-text', openMetrics],
  ['plain text preferred', 'application/openmetrics-text;q=0.4, text/plain;version=0.0.4;q=0.5', plainText],
  ['OpenMetrics refused', 'application/openmetrics-text;q=0, */*', plainText],
  ['only a version of OpenMetrics that is not served', 'application/openmetrics-text;version=0.0.1', plainText],
  ['a quality that is not one', 'application/openmetrics-text;q=much', plainText],
  ['anything', '*/*', plainText],
  ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', plainText],
  ['something else', 'application/json', plainText],
  ['nothing', undefined, plainText],
  ['an empty header', '', plainText],
])('%s', (_name, accept, format) => {
  expect(negotiateFormat(accept)).toBe(format);
});
