import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { dialectRules } from '../../../src/domain/dialect.ts';
import { openCall } from '../../../src/operations/call.ts';
import { createDeveloper } from '../../../src/operations/developer.ts';
import { createEffects } from '../../../src/operations/effect.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { adminEmail, type TestServer } from '../../support/server.ts';

const organization = 'x-pages';
const path = `/v1/organizations/${organization}/developers`;
/** Two full pages and a bit: the second one begins with the last of the first. */
const count = 2003;
const emails = Array.from({ length: count }, (_, at) => `d${String(at).padStart(5, '0')}@example.com`);

async function makeDevelopers({ plane }: TestServer): Promise<void> {
  const account = await plane.store.accounts.findByEmail(adminEmail);
  assert.ok(account);
  const request = { id: 'test', uri: '/test', operation: 'CREATE', responseCode: 200 } as const;
  const call = await openCall(
    plane,
    { account, request, effects: createEffects() },
    { name: organization, rules: dialectRules.x },
  );
  const names = { firstName: 'D', lastName: 'D', userName: 'd' };
  for (let at = 0; at < count; at += 100) {
    const group = emails.slice(at, at + 100);
    await Promise.all(group.map((email) => createDeveloper(plane, call, { email, ...names })));
  }
}

describeOnEveryStore('pages as X clients walk them (compat/x.md §1.0)', (server) => {
  before(async () => {
    await server().makeOrganization(organization, 'x');
    await makeDevelopers(server());
  });

  /** Fetched without the check against the document, which takes longer than the pages do. */
  async function readPage(query: string): Promise<string[]> {
    const answer = await fetch(`${server().url}${path}?${query}`, { headers: { authorization: server().adminAuth } });
    assert.equal(answer.status, 200);
    const { developer = [] } = (await answer.json()) as { developer?: { email: string }[] };
    return developer.map(({ email }) => email);
  }

  it('apigeecli ends when a page has no more than one, and has seen all', async () => {
    const seen: string[] = [];
    let page = await readPage('expand=true');
    seen.push(...page);
    let turns = 0;
    while (page.length > 1) {
      assert.ok(++turns < 10, 'it never ends');
      page = await readPage(`expand=true&startKey=${seen.at(-1)}`);
      assert.equal(page[0], seen.at(-1), 'startKey has to be the first of its page');
      seen.push(...page.slice(1));
    }
    assert.deepEqual(seen, emails);
    assert.equal(turns, 3);
  });

  for (const expand of ['true', 'false']) {
    it(`PHP drops the first of each further page and ends when none is left, expand=${expand}`, async () => {
      const seen = await readPage(`expand=${expand}`);
      for (let turns = 0; ; turns++) {
        assert.ok(turns < 10, 'it never ends');
        const page = await readPage(`expand=${expand}&startKey=${encodeURIComponent(seen.at(-1) ?? '')}`);
        page.shift();
        if (page.length === 0) break;
        seen.push(...page);
      }
      assert.deepEqual(seen, emails);
    });
  }

  it('counts from startKey, inclusive, expanded or not', async () => {
    for (const expand of ['true', 'false']) {
      const page = await readPage(`expand=${expand}&count=3&startKey=${emails[1000]}`);
      assert.deepEqual(page, emails.slice(1000, 1003));
    }
  });

  it('has pages of 1000 where no count is given', async () => {
    assert.equal((await readPage('')).length, 1000);
    assert.equal((await readPage('count=1000')).length, 1000);
  });
});
