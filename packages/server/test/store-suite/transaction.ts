import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Problem } from '../../src/domain/problem.ts';
import {
  insertDeveloper,
  insertOrganization,
  makeChange,
  makeDeveloper,
  makeEntry,
  nextVersion,
} from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { isProblem, useStore } from './context.ts';

export function transactionSuite(engine: StoreEngine): void {
  describe(`${engine.name}: transactions`, () => {
    isolationTests(engine);
    updateTests(engine);
  });
}

function isolationTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('answers with the value of the work and the sequence of its last change', async () => {
    const { id } = await insertOrganization(context.store);
    const silent = await context.store.write(async () => 'quiet');
    assert.deepEqual(silent, { value: 'quiet', sequence: undefined });
    const told = await context.store.write(async (t) => {
      t.append(makeChange(id));
      t.append(makeChange(id));
      return 7;
    });
    assert.equal(told.value, 7);
    assert.equal(told.sequence, (await context.store.feed.head()).last);
  });

  it('gives each of many works in one commit its own sequence', async () => {
    const { id } = await insertOrganization(context.store);
    const drafts = Array.from({ length: 100 }, () => makeChange(id));
    const answers = await Promise.all(drafts.map((draft) => context.store.write(async (t) => t.append(draft))));
    const changes = await context.store.feed.after(0, 1000);
    for (const [at, { sequence }] of answers.entries()) {
      const change = changes.find((candidate) => candidate.sequence === sequence);
      assert.equal(change?.entityId, drafts[at]?.entityId);
    }
  });

  it('leaves no trace of a work that throws, and all of those beside it', async () => {
    const { id } = await insertOrganization(context.store);
    const developers = Array.from({ length: 50 }, () => makeDeveloper(id));
    const before = (await context.store.feed.head()).last;
    const answers = await Promise.allSettled(
      developers.map((developer, at) =>
        context.store.write(async (t) => {
          await t.developers.insert(developer);
          t.append(makeChange(id, { entityId: developer.id }));
          t.record(makeEntry(id, { resource: `/developers/${developer.id}` }));
          if (at % 7 === 3) throw new Problem('developer.exists', { email: developer.email, organization: id });
        }),
      ),
    );
    const kept = developers.filter((_, at) => at % 7 !== 3);
    assert.equal(answers.filter(({ status }) => status === 'rejected').length, developers.length - kept.length);
    const rejected = answers.find((answer) => answer.status === 'rejected');
    assert.ok(rejected !== undefined && isProblem('developer.exists')(rejected.reason));
    const ids = (entities: readonly { id: string }[]) => entities.map((entity) => entity.id).sort();
    assert.deepEqual(ids(await context.store.developers.list(id, { limit: 100 })), ids(kept));
    const changes = await context.store.feed.after(before, 1000);
    assert.deepEqual(changes.map(({ entityId }) => entityId).sort(), ids(kept));
    const query = { organizationId: id, resource: '/', beneath: true, from: 0, to: 9, limit: 1000 };
    assert.equal((await context.store.audit.list(query)).length, kept.length);
  });

  it('refuses a work that goes on after a statement of it failed', async () => {
    const { id } = await insertOrganization(context.store);
    const [first, second] = [makeDeveloper(id), makeDeveloper(id)];
    const swallowing = context.store.write(async (t) => {
      await t.developers.insert(first);
      // A text where a number has to be, which no caller can write past the types.
      const broken = { ...makeDeveloper(id), createdAt: { not: 'a number' } as unknown as number };
      await t.developers.insert(broken).catch(() => undefined);
    });
    const beside = context.store.write((t) => t.developers.insert(second));
    await assert.rejects(swallowing);
    assert.equal((await beside).value, true);
    assert.equal(await context.store.developers.find(id, first.id), undefined);
    assert.deepEqual(await context.store.developers.find(id, second.id), second);
  });

  it('lets a work read what it wrote, and nobody else before the commit', async () => {
    const { id } = await insertOrganization(context.store);
    const developer = makeDeveloper(id);
    const { value } = await context.store.write(async (t) => {
      await t.developers.insert(developer);
      return {
        inside: await t.developers.find(id, developer.id),
        outside: await context.store.developers.find(id, developer.id),
      };
    });
    assert.deepEqual(value, { inside: developer, outside: undefined });
    assert.deepEqual(await context.store.developers.find(id, developer.id), developer);
  });

  it('shows a snapshot one moment, while others write', async () => {
    const { id } = await insertOrganization(context.store);
    await insertDeveloper(context.store, id);
    const counts = await context.store.snapshot(async (view) => {
      const before = (await view.developers.list(id, { limit: 9 })).length;
      await insertDeveloper(context.store, id);
      return [before, (await view.developers.list(id, { limit: 9 })).length];
    });
    assert.deepEqual(counts, [1, 1]);
    assert.equal((await context.store.developers.list(id, { limit: 9 })).length, 2);
    assert.equal(
      await context.store.snapshot(async (view) => (await view.developers.list(id, { limit: 9 })).length),
      2,
    );
  });

  it('tells that it can be written', async () => {
    await context.store.check();
  });
}

function updateTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('loses no update of many writers who read and write the same row', async () => {
    const node = await context.openNodes(3);
    const first = node(0);
    const { id } = await insertOrganization(first);
    const developer = await insertDeveloper(first, id);
    await Promise.all(
      Array.from({ length: 160 }, (_, at) =>
        node(at).write(async (t) => {
          const current = await t.developers.find(id, developer.id);
          assert.ok(current);
          const count = Number(current.attributes[0]?.value ?? 0) + 1;
          await t.developers.update(nextVersion(current, { attributes: [{ name: 'count', value: String(count) }] }));
        }),
      ),
    );
    const last = await first.developers.find(id, developer.id);
    assert.equal(last?.attributes[0]?.value, '160');
    assert.equal(last.version, 161);
  });

  it('lets one of many win who take the same key', async () => {
    const node = await context.openNodes(2);
    const first = node(0);
    const { id } = await insertOrganization(first);
    for (let round = 0; round < 10; round++) {
      const email = `round-${round}@example.com`;
      const insert = (at: number) => node(at).write((t) => t.developers.insert(makeDeveloper(id, { email })));
      const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => insert(at)));
      assert.equal(answers.filter(({ value }) => value).length, 1);
    }
    assert.equal((await first.developers.list(id, { limit: 99 })).length, 10);
  });

  it('never deadlocks for good where works take the same rows in different order', async () => {
    const node = await context.openNodes(2);
    const first = node(0);
    const { id } = await insertOrganization(first);
    const [ann, bob] = [await insertDeveloper(first, id), await insertDeveloper(first, id)];
    const touch = (at: number, order: readonly string[]) =>
      node(at).write(async (t) => {
        for (const each of order) {
          const current = await t.developers.find(id, each);
          assert.ok(current);
          await t.developers.update(nextVersion(current));
        }
      });
    await Promise.all(
      Array.from({ length: 12 }, (_, at) => touch(at, at % 4 < 2 ? [ann.id, bob.id] : [bob.id, ann.id])),
    );
    assert.equal((await first.developers.find(id, ann.id))?.version, 13);
    assert.equal((await first.developers.find(id, bob.id))?.version, 13);
  });
}
