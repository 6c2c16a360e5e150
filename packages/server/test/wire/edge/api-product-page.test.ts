import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { makeProduct } from '../../support/entity.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

const organization = 'many-products';
/** Two full pages and a bit: the second one begins with the last of the first. */
const count = 2003;
const names = Array.from({ length: count }, (_, at) => `p${String(at).padStart(5, '0')}`);

describeOnEveryStore('pages of products as clients walk them (compat/edge.md §1.5, compat/x.md §1.0)', (server) => {
  before(async () => {
    await server().makeOrganization(organization);
    const { store } = server().plane;
    const { id } = (await store.organizations.findByName(organization)) ?? { id: '' };
    await store.write(async ({ products }) => {
      for (const name of names) await products.insert(makeProduct(id, { name }));
    });
  });

  /** Fetched without the check against the document, which takes longer than the pages do. */
  async function read<T>(path: string): Promise<T> {
    const answer = await fetch(`${server().url}${path}`, { headers: { authorization: server().adminAuth } });
    assert.equal(answer.status, 200);
    return (await answer.json()) as T;
  }

  const readEdge = (query: string) => read<string[]>(`/edge/v1/organizations/${organization}/apiproducts?${query}`);
  async function readX(query: string): Promise<string[]> {
    const { apiProduct = [] } = await read<{ apiProduct?: { name: string }[] }>(
      `/x/v1/organizations/${organization}/apiproducts?${query}`,
    );
    return apiProduct.map(({ name }) => name);
  }

  for (const [dialect, page] of [
    ['edge', readEdge],
    ['x', readX],
  ] as const) {
    it(`PHP drops the first of each further page and ends when none is left, on ${dialect}`, async () => {
      const seen = await page('expand=false');
      for (let turns = 0; ; turns++) {
        assert.ok(turns < 10, 'it never ends');
        const [first, ...rest] = await page(`expand=false&startKey=${seen.at(-1)}`);
        assert.equal(first, seen.at(-1));
        if (rest.length === 0) break;
        seen.push(...rest);
      }
      assert.deepEqual(seen, names);
    });
  }

  it('NHS takes the last of a full page as the start of the next', async () => {
    const seen: string[] = [];
    let page = await readEdge('count=1000');
    for (let turns = 0; page.length === 1000; turns++) {
      assert.ok(turns < 10, 'it never ends');
      const last = page.pop();
      seen.push(...page);
      page = await readEdge(`count=1000&startKey=${last}`);
    }
    assert.deepEqual([...seen, ...page], names);
  });

  it('apigeecli ends when a page has just one', async () => {
    const seen: string[] = [];
    let page = await readX('expand=true&count=1000');
    seen.push(...page);
    for (let turns = 0; page.length !== 1; turns++) {
      assert.ok(turns < 10, 'it never ends');
      page = await readX(`expand=true&count=1000&startKey=${seen.at(-1)}`);
      assert.equal(page[0], seen.at(-1), 'startKey has to be the first of its page');
      seen.push(...page.slice(1));
    }
    assert.deepEqual(seen, names);
  });

  it('no page is larger than 1000, and none smaller than 1', async () => {
    for (const value of ['0', '-1', '1001', 'ten', '1.5']) {
      const answer = await server().request('GET', `/v1/organizations/${organization}/apiproducts?count=${value}`);
      assert.equal(answer.status, 400, value);
    }
  });
});
