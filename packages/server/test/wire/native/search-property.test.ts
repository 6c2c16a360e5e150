import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { App } from '../../../src/domain/app.ts';
import type { Attribute } from '../../../src/domain/attribute.ts';
import { dialectRules } from '../../../src/domain/dialect.ts';
import { type Call, openCall } from '../../../src/operations/call.ts';
import { createEffects } from '../../../src/operations/effect.ts';
import type { Plane } from '../../../src/operations/plane.ts';
import { searchApps, searchDevelopers, searchKeys } from '../../../src/operations/search.ts';
import type { SearchPage } from '../../../src/operations/search-walk.ts';
import { insertOrganization } from '../../support/entity.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { adminEmail } from '../../support/server.ts';
import { anyStep, anyWish, Population, type Wish } from './search-population.ts';

async function enter(plane: Plane): Promise<Call> {
  const organization = await insertOrganization(plane.store);
  const account = await plane.store.accounts.findByEmail(adminEmail);
  assert.ok(account);
  const request = { id: 'test', uri: '/test', operation: 'UPDATE', responseCode: 200 } as const;
  return openCall(
    plane,
    { account, request, effects: createEffects() },
    { name: organization.name, organization, rules: dialectRules.edge },
  );
}

/** All pages, of few items each. */
async function walk<T>(ask: (cursor: string | undefined) => Promise<SearchPage<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  let total: number | undefined;
  do {
    const page = await ask(cursor);
    assert.equal(page.complete, true);
    assert.equal(page.exact, true);
    total ??= page.total;
    assert.equal(page.total, total);
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  assert.equal(all.length, total, 'the total is what the pages hold');
  return all;
}

const runs = Number(process.env['CLAVIGER_TEST_RUNS'] ?? 12);

describeOnEveryStore('a search', (server) => {
  it('finds what a filter of the full list finds, whatever was written', async () => {
    const { plane } = server();
    const property = fc.asyncProperty(
      fc.array(anyStep, { minLength: 20, maxLength: 60, size: 'max' }),
      fc.array(anyWish, { minLength: 9, maxLength: 9 }),
      async (steps, wishes) => {
        const call = await enter(plane);
        const population = new Population(plane.store, call.organization.id);
        for (const [at, step] of steps.entries()) {
          await population.apply(step);
          // The index is written at every stage of the population, and asked at some.
          if (step.index) while (await plane.store.search.advance(3));
          if (at % 10 === 9) await compare(plane, call, population, wishes[at % wishes.length]);
        }
        for (const wish of wishes) await compare(plane, call, population, wish);
      },
    );
    // What fails is long, and takes minutes to make shorter: the seed that is told leads back to it.
    await fc.assert(property, { numRuns: runs, endOnFailure: true });
  });

  it('walked by cursor under concurrent writes neither repeats nor loses what is there throughout', async () => {
    const { plane } = server();
    const call = await enter(plane);
    const population = new Population(plane.store, call.organization.id);
    const lasting: string[] = [];
    for (let at = 0; at < 120; at++) lasting.push(await population.addDeveloper({ lastName: `lasting ${at}` }));
    const passing: string[] = [];
    let written = 0;
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await searchDevelopers(plane, call, { query: { text: 'LASTING' }, limit: 7, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
      passing.push(await population.addDeveloper({ lastName: 'lasting not' }));
      // One that stays is renamed to another that is found as well.
      const renamed = lasting[(written * 37) % lasting.length] ?? '';
      await population.renameDeveloper(renamed, `a-${written}-${renamed}@lasting.example`);
      const gone = passing[written - 3];
      if (gone !== undefined) await population.removeDeveloper(gone);
      written += 1;
    } while (cursor !== undefined);
    assert.ok(written > 15);
    assert.equal(new Set(seen).size, seen.length, 'none twice');
    assert.deepEqual(
      lasting.filter((id) => !seen.includes(id)),
      [],
    );
  });
});

async function compare(plane: Plane, call: Call, population: Population, wish?: Wish): Promise<void> {
  if (wish === undefined) return;
  const { text, product, attribute, keyStatus, appStatus, developerStatus, owner, effective, limit } = wish;
  const attributes: { name: string; value?: string | undefined }[] = attribute === undefined ? [] : [attribute];
  const query = { product, attributes };
  const developers = await walk((cursor) =>
    searchDevelopers(plane, call, { query: { ...query, text, status: developerStatus }, limit, cursor }),
  );
  const told = JSON.stringify(wish);
  assert.deepEqual(idsOf(developers), population.developersLike(wish), told);
  const ownership = population.nameOwner(owner);
  const apps = await walk((cursor) =>
    searchApps(plane, call, { query: { ...query, text, status: appStatus }, ...ownership, limit, cursor }),
  );
  assert.deepEqual(idsOf(apps.map(({ app }): Pick<App, 'id'> => app)), population.appsLike(wish), told);
  const keys = await walk((cursor) =>
    searchKeys(plane, call, { query: { ...query, status: keyStatus }, ...ownership, effective, limit, cursor }),
  );
  assert.deepEqual(idsOf(keys.map(({ credential }) => credential)), population.keysLike(wish, plane.clock.now()), told);
  for (const { credential, consumerKey } of keys) assert.equal(consumerKey, population.keyTextOf(credential.id));
}

function idsOf(entities: readonly { readonly id: string; readonly attributes?: readonly Attribute[] }[]): string[] {
  return entities.map(({ id }) => id).sort();
}
