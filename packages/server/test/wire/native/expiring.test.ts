import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { openAppWorld } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

/** Who has to be told of a key that ends soon. */

interface Expiring {
  readonly id: string;
  readonly keyHint: string;
  readonly expiresAt: string;
  readonly effective: boolean;
  readonly reason: string | null;
  readonly successorId: string | null;
  readonly app: { readonly name: string };
  readonly owner: { readonly kind: string; readonly name: string };
}
interface ExpiringPage {
  readonly items: readonly Expiring[];
  readonly nextCursor: string | null;
  readonly total: number;
}

const hour = 3_600_000;

describeOnEveryStore('keys that expire', (server) => {
  const world = openAppWorld(server, 'expiring');
  const keys = new Map<string, string>();
  before(async () => {
    await world.prepare();
    for (const [name, hours] of [
      ['later', 30 * 24],
      ['third', 9],
      ['first', 1],
      ['second', 2],
      ['gone', 0],
      ['never', undefined],
    ] as const) {
      const keyExpiresIn = hours === undefined ? -1 : hours * hour;
      const { credentials } = await world.createApp({ name, apiProducts: ['auto'], keyExpiresIn });
      keys.set(name, credentials[0]?.consumerKey ?? '');
    }
    const companies = `${world.root}/companies`;
    await server().request('POST', companies, { json: { name: 'owners', displayName: 'Owners' } });
    const json = { name: 'of company', apiProducts: ['auto'], keyExpiresIn: 3 * hour };
    await server().request('POST', `${companies}/owners/apps`, { json });
  });

  const ask = async (query = '', organization = 'expiring', auth?: string) => {
    const path = `/claviger/v1/organizations/${organization}/credentials/expiring${query}`;
    return server().request('GET', path, { auth });
  };
  const list = async (query?: string): Promise<ExpiringPage> => {
    const answer = await ask(query);
    assert.equal(answer.status, 200, answer.text);
    return answer.json<ExpiringPage>();
  };
  const namesOf = ({ items }: ExpiringPage) => items.map(({ app }) => app.name);
  const at = (hours: number) => encodeURIComponent(new Date(Date.now() + hours * hour).toISOString());

  it('are those of the next two weeks, soonest first, with owner and standing and no key', async () => {
    const answer = await ask();
    const page = answer.json<ExpiringPage>();
    assert.deepEqual(namesOf(page), ['first', 'second', 'of company', 'third']);
    assert.deepEqual([page.nextCursor, page.total], [null, 4]);
    assert.partialDeepStrictEqual(page.items[0], {
      keyHint: `${keys.get('first')?.slice(0, 4)}***`,
      effective: true,
      reason: null,
      successorId: null,
      products: [{ name: 'auto', status: 'approved' }],
      app: { name: 'first', status: 'approved' },
      owner: { kind: 'developer', name: 'ann@example.com', status: 'active' },
    });
    assert.partialDeepStrictEqual(page.items[2], { owner: { kind: 'company', name: 'owners', status: 'active' } });
    for (const key of keys.values()) assert.ok(!answer.text.includes(key));
  });

  it('are those of any window, what has expired included', async () => {
    assert.deepEqual(namesOf(await list(`?expiresAfter=2000-01-01T00:00:00Z&expiresBefore=${at(1.5)}`)), [
      'gone',
      'first',
    ]);
    assert.deepEqual(namesOf(await list(`?expiresAfter=${at(5)}&expiresBefore=9999-12-31T23:59:59Z`)), [
      'third',
      'later',
    ]);
    const none = await list(`?expiresAfter=${at(-9)}&expiresBefore=${at(-8)}`);
    assert.deepEqual([none.items, none.nextCursor, none.total], [[], null, 0]);
  });

  it('come by pages that leave out none and tell the total on each', async () => {
    const window = `expiresAfter=2000-01-01T00:00:00Z&expiresBefore=9999-12-31T23:59:59Z`;
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const page: ExpiringPage = await list(`?${window}&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      assert.equal(page.total, 6);
      assert.ok(page.items.length <= 2);
      names.push(...namesOf(page));
      cursor = page.nextCursor;
    } while (cursor !== null && names.length < 20);
    assert.deepEqual(names, ['gone', 'first', 'second', 'of company', 'third', 'later']);
  });

  it('say which do not work any more, and which have a successor', async () => {
    const path = '/claviger/v1/organizations/expiring/credentials/rotate';
    const [first] = (await list()).items;
    const json = { id: first?.id, overlapSeconds: 1800, expiresInSeconds: -1 };
    const rotated = await server().request('POST', path, { json });
    assert.equal(rotated.status, 201, rotated.text);
    await world.call('POST /apps/second?action=revoke', 204);
    const { items } = await list();
    assert.deepEqual(
      items.slice(0, 2).map(({ app, reason, successorId }) => [app.name, reason, successorId !== null]),
      [
        ['first', null, true],
        ['second', 'app.revoked', false],
      ],
    );
    await world.call('POST /apps/second?action=approve', 204);
  });

  it('are refused to who may not read apps, and for a window or cursor that is none', async () => {
    const auth = await server().makeAccount('nobody-expiring@example.com');
    assert.equal((await ask('', 'expiring', auth)).status, 403);
    for (const query of [
      `?expiresAfter=${at(2)}&expiresBefore=${at(1)}`,
      '?expiresBefore=tomorrow',
      '?expiresAfter=1',
      '?cursor=bm9uc2Vuc2U',
      '?limit=0',
      '?limit=1001',
    ]) {
      assert.equal((await ask(query)).status, 400, query);
    }
  });

  it('are none of another organization, and none of what is deleted', async () => {
    await server().makeOrganization('expiring-elsewhere');
    assert.equal((await ask('', 'expiring-elsewhere')).json<ExpiringPage>().total, 0);
    await world.call('DELETE /apps/third', 200);
    const page = await list();
    assert.ok(!namesOf(page).includes('third'));
    assert.equal(page.total, page.items.length);
  });
});
