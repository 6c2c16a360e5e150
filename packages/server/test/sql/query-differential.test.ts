import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { after, before, it } from 'node:test';
import fc from 'fast-check';
import type { SqlValue } from '../../src/ports/query.ts';
import { describeOnEveryStore } from '../support/every-store.ts';
import { openSqlWorld, type SqlWorld } from '../support/sql.ts';

const runs = process.env['CLAVIGER_LONG'] === undefined ? 60 : 2000;
const resources = ['developers', 'apps', 'apiproducts', 'attributes'] as const;

/** Large numbers would be held as those with a fraction. */
function asHeld(value: SqlValue): SqlValue {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}

/** Queries over resources answer what the same text answers over plain tables with the same rows. */
describeOnEveryStore('a query over resources', (server) => {
  let sql: SqlWorld;
  const plain = new DatabaseSync(':memory:');
  before(async () => {
    sql = openSqlWorld(server());
    for (const organization of ['acme', 'other']) await fill(organization);
    for (const resource of resources) await copy(resource);
  });
  after(() => plain.close());

  async function fill(organization: string): Promise<void> {
    await server().makeOrganization(organization, 'x');
    const root = `/x/v1/organizations/${organization}`;
    for (const name of ['free', 'gold']) {
      const json = {
        name,
        displayName: name.toUpperCase(),
        approvalType: 'auto',
        apiResources: ['/'],
        environments: ['test'],
      };
      await server().request('POST', `${root}/apiproducts`, { json });
    }
    for (const name of ['ann', 'bob', 'cyd', 'dan']) {
      const attributes = [{ name: 'tier', value: name === 'bob' ? 'gold' : 'free' }];
      const json = {
        email: `${name}@${organization}.example`,
        firstName: name,
        lastName: 'Ümläut',
        userName: name,
        attributes,
      };
      await server().request('POST', `${root}/developers`, { json });
      for (const app of name === 'dan' ? [] : ['one', 'two']) {
        await server().request('POST', `${root}/developers/${json.email}/apps`, { json: { name: app, attributes } });
      }
    }
    await server().request('POST', `${root}/developers/bob@${organization}.example?action=inactive`);
  }

  async function copy(resource: string): Promise<void> {
    const { rows, columns = [] } = await sql.run(`SELECT * FROM ${resource}`);
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    plain.exec(`CREATE TABLE "${resource}" (${names})`);
    const insert = plain.prepare(`INSERT INTO "${resource}" VALUES (${columns.map(() => '?').join(', ')})`);
    for (const row of rows) insert.run(...Object.values(row).map(asHeld));
    assert.ok(rows.length > 0, resource);
  }

  async function compare(text: string, ...values: readonly (string | number)[]): Promise<void> {
    const { rows } = await sql.run(text, ...values);
    const expected = plain.prepare(text).all(...values);
    const inOrder = (all: readonly Record<string, SqlValue>[]) =>
      all.map((row) => JSON.stringify(Object.values(row))).sort();
    assert.deepEqual(inOrder(rows), inOrder(expected as Record<string, SqlValue>[]), text);
  }

  const written: readonly string[] = [
    'SELECT count(*), count(DISTINCT status), max(email) FROM developers',
    "SELECT d.email, a.name FROM developers d LEFT JOIN apps a ON a.developerId = d.developerId AND a.name = 'one'",
    'SELECT status, count(*) AS n FROM developers GROUP BY status HAVING n > 1 ORDER BY n DESC',
    'WITH apps AS (SELECT email AS name FROM developers) SELECT name FROM apps',
    'SELECT email FROM developers d WHERE EXISTS (SELECT 1 FROM apps WHERE developerEmail = d.email)',
    "SELECT d.email, json_extract(t.value, '$.value') FROM developers d, json_each(d.attributes) t",
    'SELECT email, row_number() OVER (PARTITION BY organizationsId ORDER BY email) FROM developers',
    'SELECT name FROM apps UNION SELECT name FROM apiproducts EXCEPT SELECT ? ORDER BY 1',
    'SELECT email FROM developers WHERE email IN (SELECT developerEmail FROM apps) ORDER BY email LIMIT 1, 2',
    'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5) SELECT x, email FROM n, developers WHERE x % 2',
    "SELECT (SELECT count(*) FROM apps WHERE developersId = email) AS apps, CASE status WHEN 'active' THEN 1 ELSE 0 END FROM developers",
    'SELECT * FROM developers NATURAL JOIN (SELECT email FROM developers WHERE lastName GLOB ?)',
    'VALUES (1, ?), ((SELECT count(*) FROM apps), 2)',
    "SELECT ownerKind, name, value, count(*) FROM attributes WHERE value <> 'free' GROUP BY 1, 2, 3",
  ];
  for (const text of written) {
    it(text, () => compare(text, ...(text.includes('?') ? ['Ü*'] : [])));
  }

  const column = fc.constantFrom(
    'email',
    'firstname',
    'status',
    'DEVELOPERID',
    'createdAt',
    'organizationsId',
    'developersId',
  );
  const value = fc.constantFrom("'active'", "'ann'", "'acme'", '0', 'NULL', "'bob@acme.example'", '?1');
  const operator = fc.constantFrom('=', '<>', '<', '>=', 'IS', 'LIKE', 'IN', 'NOT IN');
  const condition = fc
    .tuple(column, operator, value, column)
    .map(([left, act, right, other]) =>
      act.endsWith('IN') ? `${left} ${act} (${right}, ${other})` : `${left} ${act} ${right}`,
    );
  const conditions = fc
    .array(fc.tuple(fc.constantFrom('AND', 'OR', 'AND NOT'), condition), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.reduce((text, [word, next]) => `${text} ${word} (${next})`, '1'));
  const source = fc.constantFrom(
    'developers',
    '(SELECT * FROM developers WHERE status IS NOT NULL) x',
    'developers JOIN (SELECT appId, developerEmail FROM apps) a ON a.developerEmail = email',
  );
  const list = fc.oneof(
    fc.array(column, { minLength: 1, maxLength: 3 }).map((names) => names.join(', ')),
    column.map((name) => `count(*), max(${name}), min(length(${name}))`),
  );
  const query = fc
    .tuple(list, source, conditions, fc.boolean())
    .map(
      ([names, from, where, distinct]) =>
        `SELECT ${distinct ? 'DISTINCT ' : ''}${names} FROM ${from} WHERE ?1 IS NOT NULL AND (${where})`,
    );

  it('that nobody thought of', async () => {
    await fc.assert(
      fc.asyncProperty(query, (text) => compare(text, 'cyd')),
      { numRuns: runs },
    );
  });
});
