import { type Row, row } from '../row.ts';

const base = '/weather/v1';

/** Paths that a product names, and what lies close to them. */
const matched: readonly Row[] = [
  row('a path deep below a double star', { key: 'weather', target: `${base}/forecast/a/b/c?day=1&x=%2F..%2F` }),
  row('one segment for a star', { key: 'weather', target: `${base}/cities/berlin` }),
  row('two segments for a star', {
    key: 'weather',
    target: `${base}/cities/berlin/east`,
    verdict: 'product.no-match',
  }),
  row('a literal path', { key: 'weather', target: `${base}/status` }),
  row('a literal path in other letters', { key: 'weather', target: `${base}/STATUS`, verdict: 'product.no-match' }),
  row('a literal path with a slash more', { key: 'weather', target: `${base}/status/`, verdict: 'product.no-match' }),
  row('a literal path with a parameter of the path', {
    key: 'weather',
    target: `${base}/status;v=1`,
    verdict: 'product.no-match',
  }),
  row('a parameter of the path below a double star', { key: 'weather', target: `${base}/forecast/today;v=1/x` }),
  row('an encoded letter reads as the letter', { key: 'weather', target: `${base}/st%61tus` }),
  row('letters beyond ASCII, encoded', { key: 'weather', target: `${base}/caf%C3%A9` }),
  row('a path that no product names', { key: 'weather', target: `${base}/admin`, verdict: 'product.no-match' }),
  row('a query can not stand for the path', {
    key: 'weather',
    target: `${base}/admin?/../forecast/today`,
    verdict: 'product.no-match',
  }),
  row('the base path alone', { key: 'gold', target: base }),
  row('the base path and a slash', { key: 'gold', target: `${base}/?a=1` }),
  row('dots that are no dot segments', { key: 'weather', target: `${base}/forecast/..a/b...c` }),
];

const ambiguous: readonly [name: string, path: string][] = [
  ['a dot segment up', '/forecast/../admin'],
  ['a dot segment up at the end', '/forecast/..'],
  ['a dot segment', '/forecast/./today'],
  ['an encoded dot segment', '/forecast/%2e%2e/admin'],
  ['a half encoded dot segment', '/forecast/.%2E/admin'],
  ['a dot segment encoded twice', '/forecast/%252e%252e/admin'],
  ['a dot segment with a parameter', '/forecast/..;/admin'],
  ['a dot segment with an encoded parameter', '/forecast/..%3b/admin'],
  ['a doubled slash', '/forecast//admin'],
  ['an encoded slash', '/forecast%2fadmin'],
  ['an encoded slash in capitals', '/forecast%2Fadmin'],
  ['a slash encoded twice', '/forecast%252fadmin'],
  ['dots and encoded slashes', '/forecast/..%2f..%2fadmin'],
  ['a backslash', '/forecast\\..\\admin'],
  ['an encoded backslash', '/forecast/..%5cadmin'],
  ['a fragment', '/forecast/today#/../../admin'],
  ['an encoded zero', '/forecast/today%00.json'],
  ['an encoded line break', '/forecast/today%0d%0aX-Claviger-App:%20spoofed'],
  ['an overlong encoding of a slash', '/forecast/..%c0%afadmin'],
  ['bytes that are no UTF-8', '/forecast/%ff%fe'],
  ['a percent sign alone', '/forecast/100%'],
  ['a percent sign before no number', '/forecast/%zz'],
  ['an encoding of another kind', '/forecast/%u002e%u002e/admin'],
  ['an empty segment with a parameter', '/forecast/;x/admin'],
  ['a path longer than any', `/forecast/${'a'.repeat(9000)}`],
];

/** What a gateway, the verifier and the API could read differently (lessons.md, path normalisation). */
const confused: readonly Row[] = ambiguous.map(([name, path]) =>
  row(`${name} in the path`, {
    key: 'gold',
    target: base + path,
    verdict: 'request.ambiguous-path',
    mayRefuse: true,
  }),
);

/** Calls of something else than this API. */
const elsewhere: readonly Row[] = [
  ['another path', '/admin'],
  ['another version', '/weather/v2/forecast/today'],
  ['a longer name', '/weather/v1x/forecast/today'],
  ['other letters', '/Weather/v1/forecast/today'],
  ['two slashes in front, as an authority', '//weather/v1/forecast/today'],
  ['dots in front', '/../weather/v1/forecast/today'],
  ['dots that lead back to it', '/admin/../weather/v1/forecast/today'],
  ['a slash of the base path encoded', '/weather%2fv1/forecast/today'],
  ['dots out of it', '/weather/v1/../../admin'],
  ['the root', '/'],
  ['where the gateway itself asks', '/_claviger'],
  ['what the gateway asks', '/claviger/v1/gateway/nginx/key=header:x-api-key'],
].map(([name, target]) =>
  row(`outside the base path: ${name}`, {
    key: 'gold',
    target: target ?? '',
    verdict: 'request.ambiguous-path',
    mayRefuse: true,
  }),
);

export const pathRows: readonly Row[] = [
  ...matched,
  ...confused,
  ...elsewhere,
  row('raw bytes beyond ASCII in the path', {
    key: 'weather',
    target: `${base}/caf\u00c3\u00a9`,
    verdict: 'request.ambiguous-path',
    mayRefuse: true,
  }),
];
