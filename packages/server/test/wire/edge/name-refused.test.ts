import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openAppWorld } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

/** Names by their charset and length: what is refused is not there, and the longest that is taken is found by its path. */

const never = ['', ' ', ' a', 'a/b', 'a\u0000', 'a\nb', 'äpp', 'a+b', 'a?b', '\u{1f511}', '..', '.', 'a"b', 'a\\b'];
const every = 'aZ09._-$%';

interface NameRule {
  readonly resource: string;
  readonly collection: string;
  readonly body: object;
  readonly refused: readonly string[];
  readonly taken: readonly string[];
}

const onEdge: readonly NameRule[] = [
  {
    resource: 'an app',
    collection: '/developers/ann@example.com/apps',
    body: {},
    refused: [...never, '.a', '-a', '_a', '#a', 'n'.repeat(256)],
    taken: [`${every} #`, 'n'.repeat(255), '7', '7%41', 'a%2Fb', 'constructor'],
  },
  {
    resource: 'a product',
    collection: '/apiproducts',
    body: { displayName: 'P', approvalType: 'auto' },
    refused: [...never, 'a ', 'a#b', 'n'.repeat(101)],
    taken: [every, 'n'.repeat(100), 'Weather Product', '%41', '__proto__', 'constructor'],
  },
  {
    resource: 'a company',
    collection: '/companies',
    body: {},
    refused: [...never, '0', 'a#b', 'n'.repeat(256)],
    taken: [every, 'n'.repeat(255), 'The Company', '%41', '__proto__', 'constructor'],
  },
  {
    resource: 'a key',
    collection: '/developers/ann@example.com/apps/there/keys/create',
    body: { consumerSecret: 's' },
    refused: [...never.filter((name) => !/^\.*$/.test(name)), '.', 'a.b', 'a b', 'a%b', 'n'.repeat(2049)],
    taken: ['aZ09_-', 'n'.repeat(2048), '7', '__proto__', 'constructor', 'create-d'],
  },
];

/** X has the same names; an app group in the place of a company, which may be called `0`. */
const onX = onEdge.map((rule) =>
  rule.collection === '/companies'
    ? {
        ...rule,
        resource: 'an app group',
        collection: '/appgroups',
        refused: rule.refused.filter((name) => name !== '0'),
      }
    : rule,
);

for (const [dialect, resources] of [
  ['edge', onEdge],
  ['x', onX],
] as const) {
  describeOnEveryStore(`names on ${dialect}`, (server) => {
    const world = openAppWorld(server, `names-${dialect}`, dialect);
    before(async () => {
      await world.prepare();
      await world.createApp({ name: 'there' });
    });
    const send = (method: string, path: string, json?: object) => server().request(method, world.root + path, { json });

    for (const { resource, collection, body, refused, taken } of resources) {
      const member = collection.endsWith('/keys/create') ? 'consumerKey' : 'name';
      const itemOf = (name: string) => `${collection.replace(/\/create$/, '')}/${encodeURIComponent(name)}`;

      describe(`of ${resource}`, () => {
        it('are refused with 400, and nothing is made', async () => {
          for (const name of refused) {
            const answer = await send('POST', collection, { ...body, [member]: name });
            assert.equal(answer.status, 400, `${JSON.stringify(name.slice(0, 20))}: ${answer.text}`);
          }
        });

        it('are taken to their bounds, and found again', async () => {
          for (const name of taken) {
            const made = await send('POST', collection, { ...body, [member]: name });
            assert.ok(made.status < 300, `${name.slice(0, 20)}: ${made.text}`);
            const read = await send('GET', itemOf(name));
            assert.equal(read.json<Record<string, string>>()[member], name);
            const again = await send('POST', collection, { ...body, [member]: name });
            assert.equal(again.status, 409, again.text);
          }
        });
      });
    }
  });
}
