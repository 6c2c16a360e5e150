import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AuditQuery } from '../../src/ports/store.ts';
import { insertOrganization, makeEntry } from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { useStore } from './context.ts';

export function auditSuite(engine: StoreEngine): void {
  describe(`${engine.name}: audit`, () => {
    const context = useStore(engine);

    it('keeps every member of an entry, with or without an organization', async () => {
      const entry = makeEntry(undefined, { at: 3, account: 'root@example.com', request: '{"name":"ä"}' });
      await context.store.write(async (t) => t.record(entry));
      const window = { from: 0, to: 10, limit: 9 };
      const [read] = await context.store.audit.listOfAccount('root@example.com', window);
      assert.ok(read);
      assert.deepEqual(read, { ...entry, id: read.id });
    });

    it('takes text that no engine can store, without harm to it or to the works beside it', async () => {
      const { id } = await insertOrganization(context.store);
      const texts = ['{"cut":"\ud83d…', 'nul \0', 'fine'];
      await Promise.all(
        texts.map((request) =>
          context.store.write(async (t) => t.record(makeEntry(id, { request, requestUri: request }))),
        ),
      );
      const query = { organizationId: id, resource: '/', beneath: true, from: 0, to: 10, limit: 9 };
      const read = (await context.store.audit.list(query)).map(({ request }) => request);
      assert.deepEqual(read.sort(), ['fine', 'nul \ufffd', '{"cut":"\ufffd…']);
    });

    it('lists newest first what befell a resource, and what lies beneath if asked', async () => {
      const { id } = await insertOrganization(context.store);
      const resources = ['/', '/developers', '/developers/a', '/developers/a/apps/x', '/developers/ab', '/apps/y'];
      for (const [at, resource] of resources.entries()) {
        await context.store.write(async (t) => t.record(makeEntry(id, { at: at + 1, resource })));
      }
      const list = async (resource: string, beneath: boolean, more: Partial<AuditQuery> = {}) => {
        const query = { organizationId: id, resource, beneath, from: 0, to: 100, limit: 100, ...more };
        return (await context.store.audit.list(query)).map((entry) => entry.resource);
      };
      assert.deepEqual(await list('/', true), resources.toReversed());
      assert.deepEqual(await list('/', false), ['/']);
      assert.deepEqual(await list('/developers', true), resources.slice(1, 5).toReversed());
      assert.deepEqual(await list('/developers/a', true), ['/developers/a/apps/x', '/developers/a']);
      assert.deepEqual(await list('/developers/a', true, { limit: 1 }), ['/developers/a/apps/x']);
      assert.deepEqual(await list('/developers/a', false), ['/developers/a']);
      assert.deepEqual(await list('/', true, { from: 2, to: 4 }), ['/developers/a', '/developers']);
    });

    it('filters by account and by operation', async () => {
      const { id } = await insertOrganization(context.store);
      await context.store.write(async (t) => {
        t.record(makeEntry(id, { account: 'ann@example.com', operation: 'CREATE', requestId: '1' }));
        t.record(makeEntry(id, { account: 'ann@example.com', operation: 'DELETE', requestId: '2' }));
        t.record(makeEntry(id, { account: 'bob@example.com', operation: 'DELETE', requestId: '3' }));
      });
      const query = { organizationId: id, resource: '/', beneath: true, from: 0, to: 9, limit: 9 };
      const ids = async (filter: Partial<AuditQuery>) =>
        (await context.store.audit.list({ ...query, ...filter })).map(({ requestId }) => requestId).join('');
      assert.equal(await ids({}), '321');
      assert.equal(await ids({ account: 'ann@example.com' }), '21');
      assert.equal(await ids({ operation: 'DELETE' }), '32');
      assert.equal(await ids({ account: 'bob@example.com', operation: 'CREATE' }), '');
    });
  });
}
