import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { equalSecrets, findKey, hashKey, type KeySource, nameVariable } from '../src/index.ts';
import { removeParameter } from '../src/key-source.ts';

const header: KeySource = { kind: 'header', name: 'X-API-Key' };
const query: KeySource = { kind: 'query', name: 'apikey' };
const bearer: KeySource = { kind: 'bearer' };

type Given = { readonly target?: string; readonly headers?: readonly (readonly [name: string, value: string])[] };

function find(sources: readonly KeySource[], { target = '/', headers = [] }: Given): string | undefined {
  const headerValues = (name: string) =>
    headers.filter(([its]) => its.toLowerCase() === name).map(([, value]) => value);
  return findKey(sources, { target, headerValues });
}

const found: readonly [name: string, sources: readonly KeySource[], given: Given, key: string | undefined][] = [
  ['a header, whatever its case', [header], { headers: [['x-api-KEY', 'k1']] }, 'k1'],
  ['a header that is not there', [header], {}, undefined],
  ['an empty header is none', [header, query], { headers: [['x-api-key', '']], target: '/?apikey=k2' }, 'k2'],
  [
    'a header twice, alike',
    [header],
    {
      headers: [
        ['x-api-key', 'k1'],
        ['X-Api-Key', 'k1'],
      ],
    },
    'k1',
  ],
  [
    'a header twice, differing',
    [header],
    {
      headers: [
        ['x-api-key', 'k1'],
        ['x-api-key', 'k2'],
      ],
    },
    undefined,
  ],
  ['a header twice, joined on the way', [header], { headers: [['x-api-key', 'k1, k2']] }, undefined],
  [
    'one that differs is not made up for by another source',
    [header, query],
    { headers: [['x-api-key', 'a,b']], target: '/?apikey=k' },
    undefined,
  ],
  ['a parameter', [query], { target: '/p?x=1&apikey=k1&y' }, 'k1'],
  ['a parameter, decoded once', [query], { target: '/p?%61pikey=k%2531' }, 'k%31'],
  ['a parameter twice, alike', [query], { target: '/p?apikey=k&apikey=%6b' }, 'k'],
  ['a parameter twice, differing', [query], { target: '/p?apikey=k&apikey=l' }, undefined],
  ['a parameter that can not be decoded', [query], { target: '/p?apikey=%zz' }, undefined],
  ['a parameter of another case', [query], { target: '/p?ApiKey=k' }, undefined],
  ['a parameter without a value', [query], { target: '/p?apikey' }, undefined],
  ['a plus is a plus', [query], { target: '/p?apikey=a+b' }, 'a+b'],
  ['a parameter behind a fragment', [query], { target: '/p#?apikey=k' }, undefined],
  ['a bearer token', [bearer], { headers: [['Authorization', 'Bearer k1']] }, 'k1'],
  [
    'another scheme is no token, and the next source is asked',
    [bearer, query],
    { headers: [['authorization', 'Basic k1']], target: '/?apikey=k2' },
    'k2',
  ],
  ['the order decides', [query, header], { headers: [['x-api-key', 'k1']], target: '/?apikey=k2' }, 'k2'],
];

describe('key source', () => {
  for (const [name, sources, given, key] of found) test(name, () => assert.equal(find(sources, given), key));

  // lessons: GHSA-gv94-wp4h-vv8p. Whoever reads the header next may be stricter or looser than this.
  for (const value of [
    'bearer k',
    'BEARER k',
    'Bearer\tk',
    'Bearer  k',
    'Bearer k ',
    ' Bearer k',
    'Bearer',
    'Bearer k l',
    'Bearer k,Bearer k',
    'Basic a, Bearer k',
    'Bearer "k"',
    'Bearer k=l',
  ]) {
    test(`Parser leniency: ${JSON.stringify(value)} is refused, and nothing else is asked`, () => {
      assert.equal(find([bearer, query], { headers: [['authorization', value]], target: '/?apikey=k2' }), undefined);
    });
  }

  test('Authorization given twice is refused, also where only one is a token', () => {
    for (const other of ['Bearer k', 'Basic k']) {
      assert.equal(
        find([bearer], {
          headers: [
            ['authorization', 'Bearer k'],
            ['authorization', other],
          ],
        }),
        undefined,
      );
    }
  });

  test('the place of a key is named as Apigee names it', () => {
    assert.deepEqual([header, query, bearer].map(nameVariable), [
      'request.header.x-api-key',
      'request.queryparam.apikey',
      'request.header.authorization',
    ]);
  });

  test('a parameter is taken out however its name is encoded, and all else stays as it was', () => {
    assert.equal(removeParameter('/p?a=%2F&apikey=k&b&%61pikey=l#f', 'apikey'), '/p?a=%2F&b#f');
    assert.equal(removeParameter('/p?apikey=k', 'apikey'), '/p');
    assert.equal(removeParameter('/p?%zz=1&apikey', 'apikey'), '/p?%zz=1&apikey');
  });

  test('headers and targets of every shape: no throw, and no key is left behind', () => {
    const piece = fc.oneof(
      fc.constantFrom('apikey', '=', '&', '?', '#', '%', '%61', '%zz', '/', 'Bearer', ' ', '\t', ',', 'k'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 3 }), (target, values) => {
        const headers = values.flatMap((value) => [['x-api-key', value] as const, ['authorization', value] as const]);
        for (const source of [header, query, bearer]) {
          const key = find([source], { target, headers });
          assert.ok(key === undefined || key !== '');
        }
        const cleaned = removeParameter(target, 'apikey');
        assert.equal(find([query], { target: cleaned }), undefined);
        assert.equal(removeParameter(cleaned, 'apikey'), cleaned);
      }),
      { numRuns: 2000 },
    );
  });

  test('long inputs cost no more than their length', () => {
    for (const filler of ['%', '&', 'apikey=', '=&', ' ', '\t', ',', 'Bearer ', '?', '%61']) {
      const long = filler.repeat(200_000);
      find([header], { headers: [['x-api-key', `${long}x`]] });
      find([bearer], { headers: [['authorization', `${long}x`]] });
      find([query], { target: `/?${long}x` });
    }
  });
});

test('a lookup hash is SHA-256 over lookup key and key, and secrets are compared whole', () => {
  const hex = Buffer.from(hashKey('secret', 'key'), 'latin1').toString('hex');
  // printf secretkey | sha256sum
  assert.equal(hex, 'ad165b11320bc91501ab08613cc3a48a62a6caca4d5c8b14ca82cc313b3b96cd');
  assert.notEqual(hashKey('secret', 'key'), hashKey('secret', 'kez'));
  assert.equal(equalSecrets('abc', 'abc'), true);
  for (const other of ['', 'abd', 'abcd', 'ab']) assert.equal(equalSecrets('abc', other), false);
});
