import { gzipSync } from 'node:zlib';
import type { ClientRequest } from '../support/client.ts';

/** A served route, with the surface that it belongs to. */
export interface Target {
  readonly prefix: string;
  readonly method: string;
  /** In Fastify's notation, below the prefix. */
  readonly path: string;
  readonly takesBody: boolean;
}

export interface Attack extends ClientRequest {
  readonly name: string;
  /** Statuses that alone are right; absent: anything below 500. */
  readonly statuses?: readonly number[] | undefined;
}

/** What a parameter holds where it is not the one under attack. */
const ordinary: Record<string, string> = {
  organization: 'myorg',
  organizationsId: 'myorg',
  developer: 'ann@example.com',
  developersId: 'ann@example.com',
  attribute: 'tier',
  attributesId: 'tier',
  app: 'ordinary-app',
  appsId: 'ordinary-app',
  key: 'ordinary-key-myorg',
  keysId: 'ordinary-key-myorg',
  product: 'ordinary-product',
  apiproduct: 'ordinary-product',
  apiproductsId: 'ordinary-product',
  options: 'credential=authorization&key=header:x-api-key&call=/ordinary',
  company: 'ordinary-company',
  appgroupsId: 'ordinary-company',
  environment: 'test',
  environmentsId: 'test',
  role: 'user',
  user: 'nobody@example.com',
  account: 'nobody@example.com',
  permission: '%2F',
  token: 'none',
  '*': 'developers',
};

/** Names what was planted under an id of the server's own. */
export function nameOrdinary(parameterName: string, value: string): void {
  ordinary[parameterName] = value;
}

// A literal colon is written twice, and what follows it is no parameter.
const parameter = /(?<!:):([A-Za-z]+)(?:\([^)]*\))?|\*/g;

function fillPath({ prefix, path }: Target, replace?: { readonly name: string; readonly value: string }): string {
  const filled = path.replaceAll(parameter, (hole, given: string | undefined) => {
    const name = given ?? hole;
    return name === replace?.name ? replace.value : (ordinary[name] ?? 'unknown');
  });
  return `${prefix}${filled.replace('::', ':')}`;
}

function parametersOf({ path }: Target): string[] {
  return [...path.matchAll(parameter)].map(([hole, name]) => name ?? hole);
}

const segments: Readonly<Record<string, string>> = {
  'parent directory': '..',
  'parent directory, encoded': '%2e%2e',
  'parent directory and slash, encoded': '%2e%2e%2f%2e%2e%2fother',
  'slash, encoded': 'a%2fb',
  'slash, encoded twice': 'a%252fb',
  'backslash, encoded': '..%5cother',
  'zero, encoded': 'ann%00@example.com',
  'zero, encoded twice': 'ann%2500',
  'line end, encoded': 'a%0d%0aX-Injected:%201',
  'control character': '%01%1f%7f',
  'half an escape': '%',
  'no escape': '%zz',
  'no UTF-8': '%ff%fe',
  'overlong UTF-8': '%c0%af',
  'lone surrogate': '%ed%a0%80',
  'byte order mark': '%ef%bb%bf',
  'path parameter': 'ann@example.com;a=b',
  semicolon: ';',
  empty: '',
  space: '%20',
  'very long': 'a'.repeat(5000),
  'long, encoded': '%61'.repeat(1500),
  prototype: '__proto__',
  constructor: 'constructor',
  toString: 'toString',
  'SQL text': "'%3bdrop%20table%20developer%3b--",
  wildcard: '%25',
  'object as text': '%7b%22a%22:1%7d',
  'another tenant': 'other',
  "another tenant's developer": 'marked@example.com',
  'right to left': '%e2%80%aeann@example.com',
  'template of another language': '$%7bjndi:ldap:%2f%2fx%7d',
};

const queries: Readonly<Record<string, string>> = {
  'the same parameter twice':
    'count=1&count=2&expand=true&expand=false&startKey=a&startKey=b&action=active&action=inactive',
  'prototype names': '__proto__=1&constructor=2&toString=3&__proto__[polluted]=1&hasOwnProperty=x',
  brackets: 'count[]=1&expand[a]=true&action[]=active&startKey[$gt]=',
  'no numbers': 'count=NaN',
  'too large a number': 'count=99999999999999999999999',
  'negative number': 'count=-1&rows=-1&limit=-1',
  fraction: 'count=1.5',
  'no truth': 'expand=maybe&includeCompany=2',
  zero: 'startKey=%00&ids=%00&app=%00',
  'broken escapes': 'startKey=%zz&ids=%ff&app=%',
  'many ids': `ids=${Array.from({ length: 800 }, (_, at) => `a${at}@b.c`).join(',')}`,
  'deep mask': `fields=${'a('.repeat(2000)}`,
  'mask without end': 'fields=developer(email',
  'mask of prototype names': 'fields=__proto__,constructor',
  'wrong form': 'alt=proto&prettyPrint=perhaps',
  'unknown parameters': '$.xgafv=1&callback=alert(1)&quotaUser=x',
  'very long': `startKey=${'a'.repeat(12_000)}`,
  'lone equals': '=&&==&=1',
  'times out of range': 'startTime=99999999999999999999&endTime=-1&from=x&to=y',
  'times and places that are none': 'expiresAfter=-1&expiresBefore=9999999999999999999&cursor=%ff',
  'a place of another list': 'expiresAfter=0000-01-01T00:00:00Z&cursor=OTk5OTk5OTk5OTk5OTk5Lid8fA',
  'unknown action': 'action=%27%22%3C%3E',
};

const depth = 100_000;
const entityBomb = `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">${Array.from(
  { length: 9 },
  (_, at) => `<!ENTITY a${at} "${`&a${at === 0 ? '' : at - 1};`.repeat(10)}">`,
).join('')}]><Developer><Email>&a8;</Email></Developer>`;
const externalEntity =
  '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Developer><Email>&x;</Email></Developer>';

interface Body {
  readonly type?: string;
  readonly bytes: string | Buffer;
  readonly statuses?: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
}

const json = 'application/json';
const refusedText = [400, 403, 415];
/** A body that is no good: refused as such, or because the caller may not do this at all. */
const refused = [400, 403, 404, 409];

const bodies: Readonly<Record<string, Body>> = {
  empty: { type: json, bytes: '', statuses: refused },
  'half an object': { type: json, bytes: '{"email":', statuses: refused },
  'trailing comma': { type: json, bytes: '{"email":"a@b.c",}', statuses: refused },
  'two values': { type: json, bytes: '{}{}', statuses: refused },
  'no object: null': { type: json, bytes: 'null', statuses: refused },
  'no object: text': { type: json, bytes: '"text"', statuses: refused },
  'no object: number': { type: json, bytes: '1e999', statuses: refused },
  'no object: list': { type: json, bytes: '[{"email":"a@b.c"}]', statuses: refused },
  'deep lists': { type: json, bytes: '['.repeat(depth), statuses: refused },
  'deep lists, closed': { type: json, bytes: `${'['.repeat(depth)}${']'.repeat(depth)}`, statuses: refused },
  'deep objects': { type: json, bytes: `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`, statuses: refused },
  'no UTF-8': { type: json, bytes: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), statuses: refused },
  'UTF-16': { type: json, bytes: Buffer.from('{"email":"a@b.c"}', 'utf16le'), statuses: refused },
  'lone surrogate': {
    type: json,
    bytes: '{"email":"a\\ud800@b.c","firstName":"\\udfff","lastName":"x","userName":"x"}',
  },
  'zero in texts': {
    type: json,
    bytes: '{"email":"a\\u0000@b.c","firstName":"\\u0000","lastName":"x","userName":"x"}',
  },
  'prototype names': {
    type: json,
    bytes: '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":null}',
  },
  'prototype names in attributes': {
    type: json,
    bytes:
      '{"email":"proto@example.com","firstName":"a","lastName":"b","userName":"c","attributes":[{"name":"__proto__","value":"1"},{"name":"constructor","value":"2"}],"attribute":[{"name":"__proto__","value":"1"},{"name":"toString"}],"name":"__proto__","value":"1"}',
  },
  'numbers for texts': {
    type: json,
    bytes: '{"email":1,"firstName":2,"lastName":3,"userName":4,"attributes":5,"attribute":6,"name":7,"value":8}',
  },
  'lists for texts': {
    type: json,
    bytes:
      '{"email":[],"firstName":[],"lastName":{},"userName":{},"attributes":{},"attribute":{},"name":[],"value":{}}',
  },
  'a key by two names, and lengths beyond all bounds': {
    type: json,
    bytes:
      '{"consumerKey":"ordinary-key-other","id":"\\u0000","overlapSeconds":1e308,"expiresInSeconds":-1e308,"newConsumerKey":"\\u0000"}',
  },
  "another tenant's key": {
    type: json,
    bytes: '{"consumerKey":"ordinary-key-other","overlapSeconds":0}',
  },
  'a key of an own, too long': {
    type: json,
    bytes: JSON.stringify({ consumerKey: 'ordinary-key-myorg', newConsumerSecret: 's'.repeat(3000) }),
  },
  'sums beyond every number': {
    type: json,
    bytes:
      '{"transactionId":"x","transactionAmount":{"currencyCode":"EUR","units":"9223372036854775807","nanos":999999999}}',
  },
  'numbers that are none': {
    type: json,
    bytes: '{"adjustment":{"currencyCode":"__proto__","units":1e400,"nanos":-1e400},"startTime":1e400}',
  },
  'very many attributes': {
    type: json,
    bytes: JSON.stringify({
      attribute: Array.from({ length: 20_000 }, (_, at) => ({ name: `n${at}` })),
      attributes: [{}],
    }),
  },
  'a number of many digits': { type: json, bytes: `{"email":${'9'.repeat(100_000)}}` },
  'a text that a search by pattern could choke on': {
    type: json,
    bytes: JSON.stringify({
      email: `${'a@'.repeat(50_000)}`,
      firstName: '!'.repeat(90_000),
      lastName: 'x',
      userName: 'x',
    }),
  },
  'more than the limit': { type: json, bytes: Buffer.alloc(1_048_577, 0x20), statuses: [413] },
  'XML: entity bomb': { type: 'application/xml', bytes: entityBomb, statuses: refusedText },
  'XML: external entity': { type: 'text/xml', bytes: externalEntity, statuses: refusedText },
  'XML: deep': { type: 'application/xml', bytes: '<a>'.repeat(depth), statuses: refusedText },
  'XML: half': { type: 'application/xml', bytes: '<Developer><Email>', statuses: refusedText },
  'XML: no XML': { type: 'application/xml', bytes: '{"email":"a@b.c"}', statuses: refusedText },
  'XML: many attributes': {
    type: 'application/xml',
    bytes: `<Developer ${Array.from({ length: 20_000 }, (_, at) => `a${at}="1"`).join(' ')}/>`,
  },
  'media type: plain text': { type: 'text/plain', bytes: '{}', statuses: [415] },
  'media type: several parts': { type: 'multipart/form-data; boundary=x', bytes: '--x\r\n\r\n--x--', statuses: [415] },
  'media type: another character set': { type: 'application/json; charset=utf-16', bytes: '{}' },
  'media type: none': { type: ';;;', bytes: '{}' },
  'media type: very long': { type: `application/${'x'.repeat(8000)}`, bytes: '{}', statuses: [415] },
  compressed: { type: json, bytes: gzipSync('{"email":"a@b.c"}'), headers: { 'content-encoding': 'gzip' } },
};

const otherMethods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'HEAD'];
const answered405 = new Set(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']);

/** Every attack on a route; `methods` are those that its path has. */
export function listAttacks(target: Target, methods: ReadonlySet<string>): Attack[] {
  const { method } = target;
  const path = fillPath(target);
  const body = target.takesBody ? '{"email":"a@b.c"}' : undefined;
  const headers = body === undefined ? undefined : { 'content-type': json };
  const inPath = parametersOf(target).flatMap((name) =>
    Object.entries(segments).map(
      ([what, value]): Attack => ({
        name: `${name}: ${what}`,
        method,
        path: fillPath(target, { name, value }),
        headers,
        body,
      }),
    ),
  );
  const inQuery = Object.entries(queries).map(
    ([what, query]): Attack => ({ name: `query: ${what}`, method, path: `${path}?${query}`, headers, body }),
  );
  const inBody = target.takesBody
    ? Object.entries(bodies).map(
        ([what, { type, bytes, statuses, headers: more }]): Attack => ({
          name: `body: ${what}`,
          method,
          path,
          body: Buffer.from(bytes),
          headers: { ...(type === undefined ? {} : { 'content-type': type }), ...more },
          statuses,
        }),
      )
    : [];
  const inMethod = otherMethods
    .filter((other) => !methods.has(other) && !(other === 'HEAD' && methods.has('GET')))
    .map((other): Attack => {
      const statuses = answered405.has(other) || (other === 'GET' && !methods.has('GET')) ? [405] : undefined;
      return { name: `method: ${other}`, method: other, path, statuses };
    });
  return [...inPath, ...inQuery, ...inBody, ...inMethod];
}
