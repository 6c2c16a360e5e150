import { keys } from '../content.ts';
import { type Row, row } from '../row.ts';

const { weather, gold, revoked } = keys;
const path = '/weather/v1/forecast/today';

const inHeader: readonly Row[] = [
  row('the name of the header in other letters', { headers: [['X-API-KEY', weather]], caller: 'weather' }),
  row('a key between spaces', { headers: [['x-api-key', `  ${weather}\t`]], caller: 'weather' }),
  row('an empty header', { headers: [['x-api-key', '']], verdict: 'credential.missing' }),
  row('the same key twice', {
    headers: [
      ['x-api-key', weather],
      ['X-Api-Key', weather],
    ],
    caller: 'weather',
    mayRefuse: true,
  }),
  row('two keys in two headers', {
    headers: [
      ['x-api-key', weather],
      ['x-api-key', gold],
    ],
    verdict: 'credential.missing',
    mayRefuse: true,
  }),
  row('a good key behind a bad one', {
    headers: [
      ['x-api-key', revoked],
      ['x-api-key', weather],
    ],
    verdict: 'credential.missing',
    mayRefuse: true,
  }),
  row('two keys in one header', { headers: [['x-api-key', `${weather}, ${gold}`]], verdict: 'credential.missing' }),
  row('a key in an alias of the header', { headers: [['X_Api_Key', weather]], verdict: 'credential.missing' }),
  row('a good key in an alias beside a bad key', {
    headers: [
      ['X_Api_Key', gold],
      ['x-api-key', revoked],
    ],
    verdict: 'credential.revoked',
  }),
  row('a key in the query where only a header counts', {
    target: `${path}?apikey=${weather}&x-api-key=${weather}`,
    verdict: 'credential.missing',
  }),
  row('a key as a bearer token where only a header counts', {
    headers: [['Authorization', `Bearer ${weather}`]],
    verdict: 'credential.missing',
  }),
  row('a key in other letters', { headers: [['x-api-key', weather.toUpperCase()]], verdict: 'credential.unknown' }),
  row('a key longer than any', { headers: [['x-api-key', 'k'.repeat(3000)]], verdict: 'credential.unknown' }),
  row('a key longer than a request may be', {
    headers: [['x-api-key', 'k'.repeat(40_000)]],
    verdict: 'credential.unknown',
    mayRefuse: true,
  }),
  row('bytes beyond ASCII for a key', {
    headers: [['x-api-key', '\u00c3\u00a9\u00ff\u0080']],
    verdict: 'credential.unknown',
    mayRefuse: true,
  }),
  row('signs that mean something elsewhere for a key', {
    headers: [['x-api-key', `${weather}%00'"\\;--$(id)\${jndi}`]],
    verdict: 'credential.unknown',
  }),
  row('an encoded key is not decoded in a header', {
    headers: [['x-api-key', weather.replace('w', '%77')]],
    verdict: 'credential.unknown',
  }),
];

const inQuery: readonly Row[] = [
  row('a key in the query', { setup: 'query', target: `${path}?apikey=${weather}`, caller: 'weather' }),
  row('a key between other parameters', {
    setup: 'query',
    target: `${path}?day=1&apikey=${weather}&x=%2F%20+&y`,
    caller: 'weather',
  }),
  row('an encoded key in the query is decoded once', {
    setup: 'query',
    target: `${path}?%61pikey=${weather.replace('w', '%77')}`,
    caller: 'weather',
  }),
  row('a key in the query that is encoded twice', {
    setup: 'query',
    target: `${path}?apikey=${weather.replace('w', '%2577')}`,
    verdict: 'credential.unknown',
  }),
  row('no key in the query', { setup: 'query', target: `${path}?day=1`, verdict: 'credential.missing' }),
  row('a parameter without a value', { setup: 'query', target: `${path}?apikey`, verdict: 'credential.missing' }),
  row('a parameter in other letters', {
    setup: 'query',
    target: `${path}?ApiKey=${weather}`,
    verdict: 'credential.missing',
  }),
  row('two keys in the query', {
    setup: 'query',
    target: `${path}?apikey=${weather}&apikey=${gold}`,
    verdict: 'credential.missing',
  }),
  row('the same key twice in the query', {
    setup: 'query',
    target: `${path}?apikey=${weather}&a=1&apikey=${weather}`,
    caller: 'weather',
  }),
  row('parameters that only some readers take apart', {
    setup: 'query',
    target: `${path}?day=1;apikey=${weather}`,
    verdict: 'credential.missing',
  }),
  row('a key in a second query', {
    setup: 'query',
    target: `${path}?a=1?apikey=${weather}`,
    verdict: 'credential.missing',
  }),
  row('a key in the header where only the query counts', {
    setup: 'query',
    key: 'weather',
    verdict: 'credential.missing',
  }),
  row('bytes that are no UTF-8 in the query', {
    setup: 'query',
    target: `${path}?apikey=%ff%fe`,
    verdict: 'credential.missing',
  }),
];

const bearer = (value: string, more: Partial<Parameters<typeof row>[1]> = {}) => ({
  setup: 'bearer' as const,
  headers: [['Authorization', value]] as const,
  ...more,
});
const missing = { verdict: 'credential.missing' } as const;

/** No other form counts (lessons.md, parser leniency: GHSA-gv94-wp4h-vv8p). */
const asBearer: readonly Row[] = [
  row('a key as a bearer token', bearer(`Bearer ${weather}`, { caller: 'weather' })),
  row('no bearer token', { setup: 'bearer', ...missing }),
  row('a scheme in other letters', bearer(`bearer ${weather}`, missing)),
  row('two spaces before the token', bearer(`Bearer  ${weather}`, missing)),
  row('a tab before the token', bearer(`Bearer\t${weather}`, missing)),
  row('something behind the token', bearer(`Bearer ${weather} x`, missing)),
  row('two tokens in one header', bearer(`Bearer ${weather}, Bearer ${gold}`, missing)),
  row('a token in quotes', bearer(`Bearer "${weather}"`, missing)),
  row('another scheme', bearer(`Basic ${btoa(`${weather}:`)}`, missing)),
  row('two headers with tokens', {
    setup: 'bearer',
    headers: [
      ['Authorization', `Bearer ${weather}`],
      ['Authorization', `Bearer ${weather}`],
    ],
    mayRefuse: true,
    ...missing,
  }),
  row('a revoked key as a bearer token', bearer(`Bearer ${revoked}`, { verdict: 'credential.revoked' })),
];

/** The first place that holds something decides. */
const inEither: readonly Row[] = [
  row('one key in the header and another in the query: the header decides', {
    setup: 'either',
    key: 'weather',
    target: `${path}?apikey=${gold}&a=1`,
  }),
  row('a bad key in the header and a good one in the query', {
    setup: 'either',
    key: 'revoked',
    target: `${path}?apikey=${gold}`,
    verdict: 'credential.revoked',
  }),
  row('a key in the query where both places count', {
    setup: 'either',
    target: `${path}?apikey=${weather}`,
    caller: 'weather',
  }),
  row('two keys in the header and a good one in the query', {
    setup: 'either',
    headers: [['x-api-key', `${weather},${gold}`]],
    target: `${path}?apikey=${gold}`,
    verdict: 'credential.missing',
  }),
];

export const keyRows: readonly Row[] = [
  ...inHeader,
  ...inQuery,
  ...asBearer,
  ...inEither,
  row('a key that is passed on where that is asked for', { setup: 'passed', key: 'weather', kept: ['x-api-key'] }),
];
