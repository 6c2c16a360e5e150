import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it, test } from 'node:test';
import { parseConfig } from '../../src/config/config.ts';
import { Problem } from '../../src/domain/problem.ts';
import type { VerifierLeases } from '../../src/ports/verifier-lease.ts';
import { Acknowledger } from '../../src/runtime/acknowledgement.ts';
import { buildManagementApp, createLogger } from '../../src/serve.ts';
import { describeOnEveryStore } from '../support/every-store.ts';
import { openFollower, openScriptedVerifier } from '../support/follower.ts';
import { sharePostgres } from '../support/postgres.ts';
import { adminEmail, basicAuth, startTestServer, type TestServer } from '../support/server.ts';

const minute = 60_000;
const authorization = basicAuth(adminEmail);

interface Shown {
  readonly name: string;
  readonly organization: string | null;
  readonly applied: string;
  readonly behind: string;
  readonly missed: string | null;
  readonly heardAt: string;
  readonly answersUntil: string | null;
}

interface Documented {
  readonly components: { readonly headers: object };
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, { headers?: object }>> }>>>
  >;
}

/** The same plane behind another door, where calls wait otherwise. */
async function openOtherDoor(
  { plane }: TestServer,
  { millisecondsMax, leases = plane.store.leases }: { millisecondsMax: number; leases?: VerifierLeases },
) {
  const { clock, log } = plane;
  const acknowledgements = new Acknowledger({ leases, clock, log, millisecondsMax });
  const options = { log: createLogger('silent'), publicUrl: () => '' };
  const app = await buildManagementApp({ ...plane, acknowledgements }, parseConfig({}), options);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const call = async (method: string, path: string, signal?: AbortSignal) => {
    const answer = await fetch(`${url}${path}`, { method, headers: { authorization }, signal: signal ?? null });
    await answer.arrayBuffer();
    return answer;
  };
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  return { call, metrics, [Symbol.asyncDispose]: () => app.close() };
}

type Door = Awaited<ReturnType<typeof openOtherDoor>>;

describeOnEveryStore('a verifier that does not answer', (server) => {
  let made = 0;
  /** Where calls wait for as long as all but the stuck one need on a busy machine, and where longer than any test. */
  let quick: Door;
  let patient: Door;
  before(async () => {
    quick = await openOtherDoor(server(), { millisecondsMax: 2000 });
    patient = await openOtherDoor(server(), { millisecondsMax: 10 * minute });
  });
  after(async () => {
    await quick[Symbol.asyncDispose]();
    await patient[Symbol.asyncDispose]();
  });
  /** An organization of its own, with a developer to make inactive. */
  const makeOrganization = async () => {
    const organization = `stuck${++made}`;
    await server().makeOrganization(organization);
    const collection = `/edge/v1/organizations/${organization}/developers`;
    const makeDeveloper = async (email: string) => {
      const json = { email, firstName: 'A', lastName: 'B', userName: 'c' };
      const answer = await server().request('POST', collection, { json });
      assert.equal(answer.status, 201, answer.text);
      return `${collection}/${email}`;
    };
    return { organization, makeDeveloper, developer: await makeDeveloper('ann@example.com') };
  };
  const showAll = async (organization: string) => {
    const path = `/claviger/v1/organizations/${organization}/verifiers`;
    const { items } = (await server().request('GET', path)).json<{ items: Shown[] }>();
    // The plane's own stands beside them.
    return items.filter((each) => each.organization !== null);
  };

  it('is named with its last moment, slows one call and not the next, and is waited for when it caught up', async () => {
    const { organization, developer } = await makeOrganization();
    const { store } = server().plane;
    await openFollower(store, { organization, name: 'a follower' });
    const name = 'gate "é"\\\r\n, x';
    const from = Date.now();
    const stuck = await openScriptedVerifier(store, { organization, name, forMilliseconds: minute });
    const first = await quick.call('POST', `${developer}?action=inactive`);
    const [applied, total] = (first.headers.get('claviger-applied') ?? '').split('/').map(Number);
    assert.equal(first.status, 204);
    assert.equal(applied, (total ?? 0) - 1);
    assert.equal(first.headers.get('claviger-outstanding'), '%"gate %22%c3%a9%22\\%0d%0a, x"');
    const until = Date.parse(first.headers.get('claviger-outstanding-until') ?? '');
    assert.ok(until >= from + minute && until <= Date.now() + 1.3 * minute, `${until - from}`);
    const missed = first.headers.get('claviger-sequence');
    const [, shown] = await showAll(organization);
    assert.deepEqual([shown?.name, shown?.missed, Number(shown?.behind) > 0], [name, missed, true]);
    assert.ok(Date.parse(shown?.answersUntil ?? '') > from);
    // Through the door where one that waited would never be answered.
    const second = await patient.call('DELETE', developer);
    assert.equal(second.headers.get('claviger-applied'), `${applied}/${total}`);
    assert.equal((await showAll(organization))[1]?.missed, missed);
    await stuck.acknowledge();
    assert.equal((await showAll(organization))[1]?.missed, null);
    const { makeDeveloper } = await makeOrganization();
    await makeDeveloper('other@example.com');
    const again = await quick.call('DELETE', `/claviger/v1/organizations/${organization}?confirm=${organization}`);
    assert.equal(again.headers.get('claviger-applied'), `${applied}/${total}`);
    const leases = await store.leases.list(undefined);
    const lease = leases.find(({ id }) => id === stuck.id);
    assert.equal(String(lease?.missed), again.headers.get('claviger-sequence'));
    assert.match(await quick.metrics(), /claviger_revocations_total\{outcome="outstanding"\} 2/);
    await stuck.leave();
  });

  it('holds up nobody else: another write is done while one waits', async () => {
    const { organization, developer, makeDeveloper } = await makeOrganization();
    const stuck = await openScriptedVerifier(server().plane.store, { organization, name: 'slow' });
    let answered = false;
    const revocation = patient.call('POST', `${developer}?action=inactive`).finally(() => {
      answered = true;
    });
    for (let other = 0; other < 20; other++) await makeDeveloper(`other${other}@example.com`);
    assert.equal(answered, false);
    await stuck.acknowledge();
    assert.match((await revocation).headers.get('claviger-applied') ?? '', /^(\d+)\/\1$/);
    assert.match(await patient.metrics(), /claviger_revocation_seconds_count 1\n/);
    await stuck.leave();
  });

  it('is not waited for when the caller has gone', async () => {
    const { organization, developer } = await makeOrganization();
    const { store } = server().plane;
    const stuck = await openScriptedVerifier(store, { organization, name: 'slow' });
    // It closes when every call is answered.
    await using door = await openOtherDoor(server(), { millisecondsMax: 10 * minute });
    const gone = new AbortController();
    const revocation = door.call('POST', `${developer}?action=inactive`, gone.signal);
    const isInactive = async () => {
      const answer = await server().request('GET', developer);
      return answer.json<{ status: string }>().status === 'inactive';
    };
    while (!(await isInactive()));
    gone.abort();
    await assert.rejects(revocation);
    assert.equal((await showAll(organization))[0]?.missed, null);
    await stuck.leave();
  });

  it('is not known where the store does not tell, and the call has succeeded nevertheless', async () => {
    const { developer } = await makeOrganization();
    const { leases } = server().plane.store;
    const silent: VerifierLeases = {
      list: async () => {
        throw new Problem('store.unavailable', { retryAfterSeconds: 1 });
      },
      hold: (hold) => leases.hold(hold),
      leave: (id) => leases.leave(id),
      miss: (ids, sequence) => leases.miss(ids, sequence),
      onAcknowledge: (listener) => leases.onAcknowledge(listener),
    };
    await using door = await openOtherDoor(server(), { millisecondsMax: 50, leases: silent });
    const answer = await door.call('DELETE', developer);
    assert.deepEqual([answer.status, answer.headers.get('claviger-applied')], [200, 'unknown']);
    assert.match(answer.headers.get('claviger-sequence') ?? '', /^\d+$/);
    assert.equal((await server().request('GET', developer)).status, 404);
  });

  it('is what the documents tell of, for calls that change something', async () => {
    for (const [name, path] of [
      ['edge', '/v1/organizations/{organization}/developers/{developer}'],
      ['x', '/v1/organizations/{organizationsId}/developers/{developersId}'],
      ['native', '/v1/organizations/{organization}'],
    ] as const) {
      const { paths, components } = (await server().request('GET', `/openapi/${name}.json`)).json<Documented>();
      const headers = Object.keys(components.headers);
      assert.ok(['Claviger-Sequence', 'Claviger-Applied'].every((header) => headers.includes(header)));
      const success = Object.entries(paths[path]?.['delete']?.responses ?? {}).find(([status]) => status < '300');
      assert.deepEqual(Object.keys(success?.[1].headers ?? {}), headers);
      assert.ok(Object.values(paths[path]?.['get']?.responses ?? {}).every((answer) => answer.headers === undefined));
    }
  });

  it('is shown to sysadmins among those of all organizations, and to others in their own alone', async () => {
    const { organization } = await makeOrganization();
    const scripted = await openScriptedVerifier(server().plane.store, { organization, name: 'mine' });
    const all = await server().request('GET', '/claviger/v1/verifiers');
    const mine = all.json<{ items: Shown[] }>().items.find(({ name }) => name === 'mine');
    assert.deepEqual([mine?.organization, mine?.behind, mine?.answersUntil], [organization, '0', null]);
    const auth = await server().makeAccount('op@example.com', [{ organization, role: 'opsadmin' }]);
    assert.equal((await server().request('GET', '/claviger/v1/verifiers', { auth })).status, 403);
    const own = await server().request('GET', `/claviger/v1/organizations/${organization}/verifiers`, { auth });
    assert.equal(own.status, 200, own.text);
    await scripted.leave();
  });
});

const root = '/edge/v1/organizations/myorg/developers';

async function makeAnn(server: TestServer): Promise<void> {
  const json = { email: 'ann@example.com', firstName: 'A', lastName: 'B', userName: 'c' };
  const answer = await server.request('POST', root, { json });
  assert.equal(answer.status, 201, answer.text);
}

test('the plane that comes after waits for those who held a lease before', async () => {
  const data = await mkdtemp(join(tmpdir(), 'claviger-test-'));
  const settings = { data, acknowledgeMillisecondsMax: '2000' };
  const first = await startTestServer({ settings });
  await openScriptedVerifier(first.plane.store, { organization: 'myorg', name: 'old', forMilliseconds: minute });
  await makeAnn(first);
  await first.close();
  const second = await startTestServer({ settings });
  const { headers } = await second.request('DELETE', `${root}/ann@example.com`);
  assert.equal(headers.get('claviger-outstanding'), '"old"');
  await second.close();
  await rm(data, { recursive: true, force: true });
});

test('a verifier that polls one node is waited for by another', async () => {
  const databases = await sharePostgres();
  try {
    const store = { postgres: await databases.createDatabase() };
    const masterKey = randomBytes(32).toString('base64');
    const settings = { masterKey, acknowledgeMillisecondsMax: String(10 * minute) };
    await using first = await startTestServer({ store, settings });
    await using second = await startTestServer({ store, settings });
    await openFollower(first.plane.store, { organization: 'myorg', name: 'of the first' });
    const slow = await openScriptedVerifier(second.plane.store, { organization: 'myorg', name: 'of the second' });
    await makeAnn(second);
    const answer = first.request('POST', `${root}/ann@example.com?action=inactive`);
    await slow.acknowledge((await second.plane.store.feed.head()).last - 1);
    const isInactive = async () => (await second.request('GET', `${root}/ann@example.com`)).text.includes('inactive');
    while (!(await isInactive()));
    await slow.acknowledge();
    assert.match((await answer).headers.get('claviger-applied') ?? '', /^([2-9])\/\1$/);
  } finally {
    await databases.remove();
  }
});
