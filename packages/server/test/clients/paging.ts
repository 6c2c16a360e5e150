import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Dialect } from '../../src/domain/dialect.ts';
import type { ClientSuite } from './suite.ts';

/** How clients walk through lists until they end. Each ends by a rule of its own, which a page that is cut otherwise breaks. */

const names = Array.from({ length: 7 }, (_, at) => `p${at}`);
const appNames = Array.from({ length: 5 }, (_, at) => `a${at}`);
const turnsMax = 20;

type Body = Readonly<Record<string, readonly unknown[]>> | readonly unknown[];
type Fetch = (path: string) => Promise<Body>;

interface Walk {
  readonly client: string;
  readonly organization: string;
  readonly dialect: Dialect;
}

interface WalkedList {
  /** Below the organization, with its query but for `startKey`. */
  readonly path: string;
  /** What names an entry in the next `startKey`. */
  readonly key: (entry: never) => string;
  readonly expected: readonly string[];
}

const products = (query: string): WalkedList => ({
  path: `/apiproducts?${query}`,
  key: (entry: { readonly name: string } | string) => (typeof entry === 'string' ? entry : entry.name),
  expected: names,
});
const apps = (query: string): WalkedList => ({
  path: `/developers/ann%40example.com/apps?${query}`,
  key: (entry: { readonly name: string } | string) => (typeof entry === 'string' ? entry : entry.name),
  expected: appNames,
});

/** `reset($response)`: the first member of an object, whatever it is called; an array as it is. */
function reset(body: Body): readonly unknown[] {
  if (Array.isArray(body)) return body as readonly unknown[];
  const [first = []] = Object.values(body);
  return first as readonly unknown[];
}

/** Page after page, `startKey` being the last that was seen, until `isEnd` says so; each page must begin with it. */
async function walk(
  fetchPage: Fetch,
  { path, key }: WalkedList,
  isEnd: (page: readonly unknown[]) => boolean,
): Promise<string[]> {
  const seen = reset(await fetchPage(path)).map((entry) => key(entry as never));
  for (let turns = 0; ; turns++) {
    assert.ok(turns < turnsMax, 'it never ends');
    const last = seen.at(-1) ?? '';
    const page = reset(await fetchPage(`${path}&startKey=${encodeURIComponent(last)}`));
    assert.equal(key(page[0] as never), last, 'a page begins with the startKey');
    if (isEnd(page)) return seen;
    seen.push(...page.slice(1).map((entry) => key(entry as never)));
  }
}

/** What is left when the first has been dropped: none is the end. */
const endsWithTheFirst = (page: readonly unknown[]) => page.length <= 1;

export function definePaging(suite: ClientSuite): void {
  const php = { client: 'apigee-client-php, paging', organization: 'paging-php', dialect: 'edge' } as const;
  defineWalk(suite, php, [
    products('expand=false&count=3'),
    products('expand=true&count=3'),
    products('expand=true'),
    apps('expand=false&count=2'),
    apps('expand=true&count=2'),
    apps('expand=true'),
  ]);
  const cli = { client: 'apigeecli, paging', organization: 'paging-cli', dialect: 'x' } as const;
  defineWalk(suite, cli, [products('expand=true&count=3'), products('expand=true'), apps('expand=true&count=2')]);
  const migrate = { client: 'apigee-migrate-tool, paging', organization: 'paging-migrate', dialect: 'edge' } as const;
  defineWalk(suite, migrate, [products('count=3'), apps('expand=true&count=2')]);
  defineOrganizationApps(suite);
}

function openFetch({ server, recorder }: ClientSuite, { client, organization }: Walk): Fetch {
  return async (path) => {
    const answer = await recorder().as(client, () =>
      server().request('GET', `/v1/organizations/${organization}${path}`),
    );
    assert.equal(answer.status, 200, answer.text);
    return answer.json<Body>();
  };
}

async function fill({ server }: ClientSuite, { organization, dialect }: Walk): Promise<void> {
  await server().makeOrganization(organization, dialect);
  const root = `/edge/v1/organizations/${organization}`;
  const person = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other', userName: 'ann' };
  const made = [
    { path: '/developers', json: person },
    ...names.map((name) => ({ path: '/apiproducts', json: { name, displayName: name, approvalType: 'auto' } })),
    ...appNames.map((name) => ({ path: '/developers/ann@example.com/apps', json: { name } })),
  ];
  for (const { path, json } of made) {
    const answer = await server().request('POST', root + path, { json });
    assert.equal(answer.status, 201, answer.text);
  }
}

function defineWalk(suite: ClientSuite, walker: Walk, lists: readonly WalkedList[]): void {
  describe(`${walker.client} (compat/edge.md §1.5, compat/x.md §1.0)`, () => {
    before(() => fill(suite, walker));
    for (const list of lists) {
      it(`walks ${list.path} to its end, and sees each once`, async () => {
        assert.deepEqual(await walk(openFetch(suite, walker), list, endsWithTheFirst), list.expected);
      });
    }
  });
}

/** The organization's apps: by `rows` and the id, as the migrate tool and others; by `count`, as PHP; by page token on X. */
function defineOrganizationApps(suite: ClientSuite): void {
  const id = (entry: { readonly appId: string } | string) => (typeof entry === 'string' ? entry : entry.appId);
  const edge = { client: 'organization apps, paging', organization: 'paging-apps', dialect: 'edge' } as const;
  const x = { client: 'apigeecli, apps paging', organization: 'paging-apps-x', dialect: 'x' } as const;

  describe('apps of an organization, page by page (compat/edge.md §8, compat/x.md §1.5)', () => {
    before(() => fill(suite, edge));
    before(() => fill(suite, x));

    for (const query of ['expand=true&rows=2', 'expand=false&rows=2', 'expand=true&includeCred=true&count=2']) {
      it(`on Edge by ${query}`, async () => {
        const list = { path: `/apps?${query}`, key: id, expected: [] };
        const seen = await walk(openFetch(suite, edge), list, endsWithTheFirst);
        assert.equal(new Set(seen).size, appNames.length);
        assert.equal(seen.length, appNames.length);
      });
    }

    it('on X by page tokens, until none is given', async () => {
      const fetchPage = openFetch(suite, x);
      const seen: string[] = [];
      let token: string | undefined = '';
      for (let turns = 0; token !== undefined; turns++) {
        assert.ok(turns < turnsMax, 'it never ends');
        const path: string = `/apps?pageSize=2${token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`}`;
        const page = (await fetchPage(path)) as unknown as { app: { appId: string }[]; nextPageToken?: string };
        // Each further page begins with the entry that its token names, which the PHP client drops (compat/x.md §1.0).
        seen.push(...page.app.slice(token === '' ? 0 : 1).map(id));
        token = page.nextPageToken;
      }
      assert.equal(new Set(seen).size, appNames.length);
      assert.equal(seen.length, appNames.length);
    });
  });
}
