import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { type AppWorld, openAppWorld } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

const sent = [
  { name: 'b', value: 'new' },
  { name: 'a', value: '1' },
  { name: 'b', value: 'old' },
];
const taken = sent.slice(0, 2);
const person = { firstName: 'Ann', lastName: 'Other', userName: 'ann', email: 'ann@example.com' };
const product = { displayName: 'P', approvalType: 'auto', name: 'auto' };
const apps = '/developers/ann@example.com/apps';
const attributes = sent;

/** Below the organization: each makes or changes something with the whole list. */
const bodies: readonly (readonly [call: string, json: object])[] = [
  ['POST /developers', { ...person, email: 'bob@example.com', attributes }],
  ['PUT /developers/ann@example.com', { ...person, attributes }],
  ['POST /apiproducts', { ...product, name: 'twice', attributes }],
  ['PUT /apiproducts/auto', { ...product, attributes }],
  [`POST ${apps}`, { name: 'twice', attributes }],
  [`PUT ${apps}/there`, { attributes }],
  [`POST ${apps}/there/keys/create`, { consumerKey: 'twice-key', consumerSecret: 's', attributes }],
  [`PUT ${apps}/there/keys/{key}`, { attributes }],
];
const companies: typeof bodies = [
  ['POST /companies', { name: 'twice', attributes }],
  ['PUT /companies/twice', { name: 'twice', attributes }],
  ['POST /companies/twice/apps', { name: 'twice', attributes }],
];
const groups: typeof bodies = [['POST /appgroups', { name: 'twice', attributes }]];
const holders = ['/developers/ann@example.com', '/apiproducts/auto', `${apps}/there`];

describeOnEveryStore('an attribute that a body names twice', (server) => {
  const edge = openAppWorld(server, 'twice-edge');
  const x = openAppWorld(server, 'twice-x', 'x');
  const keys = new Map<AppWorld, string>();
  before(async () => {
    for (const world of [edge, x]) {
      await world.prepare();
      const { credentials } = await world.createApp({ name: 'there' });
      keys.set(world, credentials[0]?.consumerKey ?? '');
    }
  });
  const send = (world: AppWorld, call: string, json: object) => {
    const [method = '', path = ''] = call.replace('{key}', keys.get(world) ?? '').split(' ');
    return server().request(method, world.root + path, { json });
  };

  it('is on Edge what the first of the two says', async () => {
    for (const [call, json] of [...bodies, ...companies]) {
      const answer = await send(edge, call, json);
      assert.ok(answer.status < 300, `${call}: ${answer.text}`);
      // A product's come back by name (compat/edge.md §3.2).
      const shown = answer.json<{ attributes: { name: string }[] }>().attributes;
      const order = taken.map(({ name }) => name);
      assert.deepEqual(
        shown.toSorted((left, right) => order.indexOf(left.name) - order.indexOf(right.name)),
        taken,
        call,
      );
    }
    for (const path of holders) {
      const answer = await send(edge, `POST ${path}/attributes`, { attribute: sent });
      assert.deepEqual(answer.json(), { attribute: taken }, path);
    }
  });

  it('is on Edge the same in XML', async () => {
    const list = sent.map(({ name, value }) => `<Attribute><Name>${name}</Name><Value>${value}</Value></Attribute>`);
    const xml = `<App name="xml"><Attributes>${list.join('')}</Attributes></App>`;
    const answer = await edge.send('POST', '/apps', { xml, headers: { accept: 'application/json' } });
    assert.deepEqual(answer.json<{ attributes: unknown }>().attributes, taken);
  });

  it('is refused on X', async () => {
    const lists = holders.map((path) => [`POST ${path}/attributes`, { attribute: sent }] as const);
    for (const [call, json] of [...bodies, ...groups, ...lists]) {
      const answer = await send(x, call, json);
      assert.equal(answer.status, 400, `${call}: ${answer.text}`);
      assert.match(answer.text, /names the attribute b twice/, call);
    }
  });
});
