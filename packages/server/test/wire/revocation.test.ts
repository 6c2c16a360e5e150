import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { edgeSurface } from '../../src/surfaces/edge/surface.ts';
import type { Route } from '../../src/surfaces/http/route.ts';
import { nativeSurface } from '../../src/surfaces/native/surface.ts';
import { xSurface } from '../../src/surfaces/x/surface.ts';
import { isLong } from '../robustness/support/scale.ts';
import type { ShownApp } from '../support/app.ts';
import { describeOnEveryStore } from '../support/every-store.ts';
import { followFeed, type RemoteVerifier } from '../support/remote-verifier.ts';
import type { TestResponse } from '../support/server.ts';
import { type Gateway, makeRuntimeToken, openGateway } from '../support/verification.ts';

const organization = 'acme';
const edge = `/edge/v1/organizations/${organization}`;
const x = `/x/v1/organizations/${organization}`;
const native = `/claviger/v1/organizations/${organization}`;
const requiring = { name: 'features.keymanagement.disable.unbounded.permissions', value: 'true' };

/** Who owns the app of a case, and how both dialects call him. */
const owners = [
  { kind: 'developer', edge: 'developers', x: 'developers', inactive: 'developer.inactive' },
  { kind: 'company', edge: 'companies', x: 'appgroups', inactive: 'company.inactive' },
] as const;
type Owner = (typeof owners)[number];

/** An app with a key on the products `wide` and `test-only`, of a new owner. */
interface Held {
  readonly key: string;
  readonly owner: string;
  readonly product: string;
}

interface Case {
  /** `METHOD path` below the organization of the dialect, with `OWNER`, `KEY` and `PRODUCT` for the names. */
  readonly call: string;
  readonly json?: object;
  readonly reason: string;
  /** What the key has; absent: `wide`. */
  readonly products?: 'none' | 'both';
}

const app = '/OWNERS/OWNER/apps/shop';
const key = `${app}/keys/KEY`;
const narrowed = { environments: ['test'], displayName: 'P', approvalType: 'auto' };

function casesOf({ inactive }: Owner): Case[] {
  return [
    { call: 'POST /OWNERS/OWNER?action=inactive', reason: inactive },
    { call: 'DELETE /OWNERS/OWNER', reason: 'credential.unknown' },
    { call: `POST ${app}?action=revoke`, reason: 'app.revoked' },
    { call: `DELETE ${app}`, reason: 'credential.unknown' },
    { call: `POST ${key}?action=revoke`, reason: 'credential.revoked' },
    { call: `DELETE ${key}`, reason: 'credential.unknown' },
    { call: `POST ${key}/apiproducts/PRODUCT?action=revoke`, reason: 'product.none-approved' },
    { call: `DELETE ${key}/apiproducts/PRODUCT`, reason: 'product.no-match', products: 'both' },
    { call: 'PUT /apiproducts/PRODUCT', json: { name: 'PRODUCT', ...narrowed }, reason: 'product.no-match' },
  ];
}

const edgeCases: readonly (Case & { readonly owner?: string })[] = [
  { call: 'PUT /OWNERS/OWNER?action=inactive', reason: 'company.inactive', owner: 'company' },
  { call: 'POST /apiproducts/PRODUCT', json: { name: 'PRODUCT', ...narrowed }, reason: 'product.no-match' },
];
const xCases: readonly Case[] = [{ call: 'DELETE /apiproducts/PRODUCT', reason: 'product.none-approved' }];

/** Routes that change something, and after which no key may do less. */
const keeping: readonly RegExp[] = [
  // What is made, and what keys, apps and owners say of themselves besides their standing.
  /\.create$/,
  /\.keys\.(import|create\.create)$/,
  /\.attributes(\.|$)/,
  /^edge\.developers\.update$|^apigee\.organizations\.developers\.update$/,
  /\.apps\.update$|\.appgroups\.update$/,
  // No key asks for the members of a company, the space of a product or the environments that there are.
  /\.companies\.developers\./,
  /\.move(WithSlash)?$/,
  /^native\.environments\./,
  // Of who may manage, and what is paid.
  /\.(users|roles|permissions|accounts|tokens)\./,
  /rateplans|balance|subscriptions|MonetizationConfig/,
  // What former keys signed is good until its own end.
  /^native\.gateway-key\.rotate$/,
  // They change no entity; a restore makes every verifier start over (LIMITATIONS.md).
  /^native\.(restore|master-key\.rotate|credentials\.lookup)$/,
];

/** However busy the machine is. */
const patient = { acknowledgeMillisecondsMax: '60000' };

describeOnEveryStore(
  'a call that takes a right away',
  (server, store) => {
    /** In short rounds each owner through one dialect: what differs between the stores does not hang on that. */
    const whole = store === 'sqlite' || isLong;
    let gateway: Gateway;
    let remote: RemoteVerifier;
    let made = 0;
    const seen = new Set<string>();

    const send = async (method: string, path: string, json?: object): Promise<TestResponse> => {
      const answer = await server().request(method, path, { json });
      assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
      if (answer.headers.has('claviger-applied')) seen.add(nameRoute(method, path));
      return answer;
    };
    before(async () => {
      await server().makeOrganization(organization);
      for (const name of ['test-only', 'other']) {
        await send('POST', `${edge}/apiproducts`, { ...narrowed, name });
      }
      gateway = await openGateway(server, organization);
      const token = await makeRuntimeToken(server(), organization, 'a process elsewhere');
      remote = await followFeed({ url: server().runtimeUrl, token });
    });
    after(() => remote[Symbol.asyncDispose]());

    const makeHeld = async (owner: Owner, products: Case['products']): Promise<Held> => {
      const name = owner.kind === 'developer' ? `dev${++made}@example.com` : `company${++made}`;
      const names = { email: name, firstName: 'De', lastName: 'Vel', userName: name };
      const draft = owner.kind === 'developer' ? names : { name };
      await send('POST', `${edge}/${owner.edge}`, draft);
      const product = `wide${made}`;
      await send('POST', `${edge}/apiproducts`, { name: product, displayName: product, approvalType: 'auto' });
      const apiProducts = products === 'none' ? [] : products === 'both' ? [product, 'test-only'] : [product];
      const answer = await send('POST', `${edge}/${owner.edge}/${name}/apps`, { name: 'shop', apiProducts });
      assert.equal(answer.headers.get('claviger-applied'), null);
      return { key: answer.json<ShownApp>().credentials[0]?.consumerKey ?? '', owner: name, product };
    };
    /** What the plane's own verifier and the one elsewhere say, which has to be the same. */
    const ask = async ({ key: presented }: Held) => {
      const question = { key: presented, environment: 'prod', proxy: 'weather', path: '/' };
      const verdict = remote.verifier.verify(question);
      const own = await gateway.ask(question);
      const found = own.allowed ? 'allowed' : own.reason;
      assert.equal(verdict.allowed ? 'allowed' : verdict.reason, found);
      return found;
    };
    const untilAllowed = async (held: Held) => {
      const question = { key: held.key, environment: 'prod', proxy: 'weather', path: '/' };
      await gateway.until(question, 'allowed');
      while (!remote.verifier.verify(question).allowed) await sleep(2);
    };
    /** Makes the call, and looks at the answer and at the verdict right after it. */
    const revoke = async (held: Held, call: string, { json, reason }: Revocation) => {
      await untilAllowed(held);
      const [method = '', path = ''] = call.split(' ');
      const answer = await send(method, path, json);
      assert.equal(await ask(held), reason);
      assertApplied(answer);
      return answer;
    };
    const fill = (text: string, { key: consumerKey, owner, product }: Held, collection: string) =>
      text
        .replaceAll('OWNERS', collection)
        .replaceAll('OWNER', owner)
        .replaceAll('KEY', consumerKey)
        .replaceAll('PRODUCT', product);

    for (const owner of owners) {
      for (const [view, root, collection, more] of [
        ['edge', edge, owner.edge, edgeCases.filter((each) => (each.owner ?? owner.kind) === owner.kind)],
        ['x', x, owner.x, xCases],
      ] as const) {
        if (!whole && (owner.kind === 'company') !== (view === 'x')) continue;
        for (const { call, json, products, reason } of [...casesOf(owner), ...more]) {
          it(`of a ${owner.kind}, ${view}: ${call} is answered when verifiers refuse: ${reason}`, async () => {
            const held = await makeHeld(owner, products);
            const [method = '', path = ''] = call.split(' ');
            const body = json && (JSON.parse(fill(JSON.stringify(json), held, collection)) as object);
            await revoke(held, `${method} ${root}${fill(path, held, collection)}`, { json: body, reason });
          });
        }
      }
    }

    for (const [method, root, collection] of [
      ['POST', edge, 'developers'],
      ['PUT', edge, 'developers'],
      ['POST', x, 'developers'],
      ['PUT', x, 'developers'],
      ['POST', edge, 'companies'],
      ['PUT', edge, 'companies'],
      ['POST', x, 'appgroups'],
    ] as const) {
      it(`${method} of a key of ${collection}, ${root.slice(1, 5)}: the first product takes the place of all`, async () => {
        const held = await makeHeld(collection === 'developers' ? owners[0] : owners[1], 'none');
        const json = { apiProducts: ['test-only'] };
        await revoke(held, `${method} ${root}${fill(key, held, collection)}`, { json, reason: 'product.no-match' });
      });
    }

    it('PUT of a key of appgroups, x: a scope less', async () => {
      const held = await makeHeld(owners[1], undefined);
      const scopes = ['READ', 'WRITE'];
      await send('PUT', `${edge}/apiproducts/${held.product}`, { ...narrowed, name: held.product, scopes });
      const path = `${x}${fill(key, held, 'appgroups')}`;
      assert.equal((await send('PUT', path, { scopes })).headers.get('claviger-applied'), null);
      assertApplied(await send('PUT', path, { scopes: ['READ'] }));
    });

    it('a rotation, an import and a rule of the organization', async () => {
      const rotated = await makeHeld(owners[0], undefined);
      const json = { consumerKey: rotated.key, overlapSeconds: 0 };
      await revoke(rotated, `POST ${native}/credentials/rotate`, { json, reason: 'credential.expired' });
      const root = `${native}/credentials/rotate`;
      const overlapping = await makeHeld(owners[0], undefined);
      assertApplied(await send('POST', root, { consumerKey: overlapping.key, overlapSeconds: 3600 }));
      assert.equal(await ask(overlapping), 'allowed');
      const bare = await makeHeld(owners[0], 'none');
      const properties = [requiring];
      await revoke(bare, `PUT ${native}`, { json: { properties }, reason: 'product.none-approved' });
      await send('PUT', native, { properties: [] });
      const call = `POST /edge/v1/organizations/${organization}`;
      const body = { name: organization, properties: { property: properties } };
      await revoke(bare, call, { json: body, reason: 'product.none-approved' });
      await send('PUT', native, { properties: [] });
    });

    it('an import waits once, and says so in its last line', async () => {
      const held = [await makeHeld(owners[0], undefined), await makeHeld(owners[0], undefined)];
      for (const each of held) await untilAllowed(each);
      const lines = [
        { kind: 'export', version: 1, organization, dialect: 'edge', exportedAt: '2026-01-01T00:00:00.000Z' },
        ...held.map(({ owner }) => ({
          kind: 'developer',
          email: owner,
          firstName: 'D',
          lastName: 'V',
          status: 'inactive',
        })),
        { kind: 'end', counts: { developer: held.length } },
      ];
      const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      const answer = await server().request('POST', `${native}/import`, { body, type: 'application/x-ndjson' });
      const { summary } = JSON.parse(answer.text.trim().split('\n').at(-1) ?? '') as { summary: Summary };
      for (const each of held) assert.equal(await ask(each), 'developer.inactive');
      const { last } = await server().plane.store.feed.head();
      assert.match(summary.revocation?.applied ?? '', /^(\d+)\/\1$/, answer.text);
      assert.deepEqual(summary.revocation?.outstanding, []);
      assert.equal(summary.revocation?.sequence, String(last));
      const again = await server().request('POST', `${native}/import`, { body, type: 'application/x-ndjson' });
      assert.ok(!again.text.includes('revocation'), again.text);
    });

    it('a runtime credential that is revoked opens nothing any more', async () => {
      const path = `${native}/runtime-credentials`;
      const other = await openGateway(server, organization);
      assert.equal((await other.ask({ key: 'unknown' })).reason, 'credential.unknown');
      const { items } = (await send('GET', path)).json<{ items: { id: string }[] }>();
      assertApplied(await send('DELETE', `${path}/${items.at(-1)?.id}`));
      await assert.rejects(other.ask({ key: 'unknown' }), /401/);
    });

    it('a product that no key has, and an organization, that are deleted', async () => {
      assertApplied(await send('DELETE', `${edge}/apiproducts/other`));
      await server().makeOrganization('short-lived');
      const { headers } = await send('DELETE', '/claviger/v1/organizations/short-lived?confirm=short-lived');
      assert.match(headers.get('claviger-applied') ?? 'absent', /^(\d+)\/\1$/);
    });

    it('tells its sequence whatever it changes, and of nobody where no right is taken', async () => {
      const { store } = server().plane;
      const held = await makeHeld(owners[0], undefined);
      const path = `${edge}/developers/${held.owner}`;
      for (const [call, json] of [
        [`POST ${path}?action=active`],
        [`PUT ${path}`, { email: held.owner, firstName: 'A', lastName: 'B', userName: 'c' }],
        [`POST ${path}/attributes/a`, { value: 'b' }],
        [`POST ${path}/apps/shop/keys/${held.key}?action=approve`],
        [`POST ${path}/apps/shop?action=approve`],
      ] as const) {
        const [method = '', url = ''] = call.split(' ');
        const answer = await send(method, url, json);
        assert.equal(answer.headers.get('claviger-sequence'), String((await store.feed.head()).last), call);
        assert.equal(answer.headers.get('claviger-applied'), null, call);
      }
      assert.equal((await send('GET', path)).headers.get('claviger-sequence'), null);
      const refused = await server().request('DELETE', `${edge}/developers/nobody@example.com`);
      assert.equal(refused.status, 404);
      assert.equal(refused.headers.get('claviger-sequence'), null);
    });

    it('is each of the routes that may take one, and no route is neither', { skip: !whole }, () => {
      const writing = [edgeSurface, xSurface, nativeSurface]
        .flatMap(({ routes }) => routes as readonly Route[])
        .filter(({ method, id }) => method !== 'GET' && id !== 'native.import')
        .map(({ id }) => id);
      const expected = writing.filter((id) => !keeping.some((shape) => shape.test(id)));
      assert.deepEqual([...seen].sort(), expected.sort());
    });
  },
  patient,
);

interface Revocation {
  readonly json: object | undefined;
  readonly reason: string;
}

interface Summary {
  readonly revocation?: { readonly sequence: string; readonly applied: string; readonly outstanding: unknown };
}

function assertApplied({ headers }: TestResponse): void {
  assert.match(headers.get('claviger-applied') ?? 'absent', /^([2-9])\/\1$/);
  assert.match(headers.get('claviger-sequence') ?? 'absent', /^\d+$/);
  assert.equal(headers.get('claviger-outstanding'), null);
}

/** The id of the route that a call reaches. */
function nameRoute(method: string, url: string): string {
  const path = new URL(url, 'http://x').pathname;
  const surface = [edgeSurface, xSurface, nativeSurface].find(({ prefix }) => path.startsWith(prefix));
  const found = ((surface?.routes ?? []) as readonly Route[])
    .filter((route) => route.method === method && shapeOf(route).test(path.slice(surface?.prefix.length)))
    .sort((left, right) => left.path.split(':').length - right.path.split(':').length);
  return found[0]?.id ?? `${method} ${path}`;
}

function shapeOf({ path }: Route): RegExp {
  return new RegExp(`^${path.replace(/:\w+(\([^)]*\)+)?/g, '[^/]+').replaceAll('::', ':')}$`);
}
