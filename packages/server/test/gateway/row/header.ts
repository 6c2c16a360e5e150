import { type Header, type Row, row, spoofed } from '../row.ts';

/** A header under its own name, and as servers of the CGI kind read it: `_` for `-`, in any letters. */
function aliasesOf(name: string): Header[] {
  const half = name.replace('-', '_');
  return [name, name.toUpperCase(), name.replaceAll('-', '_'), half].map((each) => [each, spoofed]);
}

/** What a client says of itself (lessons.md: CVE-2026-31908, GHSA-5m6w-wvh7-57vm). */
const identity = [
  'X-Claviger-App',
  'X-Claviger-App-Id',
  'X-Claviger-Developer',
  'X-Claviger-Developer-Id',
  'X-Claviger-Company',
  'X-Claviger-Company-Id',
  'X-Claviger-Product',
  'X-Claviger-Product-Id',
  'X-Claviger-Credential-Id',
  'X-Claviger-Reason',
  'X-Claviger-Status',
  'X-Claviger-Target',
];

/** What makes a gateway or an API take another call than was made (lessons.md: CVE-2026-40575, GHSA-6384-m2mw-rf54). */
const another: readonly Header[] = [
  ['X-Original-URI', '/weather/v1/forecast/today'],
  ['X-Original-URL', 'http://x/weather/v1/forecast/today'],
  ['X-Original-Method', 'GET'],
  ['X-Rewrite-URL', '/weather/v1/forecast/today'],
  ['X-Forwarded-Uri', '/weather/v1/forecast/today'],
  ['X-Forwarded-Method', 'GET'],
  ['X-Forwarded-Prefix', '/weather/v1/forecast'],
  ['X-Forwarded-Path', '/weather/v1/forecast/today'],
  ['X-Envoy-Original-Path', '/weather/v1/forecast/today'],
  ['X-HTTP-Method-Override', 'GET'],
  ['X-HTTP-Method', 'GET'],
  ['X-Method-Override', 'GET'],
];
const overrides: readonly Header[] = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'].flatMap(
  aliasesOf,
);

/** What a gateway itself tells the plane. No API reads it. */
const ofGateway: readonly Header[] = ['Claviger-Credential', 'Claviger-Proxy', 'Claviger-Environment'].flatMap(
  (name) => [
    [name, 'clv_of_the_client'],
    [name.replaceAll('-', '_'), 'clv_of_the_client'],
  ],
);

export const headerRows: readonly Row[] = [
  ...identity.map((name) => row(`${name} of the client is stripped`, { key: 'weather', headers: aliasesOf(name) })),
  row('an identity header that nobody thought of is stripped', {
    key: 'weather',
    headers: aliasesOf('X-Claviger-Administrator'),
  }),
  row('identity headers of the client let nobody in', {
    headers: identity.flatMap(aliasesOf),
    verdict: 'credential.missing',
  }),
  row('headers that override the method are stripped', { key: 'weather', headers: overrides }),
  row('headers that override the method change no verdict', {
    key: 'grouped',
    method: 'DELETE',
    headers: another.filter(([name]) => name.includes('Method')),
    verdict: 'product.no-match',
  }),
  row('headers that name another path change no verdict', {
    key: 'weather',
    target: '/weather/v1/admin',
    headers: another,
    verdict: 'product.no-match',
  }),
  row('headers that name another path twice change no verdict', {
    key: 'weather',
    target: '/weather/v1/admin',
    headers: [...another, ...another],
    verdict: 'product.no-match',
  }),
  row('aliases of headers that name another path change no verdict', {
    key: 'weather',
    target: '/weather/v1/admin',
    headers: another.map(([name, value]) => [name.replaceAll('-', '_'), value]),
    verdict: 'product.no-match',
  }),
  row('headers that name another path keep nobody out', {
    key: 'weather',
    headers: another.map(([name]) => [name, '/weather/v1/../admin']),
  }),
  row('an original URL of the client does not reach the API', {
    key: 'weather',
    headers: ['X-Original-URL', 'X-Rewrite-URL'].flatMap(aliasesOf),
  }),
  row('a gateway’s own headers, sent by a client, change nothing', { key: 'weather', headers: ofGateway }),
  row('a gateway’s own headers, sent by a client, let nobody in', {
    key: 'neighbour',
    headers: [...ofGateway, ['Claviger-Proxy', 'other-v1'], ['X-Claviger-Proxy', 'other-v1']],
    verdict: 'product.no-match',
  }),
  row('a query with a gateway’s options changes no verdict', {
    key: 'neighbour',
    target: '/weather/v1/forecast/today?proxy=other-v1&environment=test&base=/&key=header:x-api-key&pass=key',
    verdict: 'product.no-match',
  }),
  row('a Connection header takes no identity away', {
    key: 'weather',
    headers: [['Connection', 'close, X-Claviger-App, X-Claviger-Developer, X-Claviger-Product, X-Trace']],
  }),
  row('headers that are many and long', {
    key: 'weather',
    headers: Array.from({ length: 3 }, (_, at) => [`X-Long-${at}`, 'x'.repeat(7000)] as const),
    mayRefuse: true,
  }),
  row('what is none of the gateway’s business stays', {
    key: 'weather',
    headers: [
      ['X-Trace', 'a b, c'],
      ['Accept', 'text/plain'],
      ['Authorization', 'Basic eDp5'],
    ],
    kept: ['x-trace', 'accept', 'authorization'],
  }),
];
