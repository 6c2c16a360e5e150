import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { createVault } from '../../src/adapters/vault.ts';
import type { Credential } from '../../src/domain/credential.ts';
import type { ArchiveItem, Store } from '../../src/ports/store.ts';
import { gatewayKeySetting } from '../../src/ports/vault.ts';
import {
  insertApp,
  insertCredential,
  insertDeveloper,
  insertOrganization,
  makeApp,
  makeCredential,
  makeDeveloper,
  makeOrganization,
  nextVersion,
} from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { replay } from './archive.ts';
import { collect, useStore } from './context.ts';

const [formerKey, newKey, otherKey] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
assert.ok(formerKey && newKey && otherKey);
const former = createVault({ masterKey: formerKey });
const both = createVault({ masterKey: newKey, previousMasterKeys: [formerKey] });
const fresh = createVault({ masterKey: newKey });
const other = createVault({ masterKey: otherKey });

/** Secrets at rest (G9), and the keys that they rest under. */
export function secretSuite(engine: StoreEngine): void {
  describe(`${engine.name}: secrets`, () => {
    restTests(engine);
    compareTests(engine);
    masterKeyTests(engine);
    archiveTests(engine);
  });
}

async function insertKeys(store: Store, organizations: number): Promise<Credential[]> {
  const credentials: Credential[] = [];
  for (let at = 0; at < organizations; at++) {
    const { id } = await insertOrganization(store);
    const app = await insertApp(store, await insertDeveloper(store, id));
    credentials.push(await insertCredential(store, app));
  }
  return credentials;
}

async function readKeys(store: Store, credentials: readonly Credential[]): Promise<(Credential | undefined)[]> {
  return Promise.all(
    credentials.map(({ organizationId, consumerKey }) => store.credentials.findByKey(organizationId, consumerKey)),
  );
}

function rowsOf(items: readonly ArchiveItem[], table: string): Readonly<Record<string, string | number | null>>[] {
  return items.flatMap((item) => (item.kind === 'row' && item.table === table ? [item.row] : []));
}

/** What of it a store of the first schema held: these tables, without the columns that came later. */
function ofFirstSchema(items: readonly ArchiveItem[]): ArchiveItem[] {
  return items.flatMap((item) => {
    if (item.kind !== 'row' || !['organization', 'developer', 'setting'].includes(item.table)) return [];
    const { may_own_apps: _apps, may_be_member: _companies, secrets_shown_once: _later, ...row } = item.row;
    return [{ ...item, row }];
  });
}

function compareTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('knows a secret that is shown once, and no other of the key', async () => {
    const store = await context.open(await context.createHome());
    const [credential] = await insertKeys(store, 1);
    assert.ok(credential);
    const { organizationId, consumerKey, consumerSecret = '' } = credential;
    const matches = (key: string, secret: string) => store.credentials.matchesSecret(organizationId, key, secret);
    for (const once of [false, true]) {
      const organization = await store.organizations.find(organizationId);
      assert.ok(organization);
      if (once) {
        await store.write((t) => t.organizations.update(nextVersion(organization, { secretsShownOnce: true })));
        assert.equal((await store.credentials.findByKey(organizationId, consumerKey))?.consumerSecret, undefined);
      }
      assert.equal(await matches(consumerKey, consumerSecret), true);
      assert.equal(await matches(consumerKey, `${consumerSecret}x`), false);
      assert.equal(await matches(consumerKey, ''), false);
      assert.equal(await matches('nobody', consumerSecret), false);
      assert.equal(await store.credentials.matchesSecret('no organization', consumerKey, consumerSecret), false);
    }
  });

  it('forgets the signing keys of an organization that is deleted', async () => {
    const store = await context.open(await context.createHome());
    const organization = await insertOrganization(store);
    const name = gatewayKeySetting(organization.id);
    await store.write((t) => t.settings.set(name, 'sealed'));
    await store.write((t) => t.organizations.delete(organization));
    assert.equal(await store.settings.get(name), undefined);
  });
}

function restTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('leaves no key and no secret in a row, an archive, the database file or its log', async () => {
    const home = await context.createHome();
    const store = await context.open(home);
    const [credential] = await insertKeys(store, 1);
    assert.ok(credential?.consumerSecret);
    const changed = nextVersion(credential, { status: 'revoked' });
    await store.write((t) => t.credentials.update(changed));
    const archive = JSON.stringify(await collect(store.archive.dump()));
    assert.ok(archive.includes(credential.id));
    const texts = [archive];
    if (!engine.manyNodes) {
      const files = await readdir(dirname(home.place));
      assert.ok(files.some((name) => name.endsWith('-wal')));
      for (const name of files) texts.push(await readFile(join(dirname(home.place), name), 'latin1'));
      assert.ok(texts.some((text) => text !== archive && text.includes(credential.id)));
    }
    for (const secret of [credential.consumerKey, credential.consumerSecret]) {
      const shapes = ['utf8', 'hex', 'base64', 'base64url'] as const;
      for (const shape of shapes.map((each) => Buffer.from(secret).toString(each))) {
        assert.ok(texts.every((text) => !text.includes(shape)));
      }
    }
    assert.deepEqual(await readKeys(store, [credential]), [changed]);
  });

  it('opens no secret that was moved to another credential or organization', async () => {
    const store = await context.open(await context.createHome());
    const credentials = await insertKeys(store, 2);
    const items = await collect(store.archive.dump());
    const [first, second] = rowsOf(items, 'credential');
    const [one, two] = rowsOf(items, 'organization_key');
    assert.ok(first && second && one && two);
    const swapped = items.map((item): ArchiveItem => {
      if (item.kind !== 'row' || item.table !== 'credential') return item;
      return { ...item, row: { ...item.row, sealed: (item.row === first ? second : first)['sealed'] ?? null } };
    });
    await store.archive.load(replay(swapped));
    for (const credential of credentials) await assert.rejects(store.credentials.listOfApp(credential.appId));
    const rekeyed = items.map((item): ArchiveItem => {
      if (item.kind !== 'row' || item.table !== 'organization_key') return item;
      const { organization_id: own } = item.row;
      return { ...item, row: { ...(item.row === one ? two : one), organization_id: own ?? null } };
    });
    await assert.rejects(store.archive.load(replay(rekeyed)), /another master key/);
  });

  it('forgets the keys of a deleted organization with it', async () => {
    const store = await context.open(await context.createHome());
    const [credential] = await insertKeys(store, 1);
    const organization = await store.organizations.find(credential?.organizationId ?? '');
    assert.ok(organization);
    await store.write((t) => t.organizations.delete(organization));
    const items = await collect(store.archive.dump());
    assert.equal(rowsOf(items, 'credential').length, 1);
    assert.deepEqual(rowsOf(items, 'organization_key'), []);
  });
}

function masterKeyTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('does not open under another master key, and says so', async () => {
    const home = await context.createHome();
    const store = await context.open(home, { vault: former });
    const credentials = await insertKeys(store, 1);
    await store.close();
    for (const vault of [other, fresh]) {
      await assert.rejects(home.open({ vault }), {
        name: 'MasterKeyMismatch',
        message: /^The master key does not open the secrets in this store: /,
      });
    }
    const again = await context.open(home, { vault: former });
    assert.deepEqual(await readKeys(again, credentials), credentials);
  });

  it('changes its master key in bounded steps while keys are read and made', async () => {
    const home = await context.createHome();
    const old = await context.open(home, { vault: former });
    const credentials = await insertKeys(old, 5);
    const names = ['token-signing-key', gatewayKeySetting('one'), gatewayKeySetting('two')];
    for (const name of names) {
      await old.write((t) => t.settings.set(name, former.sealSetting(name, 'a signing key')));
    }
    if (!engine.manyNodes) await old.close();
    const store = await context.open(home, { vault: both });
    credentials.push(...(await insertKeys(store, 1)));
    const steps: number[] = [];
    for (let step = -1; step !== 0; steps.push(step)) {
      step = await store.rewrapKeys(2);
      assert.deepEqual(await readKeys(store, credentials), credentials);
    }
    // Five organizations, the signing key, and those of two organizations for their gateways.
    assert.deepEqual(steps, [2, 2, 2, 2, 0]);
    assert.deepEqual(await readKeys(engine.manyNodes ? old : store, credentials.slice(0, 5)), credentials.slice(0, 5));
    await store.close();
    const after = await context.open(home, { vault: fresh });
    assert.deepEqual(await readKeys(after, credentials), credentials);
    for (const name of names) {
      const setting = (await after.settings.get(name)) ?? '';
      assert.equal(fresh.openSetting(name, setting), 'a signing key');
      assert.equal(former.openSetting(name, setting), undefined);
    }
    await after.close();
    await assert.rejects(home.open({ vault: former }), { name: 'MasterKeyMismatch' });
  });

  it('keeps the keys of an organization whose making runs more than once', async () => {
    const home = await context.createHome();
    const store = await context.open(home);
    const organization = makeOrganization();
    const developer = makeDeveloper(organization.id);
    const app = makeApp(organization.id, { kind: 'developer', id: developer.id });
    const credential = makeCredential(app);
    const make = (outcome: 'fails' | 'succeeds') =>
      store.write(async (t) => {
        await t.organizations.insert(organization);
        await t.developers.insert(developer);
        await t.apps.insert(app);
        await t.credentials.insert(credential);
        if (outcome === 'fails') throw new Error('the work fails once');
      });
    await assert.rejects(make('fails'), /fails once/);
    await make('succeeds');
    await store.close();
    const again = await context.open(home);
    assert.deepEqual(await readKeys(again, [credential]), [credential]);
  });
}

function archiveTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('restores an archive under the same master key only', async () => {
    const source = await context.open(await context.createHome(), { vault: former });
    const credentials = await insertKeys(source, 2);
    const archive = await collect(source.archive.dump());
    const same = await context.open(await context.createHome(), { vault: former });
    await same.archive.load(replay(archive));
    assert.deepEqual(await readKeys(same, credentials), credentials);
    const foreign = await context.open(await context.createHome(), { vault: other });
    const own = await insertKeys(foreign, 1);
    await assert.rejects(
      foreign.archive.load(replay(archive)),
      /sealed with another master key: restore it where that one is known/,
    );
    assert.deepEqual(await readKeys(foreign, own), own);
  });

  it('gives keys to organizations of a store and an archive that are older than keys', async () => {
    const store = await context.open(await context.createHome());
    const { id } = await insertOrganization(store);
    const developer = await insertDeveloper(store, id);
    const { createdAt } = developer;
    const common = { organization_id: id, version: 3 };
    const rows = ofFirstSchema(await collect(store.archive.dump())).concat([
      { kind: 'row', table: 'app', row: { ...common, id: 'an-app', owner_id: developer.id, name: 'Shop' } },
      { kind: 'row', table: 'company', row: { ...common, id: 'a-company', name: 'Acme' } },
      {
        kind: 'row',
        table: 'company_member',
        row: { ...common, company_id: 'a-company', developer_id: developer.id },
      },
    ]);
    await store.archive.load(
      replay([{ kind: 'head', schema: 1, rows: rows.length }, ...rows, { kind: 'end', rows: rows.length }]),
    );
    const app = await store.apps.findByName({ kind: 'developer', id: developer.id }, 'Shop');
    assert.deepEqual([app?.status, app?.version, app?.createdAt, app?.attributes], ['approved', 3, createdAt, []]);
    assert.equal((await store.companies.findByName(id, 'acme'))?.name, 'Acme');
    const members = await store.companies.listMembers('a-company');
    assert.deepEqual(members, [{ developerId: developer.id, roles: [], email: developer.email }]);
    assert.ok(app);
    const credential = await insertCredential(store, app);
    assert.deepEqual(await readKeys(store, [credential]), [credential]);
  });

  it('lets a node go on that has the keys of an organization open while it comes back from an older archive', async () => {
    const node = await context.openNodes(1);
    const [kept] = await insertKeys(node(1), 1);
    assert.ok(kept);
    const rows = ofFirstSchema(await collect(node(0).archive.dump()));
    await node(0).archive.load(
      replay([{ kind: 'head', schema: 1, rows: rows.length }, ...rows, { kind: 'end', rows: rows.length }]),
    );
    const [developer] = await node(1).developers.list(kept.organizationId, { limit: 1 });
    assert.ok(developer);
    const again = await insertCredential(node(1), await insertApp(node(1), developer, { id: kept.appId }), kept);
    assert.deepEqual(again.consumerKey, kept.consumerKey);
    assert.deepEqual(await node(0).credentials.listOfApp(again.appId), [again]);
    assert.deepEqual(await readKeys(node(0), [again]), [again]);
  });
}
