import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Problem } from '../../src/domain/problem.ts';
import { insertOrganization, makeApp, makeChange, makeDeveloper, nextVersion } from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { isProblem, useStore } from './context.ts';

/** Works that come together and begin alike: an engine may write at once what they begin with. */
export function togetherSuite(engine: StoreEngine): void {
  describe(`${engine.name}: works that begin alike`, () => {
    const context = useStore(engine);

    it('lets the first of two win that take the same key in one commit, and tells the other', async () => {
      const { id } = await insertOrganization(context.store);
      const emails = Array.from({ length: 40 }, (_, at) => `developer-${at >> 1}@example.com`);
      const developers = emails.map((email) => makeDeveloper(id, { email }));
      const written = await Promise.all(
        developers.map((each) => context.store.write((t) => t.developers.insert(each))),
      );
      assert.deepEqual(
        written.map(({ value }) => value),
        emails.map((_, at) => at % 2 === 0),
      );
      const kept = await context.store.developers.list(id, { limit: 100 });
      const first = developers.filter((_, at) => at % 2 === 0).map((each) => each.id);
      assert.deepEqual(kept.map((each) => each.id).sort(), first.sort());
    });

    it('keeps every member of each, and goes on with what each does next', async () => {
      const { id } = await insertOrganization(context.store);
      const attributes = [{ name: 'a', value: '🚀 "quoted" \\ \n' }];
      const developers = Array.from({ length: 20 }, (_, at) =>
        makeDeveloper(id, at % 2 === 0 ? { attributes, userName: '' } : { userName: undefined, appFamily: 'f' }),
      );
      await Promise.all(
        developers.map((developer) =>
          context.store.write(async (t) => {
            assert.equal(await t.developers.insert(developer), true);
            assert.deepEqual(await t.developers.find(id, developer.id), developer);
            await t.apps.insert(makeApp(id, { kind: 'developer', id: developer.id }, { name: 'first' }));
            await t.developers.update(nextVersion(developer, { status: 'inactive' }));
          }),
        ),
      );
      for (const developer of developers) {
        const next = nextVersion(developer, { status: 'inactive' });
        assert.deepEqual(await context.store.developers.find(id, developer.id), next);
        assert.deepEqual(await context.store.developers.appNames(developer.id, 9), ['first']);
      }
    });

    it('tells works of another kind, and those that end before they ask, from the rest', async () => {
      const { id } = await insertOrganization(context.store);
      const developers = Array.from({ length: 30 }, () => makeDeveloper(id));
      const works = developers.map((developer, at) =>
        context.store.write(async (t) => {
          if (at % 5 === 1) throw new Problem('developer.not-found', { developer: 'x', organization: id });
          if (at % 5 === 2) t.append(makeChange(id));
          else if (at % 5 === 3) await t.settings.set(`mark ${at}`, 'x');
          if (at % 5 !== 2) await t.developers.insert(developer);
        }),
      );
      const answers = await Promise.allSettled(works);
      const refused = answers.filter((answer) => answer.status === 'rejected');
      assert.equal(refused.length, 6);
      assert.ok(refused.every(({ reason }) => isProblem('developer.not-found')(reason)));
      assert.equal((await context.store.developers.list(id, { limit: 100 })).length, 18);
      assert.equal(await context.store.settings.get('mark 28'), 'x');
    });

    it('writes nothing beneath an organization that is gone, and the rest of the commit', async () => {
      const gone = await insertOrganization(context.store);
      const { id } = await insertOrganization(context.store);
      await context.store.write((t) => t.organizations.delete(gone));
      const developers = Array.from({ length: 12 }, (_, at) => makeDeveloper(at % 3 === 0 ? gone.id : id));
      const works = developers.map((each) => context.store.write((t) => t.developers.insert(each)));
      const answers = await Promise.allSettled(works);
      assert.equal(answers.filter(({ status }) => status === 'rejected').length, 4);
      assert.equal((await context.store.developers.list(id, { limit: 100 })).length, 8);
    });
  });
}
