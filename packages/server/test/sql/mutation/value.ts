import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { openSqlWorld, refusalOf, type SqlWorld } from '../../support/sql.ts';

const root = '/x/v1/organizations/acme';

/** What a value may hold that means something to SQL, to URLs, to HTTP or to JSON. */
const hostile = [
  "x' OR '1'='1",
  "x'; DELETE FROM developers WHERE true; --",
  'a/../b',
  '../../developers',
  '..%2f..',
  '%2e%2e',
  'a%2Fb',
  'a%00b',
  '?action=inactive',
  'a?x=',
  'a#b',
  'a&action=inactive',
  'a;b',
  'a:expire',
  'a\r\nX-Header: 1\r\n\r\nDELETE / HTTP/1.1',
  'a\\b',
  '{"a":1}',
  '","value":"x',
  'ä€😀',
  'a+b c',
  "!'()*~",
  '  ',
] as const;

describeOnEveryStore('a value is nothing but a value', (server) => {
  let sql: SqlWorld;
  before(async () => {
    await server().makeOrganization('acme', 'x');
    sql = openSqlWorld(server());
    for (const email of ['ann@example.com', 'bob@example.com']) {
      await sql.run(
        "INSERT INTO developers (organizationsId, email, firstName, lastName, userName) VALUES ('acme', $1, 'A', 'B', 'c')",
        email,
      );
    }
  });
  const show = async (email: string) => {
    const answer = await server().request('GET', `${root}/developers/${email}`);
    return answer.json<{ status: string; userName: string; attributes?: { name: string; value: string }[] }>();
  };
  const write = (text: string) => `'${text.replaceAll("'", "''")}'`;

  it('in a body', async () => {
    for (const value of hostile) {
      for (const given of ['$1', write(value)]) {
        const text = `UPDATE developers SET userName = ${given} WHERE organizationsId = 'acme' AND developersId = 'ann@example.com'`;
        await sql.run(text, ...(given === '$1' ? [value] : []));
        const { userName, status } = await show('ann@example.com');
        assert.deepEqual([userName, status], [value, 'active']);
      }
    }
  });

  it('in a path', async () => {
    for (const value of hostile) {
      const where = "organizationsId = 'acme' AND developersId = $1";
      for (const text of [
        "EXEC developers.organizations_developers_set_developer_status @organizationsId = 'acme', @developersId = $1, @action = 'inactive'",
        "EXEC developers.organizations_developers_delete @organizationsId = 'acme', @developersId = $1",
        ...(/%[0-9a-f]{2}/i.test(value)
          ? []
          : [`DELETE FROM developers WHERE ${where}`, `UPDATE developers SET userName = 'x' WHERE ${where}`]),
      ]) {
        const { state, message } = await refusalOf(sql.run(text, value));
        assert.ok(['P0002', '22023'].includes(state), `${text} with ${JSON.stringify(value)}: ${state} ${message}`);
      }
    }
    for (const email of ['ann@example.com', 'bob@example.com']) assert.equal((await show(email)).status, 'active');
    assert.equal((await server().request('GET', root)).status, 200);
  });

  it('in a query', async () => {
    for (const value of hostile) {
      const text =
        "EXEC developers.organizations_developers_set_developer_status @organizationsId = 'acme', @developersId = 'bob@example.com', @action = $1";
      assert.equal((await refusalOf(sql.run(text, value))).state, '22023', value);
    }
    assert.equal((await show('bob@example.com')).status, 'active');
  });

  it('in a name, which finds what has that very name', async () => {
    const names = hostile.filter((name) => !name.includes('\n') && name.trim() !== '' && !name.includes('%'));
    for (const name of names) {
      await sql.run(
        "INSERT INTO attributes (organizationsId, developersId, name, value) VALUES ('acme', 'bob@example.com', $1, 'v')",
        name,
      );
      const { attributes = [] } = await show('bob@example.com');
      assert.deepEqual(attributes, [{ name, value: 'v' }]);
      const where = "organizationsId = 'acme' AND developersId = 'bob@example.com' AND attributesId = $1";
      const { tag } = await sql.run(`DELETE FROM attributes WHERE ${where}`, name);
      assert.equal(tag, 'DELETE 1');
      assert.equal((await show('bob@example.com')).attributes, undefined);
    }
  });

  it('and is refused where a path could not hold it', async () => {
    for (const value of ['', '.', '..', '\ud800']) {
      for (const column of ['organizationsId', 'developersId']) {
        const other = column === 'organizationsId' ? "developersId = 'ann@example.com'" : "organizationsId = 'acme'";
        const refusal = await refusalOf(sql.run(`DELETE FROM developers WHERE ${other} AND ${column} = $1`, value));
        assert.equal(refusal.state, '22023', JSON.stringify(value));
      }
    }
    const bytes = new Uint8Array([1, 2]);
    const text = "EXEC developers.organizations_developers_get @organizationsId = 'acme', @developersId = $1";
    assert.equal((await refusalOf(sql.run(text, bytes))).state, '22023');
    assert.equal((await show('ann@example.com')).status, 'active');
  });

  it('with the names that e-mails and apps have', async () => {
    for (const email of ['a+b@example.com', "o'hara@example.com", 'a%b@example.com', 'a&b=c@example.com']) {
      await sql.run(
        "INSERT INTO developers (organizationsId, email, firstName, lastName, userName) VALUES ('acme', $1, 'A', 'B', 'c')",
        email,
      );
      const where = "organizationsId = 'acme' AND developersId = $1";
      assert.equal((await sql.run(`UPDATE developers SET userName = 'new' WHERE ${where}`, email)).tag, 'UPDATE 1');
      assert.equal((await sql.run(`DELETE FROM developers WHERE ${where}`, email)).tag, 'DELETE 1');
    }
  });
});
