import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Credential } from '../../src/domain/credential.ts';
import type { ExpiryMark } from '../../src/ports/key-store.ts';
import { insertApp, insertCredential, insertDeveloper, insertOrganization, nextVersion } from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { useStore } from './context.ts';

/** Keys by their expiry, keys that were rotated, and organizations that show secrets once. */
export function expirySuite(engine: StoreEngine): void {
  describe(`${engine.name}: keys that end`, () => {
    const context = useStore(engine);

    it('walks the keys of one organization by expiry, then by id, and counts them', async () => {
      const { store } = context;
      const { id } = await insertOrganization(store);
      const app = await insertApp(store, await insertDeveloper(store, id));
      const inserted: Credential[] = [];
      for (const expiresAt of [7, 5, 9, 5, 5, undefined, 253_402_300_799_999]) {
        inserted.push(await insertCredential(store, app, { expiresAt }));
      }
      const other = await insertApp(store, await insertDeveloper(store, (await insertOrganization(store)).id));
      await insertCredential(store, other, { expiresAt: 6 });
      const order = (one: Credential, two: Credential) =>
        (one.expiresAt ?? 0) - (two.expiresAt ?? 0) || (one.id < two.id ? -1 : 1);
      const expected = inserted.filter(({ expiresAt }) => expiresAt !== undefined && expiresAt <= 8).sort(order);
      const window = { from: 5, to: 9 };
      const walked: Credential[] = [];
      let after: ExpiryMark | undefined;
      for (let page = 0; page < 9; page++) {
        const found = await store.credentials.listExpiring(id, window, { after, limit: 2 });
        walked.push(...found);
        const last = found.at(-1);
        if (found.length < 2 || last?.expiresAt === undefined) break;
        after = { expiresAt: last.expiresAt, id: last.id };
      }
      assert.deepEqual(walked, expected);
      assert.equal(walked.length, 4);
      assert.equal(await store.credentials.countExpiring(id, window), 4);
      assert.equal(await store.credentials.countExpiring(id, { from: 6, to: 253_402_300_800_000 }), 3);
      assert.equal(await store.credentials.countExpiring(id, { from: 8, to: 9 }), 0);
      assert.deepEqual(await store.credentials.listExpiring(id, { from: 9, to: 9 }, { limit: 9 }), []);
      const before = { expiresAt: 1, id: randomUUID() };
      assert.deepEqual(await store.credentials.listExpiring(id, window, { after: before, limit: 9 }), expected);
    });

    it('shows none of them whose owner is deleted, swept or not', async () => {
      const { store } = context;
      const { id } = await insertOrganization(store);
      const developer = await insertDeveloper(store, id);
      const app = await insertApp(store, developer);
      const credential = await insertCredential(store, app, { expiresAt: 5 });
      assert.deepEqual(await store.credentials.find(id, credential.id), credential);
      assert.equal(await store.credentials.find(randomUUID(), credential.id), undefined);
      await store.write((t) => t.developers.delete(developer));
      assert.deepEqual(await store.credentials.listExpiring(id, { from: 0, to: 9 }, { limit: 9 }), []);
      assert.equal(await store.credentials.countExpiring(id, { from: 0, to: 9 }), 0);
      assert.equal(await store.credentials.find(id, credential.id), undefined);
    });

    it('keeps what a rotated key knows of it, through every later change', async () => {
      const { store } = context;
      const { id } = await insertOrganization(store);
      const app = await insertApp(store, await insertDeveloper(store, id));
      const credential = await insertCredential(store, app);
      for (const mark of [undefined, 'mark']) {
        const found = await store.credentials.find(id, credential.id);
        assert.ok(found);
        const changed = nextVersion(found, { expiresAt: 7, rotation: { successorId: randomUUID(), mark } });
        await store.write((t) => t.credentials.update(changed));
        assert.deepEqual(await store.credentials.find(id, credential.id), changed);
      }
    });

    it('answers no secret where the organization shows them once, whenever it was written', async () => {
      const { store } = context;
      const organization = await insertOrganization(store);
      const { id } = organization;
      const app = await insertApp(store, await insertDeveloper(store, id));
      const before = await insertCredential(store, app, { expiresAt: 5 });
      assert.equal((await store.credentials.find(id, before.id))?.consumerSecret, before.consumerSecret);
      await store.write((t) => t.organizations.update(nextVersion(organization, { secretsShownOnce: true })));
      const since = await insertCredential(store, app, { expiresAt: 6 });
      const hidden = [since, before].map((each) => ({ ...each, consumerSecret: undefined }));
      const [newer, older] = hidden;
      const { credentials } = store;
      assert.deepEqual(await credentials.listOfApp(app.id), hidden);
      assert.deepEqual(await credentials.listOfApps([app.id]), new Map([[app.id, hidden]]));
      assert.deepEqual(await credentials.find(id, since.id), newer);
      assert.deepEqual(await credentials.findByKey(id, before.consumerKey), older);
      assert.deepEqual(await credentials.listExpiring(id, { from: 0, to: 9 }, { limit: 9 }), hidden.toReversed());
      const { value } = await store.write(async (t) => {
        await t.credentials.update(nextVersion(since, { status: 'revoked' }));
        return t.credentials.find(id, since.id);
      });
      assert.equal(value?.consumerSecret, undefined);
    });
  });
}
