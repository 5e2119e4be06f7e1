import { Yaml } from 'cdk8s';
import { expect, test } from 'vitest';
import { YamlPrinter } from '../src/synth/yaml-printer.ts';

/** Texts that YAML treats in some special way, and such as manifests hold. */
const texts = [
  ...[
    '',
    ' ',
    '\n',
    '\n\n',
    '~',
    'null',
    'Null',
    'true',
    'no',
    'NO',
    'on',
    'y',
    'Y',
    'n',
    'yes',
    '=',
    '<<',
    '.',
    '..',
    '---',
    '...',
  ],
  ...[
    '0',
    '-0',
    '+1',
    '1_000',
    '0777',
    '0o17',
    '0x1F',
    '0b11',
    '1e3',
    '1.',
    '.5',
    '.inf',
    '-.INF',
    '.NaN',
    '12:30',
    '1:2.5',
  ],
  ...[
    '2001-01-01',
    '2001-12-14t21:59:43.10-05:00',
    '1s',
    '50m',
    '128Mi',
    '100%',
    '1.2.3',
    'v1',
    'a',
    'apps/v1',
    'a b',
    'ä',
    '😀',
    '\ud800',
  ],
  ...[
    '- a',
    '-',
    '-a',
    '?',
    '? a',
    '?a',
    ':',
    ': a',
    ':a',
    'a:',
    'a: b',
    'a:b',
    '#',
    '#a',
    'a #b',
    'a#b',
    '!a',
    '&a',
    '*a',
    '|',
    '|-',
    '>',
    '%a',
    '@a',
    '`a',
  ],
  ...[
    '[a]',
    '{a}',
    'a,b',
    ',',
    '{{args.canary-hash}}',
    "'",
    '"',
    `'"`,
    "it's",
    'say "no"',
    '\\',
    'a\\b',
    '\t',
    'a\t',
    '\ta',
    'a\tb',
    ' a',
    'a ',
    '\r',
    'a\r\nb',
    '\x00',
    '\x7f',
    '\u2028',
  ],
  ...[
    'a\nb',
    'a\nb\n',
    'a\nb\n\n',
    '\na',
    '\n\na\n',
    ' a\nb',
    'a\n b\n',
    'a\n\nb',
    'a\n\n\nb\n',
    'a \nb',
    'a\n ',
    'a\n \n',
    '- a\n- b',
    'a\n---\nb',
    'a\n- b',
    '# a\nb',
    'a: b\nc: d\n',
  ],
  'sum(rate(http_server_request_duration_seconds_count{job="workloads",http_response_status_code=~"5.."}[1m])) or vector(0) '.repeat(
    20,
  ),
  'word '.repeat(300).trim(),
  'x'.repeat(1100),
];
const others = [0, 1, -1, 1.5, -0, 1e21, 1e-7, Number.MAX_SAFE_INTEGER, NaN, Infinity, -Infinity, true, false, null];

/** A number from 0 to below `end`, of a sequence that is the same in every run (Park and Miller). */
function randomFrom(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % end;
  };
}

function randomValue(random: (end: number) => number, depth: number): unknown {
  const kind = depth === 0 ? 0 : random(4);
  if (kind < 2) return random(3) > 0 ? texts[random(texts.length)] : others[random(others.length)];
  const size = random(4);
  if (kind === 2) return Array.from({ length: size }, () => randomValue(random, depth - 1));
  const keys = Array.from({ length: size }, () =>
    random(3) > 0 ? `key-${random(9)}` : (texts[random(texts.length)] as string),
  );
  return Object.fromEntries(keys.map((key) => [key, randomValue(random, depth - 1)]));
}

test.each([...texts, ...others].map((value) => [value]))(
  'prints %j as the library does, wherever it stands',
  (value) => {
    const documents = [
      { value },
      [value],
      { a: [{ value, other: value }, [value, [value]]], value: { value } },
      { a: { b: { c: { d: [value] } } }, z: 'a\nb\n' },
      ...(typeof value === 'string'
        ? [{ [value]: 'x' }, { a: { [value]: { [value]: value } }, b: [{ [value]: [] }] }]
        : []),
    ];
    const printer = new YamlPrinter();
    for (const document of documents) expect(printer.print([document])).toBe(Yaml.stringify(document));
    expect(printer.print(documents)).toBe(Yaml.stringify(...documents));
  },
);

test('prints three thousand random documents as the library does', () => {
  const random = randomFrom(20_261_123);
  const printer = new YamlPrinter();
  for (let index = 0; index < 1000; index++) {
    const documents = [1, 2, 3].map(() => [{}, []][random(20)] ?? { value: randomValue(random, 5) });
    expect(printer.print(documents)).toBe(Yaml.stringify(...documents));
  }
});

test('leaves to the library what JSON does not have', () => {
  const documents = [
    { a: undefined },
    { a: new Date(0) },
    { a: new Map([['b', 1]]) },
    { a: 1n },
    { a: [undefined, 1] },
  ];
  for (const document of documents) expect(new YamlPrinter().print([document])).toBe(Yaml.stringify(document));
});
