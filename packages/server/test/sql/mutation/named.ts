import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { openSqlWorld, refusalOf, type SqlWorld } from '../../support/sql.ts';

const root = '/x/v1/organizations/acme';

interface Shown {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly status: string;
  readonly attributes?: readonly { readonly name: string; readonly value: string }[];
}

interface AuditRecord {
  readonly operation: string;
  readonly requestUri: string;
  readonly responseCode: number;
  readonly user: string;
}

/** Statements whose rows are named, and so not looked for; what a query finds is in found.ts. */
describeOnEveryStore('statements that change what they name', (server) => {
  let sql: SqlWorld;
  before(async () => {
    await server().makeOrganization('acme', 'x');
    await server().makeOrganization('other', 'edge');
    await server().makeAccount('kim@example.com', [{ organization: 'acme', role: 'orgadmin' }]);
    sql = openSqlWorld(server());
  });

  const get = async (path: string) => server().request('GET', root + path);
  const show = async (email: string) => {
    const answer = await get(`/developers/${encodeURIComponent(email)}`);
    return answer.status === 404 ? undefined : answer.json<Shown>();
  };
  const make = (email: string) =>
    sql.run(
      "INSERT INTO google.apigee.developers (organizationsId, email, firstName, lastName, userName) VALUES ('acme', ?, 'Ann', 'Other', 'ann')",
      email,
    );
  const audit = async (path: string) => {
    const answer = await server().request('GET', `/v1/audits/organizations/acme${path}`);
    return answer.json<{ auditRecord: AuditRecord[] }>().auditRecord;
  };
  const despatched = 'The operation was despatched successfully';

  it('makes developers as the API does, under the name of the session', async () => {
    const made = await sql.runAs(
      'kim@example.com',
      `INSERT INTO google.apigee.developers (organizationsId, data__email, data__firstName, lastName, userName, data__attributes)
       VALUES ('acme', 'made@example.com', $1, $2, 'made', '[{"name":"tier","value":"gold"}]')`,
      'Ann',
      'Other',
    );
    assert.deepEqual(made, { tag: 'INSERT 0 1', notices: [despatched], rows: [], columns: undefined });
    const { firstName, lastName, attributes } = (await show('made@example.com')) ?? {};
    assert.deepEqual([firstName, lastName, attributes], ['Ann', 'Other', [{ name: 'tier', value: 'gold' }]]);
    const [entry] = await audit('/developers/made@example.com');
    assert.deepEqual(entry && [entry.operation, entry.requestUri, entry.responseCode, entry.user], [
      'CREATE',
      `${root}/developers`,
      200,
      'kim@example.com',
    ]);
  });

  it('makes several rows, of whichever owner the columns name', async () => {
    await make('owner@example.com');
    const made = await sql.run(
      "INSERT INTO claviger.apigee.developers (organizationsId, email, firstName, lastName, userName) VALUES ('acme', 'one@example.com', 'A', 'B', 'c'), ('acme', 'two@example.com', 'A', 'B', 'c')",
    );
    assert.equal(made.tag, 'INSERT 0 2');
    await sql.run("INSERT INTO appgroups (organizationsId, name, displayName) VALUES ('acme', 'group', 'Group')");
    await sql.run("INSERT INTO apps (organizationsId, developersId, name) VALUES ('acme', 'owner@example.com', 'a b')");
    await sql.run("INSERT INTO apps (organizationsId, appgroupsId, name) VALUES ('acme', 'group', 'x')");
    assert.equal((await get('/developers/owner@example.com/apps/a%20b')).status, 200);
    assert.equal((await get('/appgroups/group/apps/x')).status, 200);
  });

  it('returns columns of what it made, with their types', async () => {
    const { rows, columns } = await sql.run(
      `INSERT INTO developers (organizationsId, email, firstName, lastName, userName)
       VALUES ('acme', 'shown@example.com', 'Ann', 'Other', 'ann') RETURNING email AS mail, STATUS, apps, createdAt, developersId`,
    );
    const [row] = rows;
    assert.deepEqual(
      columns?.map(({ name, type }) => `${name} ${type}`),
      ['mail text', 'STATUS text', 'apps json', 'createdAt integer', 'developersId text'],
    );
    assert.equal(typeof row?.['createdAt'], 'number');
    assert.deepEqual(
      { ...row, createdAt: 0 },
      {
        mail: 'shown@example.com',
        STATUS: 'active',
        apps: '[]',
        createdAt: 0,
        developersId: 'shown@example.com',
      },
    );
  });

  it('gives what it makes the status that is asked for', async () => {
    const { rows, notices } = await sql.run(
      "INSERT INTO developers (organizationsId, email, firstName, lastName, userName, status, createdAt) VALUES ('acme', 'idle@example.com', 'A', 'B', 'c', 'inactive', 1) RETURNING status",
    );
    assert.deepEqual(rows, [{ status: 'inactive' }]);
    assert.deepEqual(notices.slice(1, 2), ['ignored, since the server sets it: createdAt']);
    assert.equal((await show('idle@example.com'))?.status, 'inactive');
    const app = (name: string, status: string) =>
      sql.run(
        "INSERT INTO apps (organizationsId, developersId, name, status) VALUES ('acme', 'busy@example.com', $1, $2)",
        name,
        status,
      );
    await make('busy@example.com');
    await app('shop', 'revoked');
    await app('store', 'approved');
    const statusOf = async (name: string) =>
      (await get(`/developers/busy@example.com/apps/${name}`)).json<{ status: string }>().status;
    assert.deepEqual([await statusOf('shop'), await statusOf('store')], ['revoked', 'approved']);
    assert.equal((await refusalOf(app('other', 'asleep'))).state, '22023');
    const refusal = await refusalOf(
      sql.run(
        "INSERT INTO developers (organizationsId, email, firstName, lastName, userName, status) VALUES ('acme', 'odd@example.com', 'A', 'B', 'c', 'asleep')",
      ),
    );
    assert.match(refusal.hint ?? '', /The row was inserted, with another status\.$/);
  });

  it('updates what is named, and keeps the rest', async () => {
    await make('kept@example.com');
    await sql.run(
      `UPDATE developers SET data__attributes = '[{"name":"a","value":"b"}]' WHERE organizationsId = 'acme' AND developersId = 'kept@example.com'`,
    );
    const { tag, rows } = await sql.run(
      "UPDATE google.apigee.developers SET lastName = ? WHERE organizationsId = 'acme' AND developersId = ? RETURNING lastName, attributes",
      'Changed',
      'kept@example.com',
    );
    assert.equal(tag, 'UPDATE 1');
    assert.deepEqual(rows, [{ lastName: 'Changed', attributes: '[{"name":"a","value":"b"}]' }]);
    const { firstName, lastName, attributes } = (await show('kept@example.com')) ?? {};
    assert.deepEqual([firstName, lastName, attributes], ['Ann', 'Changed', [{ name: 'a', value: 'b' }]]);
    const operations = (await audit('/developers/kept@example.com')).map(({ operation }) => operation);
    assert.deepEqual(operations, ['UPDATE', 'UPDATE', 'CREATE']);
  });

  it('replaces the whole', async () => {
    await make('whole@example.com');
    await sql.run(
      `UPDATE developers SET attributes = '[{"name":"a","value":"b"}]' WHERE organizationsId = 'acme' AND developersId = 'whole@example.com'`,
    );
    const replaced = await sql.run(
      `REPLACE google.apigee.developers SET email = 'whole@example.com', firstName = 'New', lastName = 'N', userName = 'n', attributes = '[]'
       WHERE organizationsId = 'acme' AND developersId = 'whole@example.com'`,
    );
    assert.equal(replaced.tag, 'UPDATE 1');
    const { firstName, attributes } = (await show('whole@example.com')) ?? {};
    assert.deepEqual([firstName, attributes ?? []], ['New', []]);
    const into = await sql.run(
      "REPLACE INTO developers (organizationsId, email, firstName, lastName, userName) VALUES ('acme', 'whole@example.com', 'Z', 'Z', 'z'), ('acme', 'fresh@example.com', 'Y', 'Y', 'y')",
    );
    assert.equal(into.tag, 'INSERT 0 2');
    assert.deepEqual(
      [(await show('whole@example.com'))?.firstName, (await show('fresh@example.com'))?.firstName],
      ['Z', 'Y'],
    );
  });

  it('leaves what is there, where that is asked for', async () => {
    await make('there@example.com');
    for (const [before, after] of [
      ['INSERT OR IGNORE', ''],
      ['INSERT', 'ON CONFLICT DO NOTHING'],
    ]) {
      const { tag } = await sql.run(
        `${before} INTO developers (organizationsId, email, firstName, lastName, userName) VALUES ('acme', 'there@example.com', 'New', 'N', 'n') ${after}`,
      );
      assert.equal(tag, 'INSERT 0 0');
    }
    assert.equal((await show('there@example.com'))?.firstName, 'Ann');
  });

  it('deletes what is named, and shows it', async () => {
    await make('gone@example.com');
    const { tag, rows, notices } = await sql.run(
      "DELETE /*+ AWAIT */ FROM google.apigee.developers WHERE organizationsId = 'acme' AND developersId = 'gone@example.com' RETURNING email",
    );
    assert.deepEqual([tag, rows], ['DELETE 1', [{ email: 'gone@example.com' }]]);
    assert.equal(notices[0], 'The operation completed successfully');
    assert.equal(await show('gone@example.com'), undefined);
    assert.equal((await audit('/developers/gone@example.com'))[0]?.operation, 'DELETE');
  });

  it('takes each of the seven methods by its name', async () => {
    const all = 'google.apigee.developers.organizations_developers';
    const one = "@organizationsId = 'acme', @developersId = 'seven@example.com'";
    const created = await sql.run(
      `EXEC ${all}_create @organizationsId='acme' @@json='{"email":"seven@example.com","firstName":"A","lastName":"B","userName":"c"}'`,
    );
    assert.deepEqual([created.tag, created.columns, created.notices], ['EXEC', undefined, [despatched]]);
    const got = await sql.run(`EXEC /*+ SHOWRESULTS */ ${all}_get ${one}`);
    assert.deepEqual([got.rows[0]?.['email'], got.rows[0]?.['status']], ['seven@example.com', 'active']);
    const listed = await sql.run(`EXEC /*+ SHOWRESULTS, AWAIT */ ${all}_list @organizationsId='acme', @expand=true`);
    assert.ok(listed.rows.some((row) => row['email'] === 'seven@example.com' && row['firstName'] === 'A'));
    await sql.run(`EXEC ${all}_attributes ${one} @@json='{"attribute":[{"name":"a","value":"b"}]}'`);
    assert.deepEqual((await show('seven@example.com'))?.attributes, [{ name: 'a', value: 'b' }]);
    await sql.run(`EXEC ${all}_set_developer_status ${one}, @action = ?`, 'inactive');
    assert.equal((await show('seven@example.com'))?.status, 'inactive');
    await sql.run(
      `EXEC google.apigee.organizations_developers.organizations_developers_setDeveloperStatus ${one} @action='active'`,
    );
    assert.equal((await show('seven@example.com'))?.status, 'active');
    const body = '@@json = \'{"email":"seven@example.com","firstName":"New","lastName":"B","userName":"c"}\'';
    await sql.run(`EXEC ${all}_update ${one}, ${body}`);
    assert.equal((await show('seven@example.com'))?.firstName, 'New');
    const operations = (await audit('/developers/seven@example.com')).map(({ operation }) => operation);
    assert.deepEqual(operations, ['UPDATE', 'CREATE', 'CREATE', 'CREATE', 'CREATE']);
    await sql.run(`EXEC ${all}_delete ${one}`);
    assert.equal(await show('seven@example.com'), undefined);
  });

  it('makes and changes attributes and companies, which StackQL has no INSERT for', async () => {
    await make('attr@example.com');
    const where = "organizationsId = 'acme' AND developersId = 'attr@example.com' AND attributesId = 'a/b'";
    await sql.run(
      "INSERT INTO attributes (organizationsId, developersId, name, value) VALUES ('acme', 'attr@example.com', 'a/b', '1')",
    );
    await sql.run(`UPDATE attributes SET value = '2' WHERE ${where}`);
    assert.deepEqual((await show('attr@example.com'))?.attributes, [{ name: 'a/b', value: '2' }]);
    await sql.run(`DELETE FROM attributes WHERE ${where}`);
    assert.equal((await show('attr@example.com'))?.attributes, undefined);
    await sql.run("INSERT INTO companies (organizationsId, name, displayName) VALUES ('other', 'c o', 'Company')");
    await sql.run(
      "UPDATE companies SET status = 'inactive', displayName = 'New' WHERE organizationsId = 'other' AND companiesId = 'c o'",
    );
    const company = await server().request('GET', '/edge/v1/organizations/other/companies/c%20o');
    const { status, displayName } = company.json<{ status: string; displayName: string }>();
    assert.deepEqual([status, displayName], ['inactive', 'New']);
  });

  it('writes numbers and booleans as each field has them', async () => {
    await sql.run(
      "INSERT INTO apiproducts (organizationsId, name, displayName, approvalType, quota, quotaInterval, quotaTimeUnit, scopes) VALUES ('acme', 'p', 'P', 'auto', 10, '1', 'minute', '[\"a\",\"b\"]')",
    );
    const product = (await get('/apiproducts/p')).json<{ quota: string; scopes: string[] }>();
    assert.deepEqual([product.quota, product.scopes], ['10', ['a', 'b']]);
    await sql.run("UPDATE apiproducts SET quota = NULL WHERE organizationsId = 'acme' AND apiproductsId = 'p'");
    assert.equal((await get('/apiproducts/p')).json<{ quota?: string }>().quota, undefined);
  });
});
