import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RecordChange } from '@claviger/verify';
import type { Store } from '../../src/ports/store.ts';
import {
  insertApp,
  insertCompany,
  insertCredential,
  insertDeveloper,
  insertOrganization,
  insertProduct,
  makeChange,
  makeDeveloper,
  makeRuntimeCredential,
  nextVersion,
} from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { useStore } from './context.ts';

async function walk(store: Store, organizationId: string) {
  const records: RecordChange[] = [];
  const sizes: number[] = [];
  const place = await store.verification.walk(organizationId, async (batch) => {
    records.push(...batch);
    sizes.push(batch.length);
  });
  return { place, records, sizes };
}

/** An organization with a record of each noun. */
async function fill(store: Store) {
  const organization = await insertOrganization(store);
  const developer = await insertDeveloper(store, organization.id, { attributes: [{ name: 'a', value: 'b' }] });
  const company = await insertCompany(store, organization.id, { displayName: 'C' });
  const quota = { quota: '5', quotaInterval: '1', quotaTimeUnit: 'hour' };
  const product = await insertProduct(store, organization.id, { ...quota, proxies: ['p'], scopes: ['READ'] });
  const app = await insertApp(store, developer, { scopes: ['READ'] });
  await insertApp(store, company, { ownerKind: 'company' });
  const products = [{ name: product.name, status: 'approved' }] as const;
  const credential = await insertCredential(store, app, { products, expiresAt: 9 });
  return { organization, developer, company, product, app, credential };
}

/** Reads of a part of an organization. */
function partTests(context: ReturnType<typeof useStore>): void {
  it('finds one key by its lookup hash, with a place that it is at least as new as', async () => {
    const { store } = context;
    const { organization, developer, app, credential } = await fill(store);
    const other = await fill(store);
    const { sequence } = await store.write(async (t) => t.append(makeChange(organization.id)));
    const rule = await store.verification.findRule(organization.id);
    const hash = rule?.hashOf(credential.consumerKey) ?? '';
    const { place, records } = await store.verification.find(organization.id, hash);
    assert.deepEqual(place, { epoch: (await store.feed.head()).epoch, sequence });
    const names = records.map(({ noun, id }) => `${noun} ${id}`);
    assert.deepEqual(names, [`credential ${credential.id}`, `app ${app.id}`, `developer ${developer.id}`]);
    assert.ok(records[0] !== undefined && 'hash' in records[0] && records[0].hash === hash);
    assert.deepEqual((await store.verification.find(other.organization.id, hash)).records, []);
    assert.deepEqual((await store.verification.find(organization.id, 'x'.repeat(32))).records, []);
    await store.write((t) => t.apps.delete(app));
    assert.deepEqual((await store.verification.find(organization.id, hash)).records, []);
  });

  it('walks the nouns that are wanted alone', async () => {
    const { store } = context;
    const { organization, product } = await fill(store);
    const seen: string[] = [];
    const take = async (records: readonly RecordChange[]) => void seen.push(...records.map(({ id }) => id));
    await store.verification.walk(organization.id, take, undefined, ['api-product']);
    assert.deepEqual(seen, [product.id]);
  });

  it('walks in bounded batches, and leaves out no record between them', async () => {
    const { store } = context;
    const { id } = await insertOrganization(store);
    const count = 1001;
    await store.write(async (t) => {
      for (let made = 0; made < count; made++) await t.developers.insert(makeDeveloper(id));
    });
    const { records, sizes } = await walk(store, id);
    assert.equal(new Set(records.map((record) => record.id)).size, count);
    assert.ok(Math.max(...sizes) <= 500, String(sizes));
  });
}

export function verificationSuite(engine: StoreEngine): void {
  describe(`${engine.name}: verification`, () => {
    const context = useStore(engine);
    partTests(context);

    it('walks the records of one organization, with the place of its snapshot in the feed', async () => {
      const { store } = context;
      const { organization, developer, company, product, app, credential } = await fill(store);
      await fill(store);
      const { sequence } = await store.write(async (t) => t.append(makeChange(organization.id)));
      const { place, records } = await walk(store, organization.id);
      assert.deepEqual(place, { epoch: (await store.feed.head()).epoch, sequence });
      assert.deepEqual(records.map(({ noun }) => noun).toSorted(), [
        'api-product',
        'app',
        'app',
        'company',
        'credential',
        'developer',
      ]);
      const find = (id: string) => records.find((record) => record.id === id);
      const rule = await store.verification.findRule(organization.id);
      assert.ok(rule);
      assert.deepEqual([rule.organization, rule.productlessKeys], [organization.name, 'work']);
      const found = find(credential.id);
      assert.ok(found?.noun === 'credential' && found.record !== undefined);
      assert.deepEqual(found.hash, rule.hashOf(credential.consumerKey));
      const { id, appId, status, issuedAt, expiresAt, products, attributes, scopes } = credential;
      assert.deepEqual(found.record, { id, appId, status, issuedAt, expiresAt, products, attributes, scopes });
      const owner = find(developer.id)?.record;
      assert.ok(owner !== undefined && 'email' in owner);
      assert.deepEqual(
        [owner.kind, owner.email, owner.attributes],
        ['developer', developer.email, developer.attributes],
      );
      const group = find(company.id)?.record;
      assert.ok(group !== undefined && 'displayName' in group && group.displayName === 'C');
      const held = find(app.id)?.record;
      assert.ok(held !== undefined && 'owner' in held);
      assert.deepEqual(held.owner, app.owner);
      const offer = find(product.id)?.record;
      assert.ok(offer !== undefined && 'operationGroups' in offer);
      assert.deepEqual([offer.quota, offer.proxies], [{ limit: '5', interval: '1', timeUnit: 'hour' }, ['p']]);
      assert.ok(!JSON.stringify(records).includes(credential.consumerSecret ?? credential.consumerKey));
    });

    it('sees nothing in a snapshot that was written after it began', async () => {
      const { store } = context;
      const { organization, app } = await fill(store);
      let later = 0;
      const seen: string[] = [];
      await store.verification.walk(organization.id, async (records) => {
        if (later++ === 0) await insertCredential(store, app);
        seen.push(...records.flatMap(({ noun, id }) => (noun === 'credential' ? id : [])));
      });
      assert.equal(seen.length, 1);
    });

    it('reads what is named as it is now, and tells what is gone, with its owner or by itself, or not of here', async () => {
      const { store } = context;
      const [{ organization, developer, app, credential, product }, other] = [await fill(store), await fill(store)];
      await store.write((t) => t.developers.update(nextVersion(developer, { status: 'inactive' })));
      const names = [
        { noun: 'developer', id: developer.id },
        { noun: 'developer', id: other.developer.id },
        { noun: 'app', id: app.id },
        { noun: 'credential', id: credential.id },
        { noun: 'credential', id: other.credential.id },
        { noun: 'api-product', id: product.id },
      ] as const;
      const read = async () => {
        const changes = await store.verification.read(organization.id, names);
        return new Map(changes.map((change) => [change.id, change.record]));
      };
      const before = await read();
      assert.equal(before.size, 6);
      assert.equal((before.get(developer.id) as { status: string }).status, 'inactive');
      assert.deepEqual([before.get(other.developer.id), before.get(other.credential.id)], [undefined, undefined]);
      for (const { id } of [app, credential, product]) assert.ok(before.get(id));
      await store.write((t) => t.developers.delete(nextVersion(developer)));
      const after = await read();
      for (const { id } of [developer, app, credential]) assert.equal(after.get(id), undefined);
      assert.ok(after.get(product.id));
      assert.deepEqual((await walk(store, organization.id)).records.map(({ noun }) => noun).toSorted(), [
        'api-product',
        'app',
        'company',
      ]);
    });

    it('of an organization that is gone there is neither rule nor record', async () => {
      const { store } = context;
      const { organization, product, company } = await fill(store);
      const runtime = makeRuntimeCredential(organization.id);
      await store.write((t) => t.runtimeCredentials.insert(runtime, `hash of ${runtime.id}`));
      assert.deepEqual(await store.runtimeCredentials.findByHash(`hash of ${runtime.id}`), runtime);
      assert.deepEqual(await store.runtimeCredentials.list(organization.id), [runtime]);
      await store.write((t) => t.organizations.delete(organization));
      assert.equal(await store.verification.findRule(organization.id), undefined);
      assert.equal((await walk(store, organization.id)).place, undefined);
      const names = [
        { noun: 'api-product', id: product.id },
        { noun: 'company', id: company.id },
      ] as const;
      for (const { record } of await store.verification.read(organization.id, names)) assert.equal(record, undefined);
      assert.equal(await store.runtimeCredentials.findByHash(`hash of ${runtime.id}`), undefined);
    });
  });
}
