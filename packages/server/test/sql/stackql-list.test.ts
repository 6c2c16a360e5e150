import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../support/every-store.ts';
import { openSqlWorld, refusalOf, type SqlWorld } from '../support/sql.ts';

const root = '/x/v1/organizations/acme';

/** Queries that were written for Google's document of StackQL, where a list is one row with one column of JSON. */
describeOnEveryStore('lists as StackQL users know them', (server) => {
  let sql: SqlWorld;
  before(async () => {
    await server().makeOrganization('acme', 'x');
    sql = openSqlWorld(server());
    const make = async (path: string, json: object) => {
      const { status, text } = await server().request('POST', `${root}${path}`, { json });
      assert.ok(status < 300, text);
    };
    const ann = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other', userName: 'ann' };
    await make('/developers', { ...ann, attributes: [{ name: 'tier', value: 'gold' }] });
    await make('/developers', { ...ann, email: 'bob@example.com', firstName: "B'ob" });
    await make('/apiproducts', { name: 'basic', displayName: 'Basic', approvalType: 'auto', scopes: ['READ'] });
    await make('/appgroups', { name: 'group', displayName: 'Group' });
    await make('/developers/ann@example.com/apps', { name: 'first', apiProducts: ['basic'] });
  });

  /** What the API lists. */
  async function list(path: string, member: string): Promise<unknown[]> {
    return (await server().request('GET', `${root}${path}`)).json<Record<string, unknown[]>>()[member] ?? [];
  }

  it('are taken apart by json_each as there, an entry as the API writes it', async () => {
    const listed = await list('/developers?expand=true', 'developer');
    for (const query of [
      "SELECT json_each.value FROM google.apigee.developers, json_each(developer) WHERE organizationsId = 'acme' AND expand = 'true'",
      "SELECT d.value FROM google.apigee.organizations_developers, json_each(DEVELOPER) d WHERE organizationsId = 'acme' ORDER BY 1",
      "SELECT value FROM developers AS x JOIN json_each(x.developer) ON true WHERE x.organizationsId = 'acme'",
    ]) {
      const values = (await sql.run(query)).rows.map(({ value }) => JSON.parse(String(value)) as { email: string });
      const sorted = values.toSorted((one, other) => (one.email < other.email ? -1 : 1));
      assert.deepEqual(sorted, listed, query);
    }
    const picked = await sql.run(
      `SELECT json_extract(d.value, '$.email') AS email, json_extract(d.value, '$.attributes[0].value') AS tier, count(*) OVER () AS n
         FROM google.apigee.developers, json_each(developer) d WHERE organizationsId = $1 ORDER BY email LIMIT 1`,
      'acme',
    );
    assert.deepEqual(picked.rows, [{ email: 'ann@example.com', tier: 'gold', n: 2 }]);
  });

  it('of other resources, too', async () => {
    for (const [resource, member, path] of [
      ['apiproducts', 'apiProduct', '/apiproducts?expand=true'],
      ['appgroups', 'appGroups', '/appgroups'],
    ] as const) {
      const { rows } = await sql.run(
        `SELECT value FROM ${resource}, json_each(${member}) WHERE organizationsId = 'acme'`,
      );
      assert.deepEqual(
        rows.map(({ value }) => JSON.parse(String(value)) as unknown),
        await list(path, member),
        resource,
      );
    }
    const apps = await sql.run(
      "SELECT json_extract(value, '$.credentials[0].apiProducts[0].apiproduct') AS product FROM apps, json_each(app) WHERE organizationsId = 'acme'",
    );
    assert.deepEqual(apps.rows, [{ product: 'basic' }]);
  });

  it('show nothing to who may not read them', async () => {
    await server().makeAccount('nobody@example.com', []);
    const { rows } = await sql.runAs('nobody@example.com', 'SELECT value FROM developers, json_each(developer)');
    assert.deepEqual(rows, []);
  });

  it('are no column elsewhere, and the refusal says what is', async () => {
    const hint = /A row of developers is one entity here.*json_each\(developer\)/;
    for (const query of [
      "SELECT developer FROM google.apigee.developers WHERE organizationsId = 'acme'",
      'SELECT json_array_length(developer) FROM developers',
      'SELECT value FROM developers, json_tree(developer)',
      "SELECT value FROM developers, json_each(developer, '$[0]')",
    ]) {
      const { state, hint: told } = await refusalOf(sql.run(query));
      assert.equal(state, '42703', query);
      assert.match(told ?? '', hint, query);
    }
    const own = await sql.run(
      `SELECT value FROM (SELECT '[1,2]' AS developer) x, json_each(x.developer), developers WHERE organizationsId = 'acme'`,
    );
    assert.equal(own.rows.length, 4);
  });
});
