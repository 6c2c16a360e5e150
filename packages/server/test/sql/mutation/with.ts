import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { openSqlWorld, type SqlWorld } from '../../support/sql.ts';

describeOnEveryStore('statements with queries that WITH names before them', (server) => {
  let sql: SqlWorld;
  before(async () => {
    await server().makeOrganization('acme', 'x');
    sql = openSqlWorld(server());
  });
  const list = async (columns: string) => {
    const { rows } = await sql.run(`SELECT ${columns} FROM developers WHERE organizationsId = 'acme' ORDER BY email`);
    return rows.map((row) => Object.values(row).join(' '));
  };

  it('insert what those answer, in rows and in values', async () => {
    const { tag, rows } = await sql.run(
      `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT $1), people AS MATERIALIZED (SELECT 'd' || x AS name FROM n)
       INSERT INTO google.apigee.developers (organizationsId, email, firstName, lastName, userName)
       SELECT $2, name || '@example.com', name, 'Other', name FROM people ORDER BY name RETURNING email`,
      3,
      'acme',
    );
    assert.equal(tag, 'INSERT 0 3');
    assert.deepEqual(
      rows.map(({ email }) => email),
      ['d1@example.com', 'd2@example.com', 'd3@example.com'],
    );
    await sql.run(
      `WITH most(n) AS (SELECT count(*) FROM developers)
       INSERT INTO developers (organizationsId, email, firstName, lastName, userName)
       VALUES ('acme', 'd4@example.com', (SELECT n FROM most), 'Other', 'd4')`,
    );
    const copied = await sql.run(
      `WITH a AS (SELECT 'd5' AS name) INSERT INTO developers (organizationsId, email, firstName, lastName, userName)
       WITH b AS (SELECT name, name || '@example.com' AS email FROM a) SELECT 'acme', email, name, 'Other', name FROM b`,
    );
    assert.equal(copied.tag, 'INSERT 0 1');
    assert.deepEqual(await list('email, firstName'), [
      'd1@example.com d1',
      'd2@example.com d2',
      'd3@example.com d3',
      'd4@example.com 3',
      'd5@example.com d5',
    ]);
  });

  it('change and delete what those find: what is changed is the resource, whatever else has its name', async () => {
    const updated = await sql.run(
      `WITH names(email, name) AS (VALUES ('d1@example.com', 'One'), ('d2@example.com', 'Two'))
       UPDATE developers AS d SET lastName = n.name FROM names n WHERE d.organizationsId = 'acme' AND d.email = n.email`,
    );
    assert.equal(updated.tag, 'UPDATE 2');
    const named = await sql.run(
      `WITH developers AS (SELECT 'acme' AS organizationsId, 'd3@example.com' AS email)
       DELETE FROM developers WHERE organizationsId = 'acme' AND email IN (SELECT email FROM developers) RETURNING email`,
    );
    assert.deepEqual([named.tag, named.rows], ['DELETE 1', [{ email: 'd3@example.com' }]]);
    const one = await sql.run(
      "WITH unused AS (SELECT 1) DELETE FROM developers WHERE organizationsId = 'acme' AND developersId = $1",
      'd4@example.com',
    );
    assert.equal(one.tag, 'DELETE 1');
    assert.deepEqual(await list('email, lastName'), [
      'd1@example.com One',
      'd2@example.com Two',
      'd5@example.com Other',
    ]);
  });
});
