import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redactUri } from '../../src/surfaces/http/uri.ts';

const app = '/v1/organizations/o/developers/ann@example.com/apps/a';
const key = 'abcdefghijklmnopqrst';

describe('a URI in audit and logs', () => {
  for (const [uri, shown] of [
    [`${app}/keys/${key}`, `${app}/keys/abcd***`],
    [`${app}/keys/${key}?action=approve`, `${app}/keys/abcd***?action=approve`],
    [`${app}/keys/${key}/apiproducts/p`, `${app}/keys/abcd***/apiproducts/p`],
    [`${app}//keys//${key}/`, `${app}//keys//abcd***/`],
    [`${app}/%6Beys/%61bcdefghijklmnopqrst`, `${app}/%6Beys/abcd***`],
    [`${app}/keys/short`, `${app}/keys/s***`],
    [`${app}/keys/create`, `${app}/keys/create`],
    [`${app}/keys`, `${app}/keys`],
    [app, app],
    [`/x/v1/organizations/o/apps?filter=consumerKey%3D${key}`, '/x/v1/organizations/o/apps?filter=***'],
    ['/x/v1/organizations/o/apps?filter=appName%3Da', '/x/v1/organizations/o/apps?filter=appName%3Da'],
    [
      `/v1/o/o/apiproducts/p?query=list&entity=keys&startkey=${key}`,
      '/v1/o/o/apiproducts/p?query=list&entity=keys&startkey=***',
    ],
    ['/v1/o/o/developers?startKey=a@b.c', '/v1/o/o/developers?startKey=a@b.c'],
    ['/v1/o/o?access_token=x&expand=true', '/v1/o/o?access_token=***&expand=true'],
  ] as const) {
    it(`shows ${uri} as ${shown}`, () => assert.equal(redactUri(uri), shown));
  }

  it('takes what is no URI at all', () => {
    for (const uri of ['', '?', '/%', '/keys/%ff', '/keys/%ED%A0%80', `/${'a'.repeat(5000)}`]) {
      assert.ok(redactUri(uri).length <= 2048);
    }
  });
});
