import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { openSqlWorld, refusalOf, type SqlWorld } from '../../support/sql.ts';

const root = '/x/v1/organizations/acme';
const insert = 'INTO google.apigee.appgroups_members (organizationsId, appgroupsId, email, role)';

describeOnEveryStore('members of app groups', (server) => {
  let sql: SqlWorld;
  before(async () => {
    await server().makeOrganization('acme', 'x');
    sql = openSqlWorld(server());
    for (const name of ['ann', 'bob', 'cy']) {
      const json = { email: `${name}@example.com`, firstName: name, lastName: 'Other', userName: name };
      assert.equal((await server().request('POST', `${root}/developers`, { json })).status, 200);
    }
    const json = { name: 'group', displayName: 'Group' };
    assert.equal((await server().request('POST', `${root}/appgroups`, { json })).status, 200);
  });
  const list = async () => {
    const { rows } = await sql.run(
      "SELECT email, roles FROM appgroups_members WHERE appGroup = 'group' ORDER BY email",
    );
    return rows.map(({ email, roles }) => `${email} ${roles}`);
  };

  it('are added by INSERT, one at a time, and those who are there stay', async () => {
    const { tag, rows } = await sql.run(
      `INSERT ${insert} VALUES ('acme', 'group', 'ann@example.com', 'admin') RETURNING appgroupsId, email`,
    );
    assert.deepEqual([tag, rows], ['INSERT 0 1', [{ appgroupsId: 'group', email: 'ann@example.com' }]]);
    const rest = await sql.run(
      `INSERT ${insert} SELECT 'acme', 'group', email, NULL FROM developers WHERE organizationsId = 'acme' AND email > 'b'`,
    );
    assert.equal(rest.tag, 'INSERT 0 2');
    assert.deepEqual(await list(), ['ann@example.com ["admin"]', 'bob@example.com []', 'cy@example.com []']);
  });

  it('who are there already are refused, left as they are, or given another role, as the statement says', async () => {
    const values = "VALUES ('acme', 'group', 'ANN@example.com', 'developer')";
    const { state } = await refusalOf(sql.run(`INSERT ${insert} ${values}`));
    assert.equal(state, '23505');
    assert.equal((await sql.run(`INSERT ${insert} ${values} ON CONFLICT DO NOTHING`)).tag, 'INSERT 0 0');
    assert.equal((await list())[0], 'ann@example.com ["admin"]');
    assert.equal((await sql.run(`INSERT OR REPLACE ${insert} ${values}`)).tag, 'INSERT 0 1');
    assert.equal((await list())[0], 'ann@example.com ["developer"]');
  });

  it('who are nobody, and groups that are not there, are refused; all that is there stays', async () => {
    const before = await list();
    const nobody = await refusalOf(sql.run(`INSERT ${insert} VALUES ('acme', 'group', 'no@example.com', NULL)`));
    assert.match(nobody.message, /^insert over HTTP error: 40\d /);
    const nameless = await refusalOf(sql.run(`INSERT ${insert} VALUES ('acme', 'group', NULL, 'admin')`));
    assert.match(nameless.message, /^insert over HTTP error: 400 /);
    const nowhere = await refusalOf(sql.run(`INSERT ${insert} VALUES ('acme', 'absent', 'bob@example.com', NULL)`));
    assert.equal(nowhere.state, 'P0002');
    const roles = await refusalOf(
      sql.run("INSERT INTO appgroups_members (appgroupsId, email, roles) VALUES ('a', 'b', '[]')"),
    );
    assert.equal(roles.state, '42703');
    assert.match(roles.hint ?? '', /organizations_companies_developers_add takes .*email, role/);
    assert.deepEqual(await list(), before);
  });

  it('leave by DELETE', async () => {
    const left = await sql.run("DELETE FROM appgroups_members WHERE appGroup = 'group' AND roles = '[]'");
    assert.equal(left.tag, 'DELETE 2');
    assert.deepEqual(await list(), ['ann@example.com ["developer"]']);
  });
});
