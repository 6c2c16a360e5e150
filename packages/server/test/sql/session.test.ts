import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { describeOnEveryStore } from '../support/every-store.ts';
import { type Done, openSqlWorld, refusalOf, runStatement, type SqlWorld } from '../support/sql.ts';

const root = '/x/v1/organizations/acme';

/** What every statement of a session answers, over a store with a few entities in it. */
describeOnEveryStore('a session', (server) => {
  let sql: SqlWorld;
  let annId: string;
  let key: string;
  before(async () => {
    await server().makeOrganization('acme', 'x');
    await server().makeOrganization('other', 'x');
    sql = openSqlWorld(server());
    annId = await makeDeveloper('acme', 'ann@example.com', 'Ann');
    await makeDeveloper('acme', 'bob@example.com', 'Bob');
    await makeDeveloper('other', 'cyd@example.com', 'Cyd');
    const app = await server().request('POST', `${root}/developers/ann@example.com/apps`, { json: { name: 'first' } });
    key = app.json<{ credentials: [{ consumerKey: string }] }>().credentials[0].consumerKey;
  });

  async function makeDeveloper(organization: string, email: string, firstName: string): Promise<string> {
    const json = { email, firstName, lastName: 'Example', userName: firstName };
    const answer = await server().request('POST', `/x/v1/organizations/${organization}/developers`, { json });
    return answer.json<{ developerId: string }>().developerId;
  }
  const namesOf = ({ columns }: Done) => columns?.map(({ name }) => name);
  const valuesOf = ({ rows }: Done) => rows.map((row) => Object.values(row));

  describe('queries', () => {
    it('answer by the names of the API, however they are asked', async () => {
      const done = await sql.run(
        "SELECT EMAIL, firstname, lastname AS L, count(*) FROM google.apigee.developers WHERE organizationsid = 'acme'",
      );
      assert.deepEqual(namesOf(done), ['email', 'firstName', 'L', 'count(*)']);
      assert.deepEqual(
        done.columns?.map(({ type }) => type),
        ['text', 'text', 'text', 'integer'],
      );
      assert.equal(done.tag, 'SELECT 1');
    });

    it('give a row for each entity, with its path beside it', async () => {
      const done = await sql.run("SELECT * FROM developers WHERE organizationsId = 'acme' ORDER BY email");
      assert.deepEqual(
        done.rows.map(({ email, developersId, firstName, organizationsId }) => [
          email,
          developersId,
          firstName,
          organizationsId,
        ]),
        [
          ['ann@example.com', 'ann@example.com', 'Ann', 'acme'],
          ['bob@example.com', 'bob@example.com', 'Bob', 'acme'],
        ],
      );
      assert.equal(done.tag, 'SELECT 2');
    });

    it('take what StackQL hands to the API', async () => {
      const where = "organizationsId = 'acme' AND expand = 'true'";
      assert.deepEqual(
        valuesOf(await sql.run(`SELECT email FROM google.apigee.developers WHERE ${where} ORDER BY email`)),
        [['ann@example.com'], ['bob@example.com']],
      );
      const cut = await sql.run(`SELECT email FROM developers WHERE ${where} AND startKey = 'b' AND count = '1'`);
      assert.deepEqual(valuesOf(cut), [['bob@example.com']]);
      assert.deepEqual(cut.notices, ['count is ignored: LIMIT bounds an answer, and nothing else does.']);
      const byId = 'SELECT email FROM developers WHERE developersId = ?';
      assert.deepEqual(valuesOf(await sql.run(byId, annId)), [['ann@example.com']]);
      assert.deepEqual(valuesOf(await sql.run(byId, 'ann@example.com')), [['ann@example.com']]);
    });

    it('find a key by its hash, joined with its app', async () => {
      const text = `SELECT a.name, k.consumerKey FROM keys k JOIN apps a ON a.appId = k.appId WHERE k.consumerKey = $1`;
      assert.deepEqual(valuesOf(await sql.run(text, key)), [['first', key]]);
      assert.deepEqual(valuesOf(await sql.run(text, 'no-such-key')), []);
    });

    it('say in their own words what the engine refuses', async () => {
      const unknown = await refusalOf(sql.run('SELECT emial FROM developers'));
      assert.deepEqual([unknown.state, unknown.position, unknown.hint], ['42703', 7, 'Perhaps you meant email.']);
      for (const text of [
        'SELECT * FROM developers WHERE',
        'SELECT nothing(email) FROM developers',
        'SELECT d.x FROM developers d',
      ]) {
        const { message } = await refusalOf(sql.run(text));
        assert.doesNotMatch(message, /v[0-9a-f]{32}/, text);
      }
    });

    it('take as many values as they have parameters', async () => {
      assert.equal((await refusalOf(sql.run('SELECT ?', 'a', 'b'))).state, '08P01');
      assert.deepEqual(valuesOf(await sql.run('SELECT $2, :a', 'a', 'b', 'c')), [['b', 'c']]);
    });

    it('are explained without names of ours', async () => {
      const plan = await sql.run("EXPLAIN QUERY PLAN SELECT * FROM developers d WHERE email = 'x'");
      assert.deepEqual(namesOf(plan), ['id', 'parent', 'notused', 'detail']);
      const lines = await sql.run('EXPLAIN (FORMAT TEXT) SELECT * FROM (SELECT email FROM developers UNION SELECT 1)');
      assert.deepEqual([namesOf(lines), lines.tag], [['QUERY PLAN'], 'EXPLAIN']);
      assert.doesNotMatch(JSON.stringify([valuesOf(plan), valuesOf(lines)]), /v[0-9a-f]{32}/);
      assert.equal((await refusalOf(sql.run('EXPLAIN ANALYZE SELECT 1'))).state, '0A000');
      assert.equal((await refusalOf(sql.run('EXPLAIN DELETE FROM developers'))).state, '0A000');
    });
  });

  describe('SHOW and DESCRIBE', () => {
    it('have the columns of StackQL', async () => {
      const columns: Readonly<Record<string, readonly string[]>> = {
        'SHOW PROVIDERS': ['name', 'version'],
        'SHOW SERVICES IN google': ['id', 'name', 'title'],
        'SHOW EXTENDED SERVICES IN claviger': ['id', 'name', 'title', 'description', 'version', 'preferred'],
        'SHOW RESOURCES IN google.apigee': ['name', 'id'],
        'SHOW EXTENDED RESOURCES IN google.apigee': ['name', 'id', 'description'],
        'SHOW METHODS IN google.apigee.developers': ['MethodName', 'RequiredParams', 'SQLVerb'],
        'SHOW EXTENDED METHODS IN apigee.apps': ['MethodName', 'RequiredParams', 'SQLVerb', 'description'],
        'SHOW INSERT INTO google.apigee.developers': ['insert_statement'],
        'DESCRIBE google.apigee.developers': ['name', 'type'],
        'DESCRIBE EXTENDED developers': ['name', 'type', 'description'],
        'DESCRIBE METHOD google.apigee.developers.organizations_developers_get': [
          'name',
          'type',
          'param_type',
          'shape',
        ],
        'REGISTRY LIST': ['provider', 'version'],
        'REGISTRY LIST google': ['provider', 'versions'],
      };
      for (const [text, expected] of Object.entries(columns)) {
        const done = await sql.run(text);
        assert.deepEqual(namesOf(done), expected, text);
        assert.ok(done.rows.length > 0, text);
      }
    });

    it('tell of the seven methods of developers', async () => {
      assert.deepEqual(valuesOf(await sql.run('SHOW METHODS IN google.apigee.developers')), [
        ['organizations_developers_attributes', 'developersId, organizationsId', 'EXEC'],
        ['organizations_developers_create', 'organizationsId', 'INSERT'],
        ['organizations_developers_delete', 'developersId, organizationsId', 'DELETE'],
        ['organizations_developers_get', 'developersId, organizationsId', 'SELECT'],
        ['organizations_developers_list', 'organizationsId', 'SELECT'],
        ['organizations_developers_set_developer_status', 'developersId, organizationsId', 'EXEC'],
        ['organizations_developers_update', 'developersId, organizationsId', 'REPLACE'],
      ]);
    });

    it('leave what LIKE and WHERE leave', async () => {
      const like = await sql.run("SHOW RESOURCES IN google.apigee LIKE 'organizations_dev%'");
      assert.ok(like.rows.some(({ name }) => name === 'organizations_developers'));
      assert.ok(like.rows.every(({ name }) => String(name).startsWith('organizations_dev')));
      const where = await sql.run("SHOW METHODS IN developers WHERE SQLVerb = 'DELETE'");
      assert.deepEqual(valuesOf(where), [
        ['organizations_developers_delete', 'developersId, organizationsId', 'DELETE'],
      ]);
      const described = await sql.run("DESCRIBE developers WHERE name = 'createdAt'");
      assert.deepEqual(valuesOf(described), [['createdAt', 'integer']]);
    });

    it('every resource that is shown can be described or called', async () => {
      const { rows } = await sql.run('SHOW RESOURCES IN claviger.apigee');
      for (const { id } of rows) {
        const methods = await sql.run(`SHOW METHODS IN ${id}`);
        const columns = await sql.run(`DESCRIBE ${id}`).catch(() => undefined);
        assert.ok(methods.rows.length + (columns?.rows.length ?? 0) > 0, String(id));
      }
    });

    it('refuse what there is not', async () => {
      for (const [text, state] of [
        ['SHOW SERVICES IN aws', '22023'],
        ['SHOW RESOURCES IN google.compute', '22023'],
        ['SHOW METHODS IN google.apigee.nothing', '42P01'],
        ['DESCRIBE google.apigee.nothing', '42P01'],
        ['DESCRIBE METHOD google.apigee.developers.nothing', '42883'],
        ['DESCRIBE METHOD nothing', '42601'],
        ['SHOW INSERT INTO apigee.audits', '0A000'],
        ['SHOW nothing_at_all', '42704'],
        ["SHOW PROVIDERS LIKE 'x' y", '42601'],
        ['REGISTRY PULL aws', '22023'],
      ] as const) {
        assert.equal((await refusalOf(sql.run(text))).state, state, text);
      }
    });
  });

  describe('views', () => {
    it('last as long as the session, and are seen by it alone', async () => {
      const session = await sql.open();
      const run = (text: string) => runStatement(session, text, []);
      assert.equal(
        (await run("CREATE VIEW actives AS SELECT * FROM developers WHERE status = 'active'")).tag,
        'CREATE VIEW',
      );
      assert.equal((await run('CREATE VIEW names(who) AS SELECT firstName FROM actives')).tag, 'CREATE VIEW');
      assert.deepEqual(valuesOf(await run('SELECT who FROM names n ORDER BY 1')), [['Ann'], ['Bob'], ['Cyd']]);
      assert.deepEqual(valuesOf(await run('DESCRIBE names')), [['who', 'string']]);
      assert.equal((await refusalOf(sql.run('SELECT * FROM actives'))).state, '42P01');
      assert.equal((await refusalOf(run('CREATE VIEW names AS SELECT 1'))).state, '42P07');
      assert.equal((await refusalOf(run('CREATE OR REPLACE VIEW actives AS SELECT who FROM names'))).state, '42P17');
      assert.equal((await refusalOf(run('CREATE VIEW bad AS SELECT ?'))).state, '42P02');
      assert.equal((await refusalOf(run('CREATE VIEW bad AS SELECT * FROM nothing'))).state, '42P01');
      assert.equal((await refusalOf(run('CREATE VIEW bad AS DELETE FROM developers'))).state, '42601');
      assert.equal((await refusalOf(run('CREATE TABLE t (a int)'))).state, '0A000');
      const kept = await run('CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one');
      assert.match(kept.notices.join(), /holds nothing/);
      assert.equal((await run('REFRESH MATERIALIZED VIEW kept')).tag, 'REFRESH MATERIALIZED VIEW');
      assert.equal((await run('DROP VIEW IF EXISTS names, never')).notices.length, 1);
      assert.equal((await refusalOf(run('DROP VIEW names'))).state, '42P01');
      assert.equal((await refusalOf(run('SELECT * FROM names'))).state, '42P01');
    });
  });

  describe('settings', () => {
    it('are kept, shown and put back as PostgreSQL does it', async () => {
      const session = await sql.open();
      const run = (text: string) => runStatement(session, text, []);
      const show = async (name: string) => valuesOf(await run(`SHOW ${name}`))[0]?.[0];
      for (const [set, name, value] of [
        ["SET client_encoding TO 'UTF8'", 'client_encoding', 'UTF8'],
        ["SET NAMES 'utf-8'", 'CLIENT_ENCODING', 'UTF8'],
        ['SET search_path = public, "My Schema"', 'search_path', 'public, My Schema'],
        ["SET TIME ZONE 'Europe/Berlin'", 'timezone', 'Europe/Berlin'],
        ['SET SESSION extra_float_digits = 3', 'extra_float_digits', '3'],
        ["SET LOCAL statement_timeout TO '5 s'", 'statement_timeout', '5 s'],
        ["SET my.own = 'x'", 'my.own', 'x'],
        ['SET DateStyle TO ISO, DMY', 'datestyle', 'ISO, DMY'],
      ] as const) {
        assert.equal((await run(set)).tag, 'SET', set);
        assert.equal(await show(name), value, set);
      }
      assert.equal(await show('transaction isolation level'), 'read committed');
      assert.equal((await run('SHOW DateStyle')).tag, 'SHOW');
      assert.deepEqual(namesOf(await run('SHOW datestyle')), ['DateStyle']);
      assert.deepEqual(namesOf(await run('SHOW ALL')), ['name', 'setting', 'description']);
      await run('RESET search_path');
      assert.equal(await show('search_path'), 'public, apigee');
      await run('RESET ALL');
      assert.equal(await show('TimeZone'), 'UTC');
      for (const [text, state] of [
        ["SET client_encoding = 'LATIN1'", '22023'],
        ['SET server_version = 1', '55P02'],
        ['SET nothing_such = 1', '42704'],
        ["SET statement_timeout = 'soon'", '22023'],
        ['SET statement_timeout', '42601'],
        ['SET ROLE admin', '0A000'],
      ] as const) {
        assert.equal((await refusalOf(run(text))).state, state, text);
      }
    });

    it('bound the time of a statement', async () => {
      const session = await sql.open();
      const run = (text: string) => runStatement(session, text, []);
      await run('SET statement_timeout = 300');
      const endless = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n';
      assert.equal((await refusalOf(run(endless))).state, '57014');
      await run('RESET statement_timeout');
      assert.deepEqual(valuesOf(await run('SELECT 1')), [[1]]);
    });
  });

  describe('transactions', () => {
    it('are answered with their tags, and say what is not undone', async () => {
      const session = await sql.open();
      const run = (text: string) => runStatement(session, text, []);
      const tagOf = async (text: string) => (await run(text)).tag;
      for (const [text, tag] of [
        ['BEGIN', 'BEGIN'],
        ['COMMIT', 'COMMIT'],
        ['START TRANSACTION READ ONLY', 'START TRANSACTION'],
        ['SAVEPOINT a', 'SAVEPOINT'],
        ['ROLLBACK TO SAVEPOINT a', 'ROLLBACK'],
        ['RELEASE SAVEPOINT a', 'RELEASE'],
        ['END', 'COMMIT'],
        ['BEGIN ISOLATION LEVEL SERIALIZABLE', 'BEGIN'],
        ['ABORT', 'ROLLBACK'],
      ] as const) {
        assert.equal(await tagOf(text), tag, text);
      }
      assert.deepEqual((await run('COMMIT')).notices, ['there is no transaction in progress']);
      await run('BEGIN');
      assert.deepEqual((await run('BEGIN')).notices, ['there is already a transaction in progress']);
      assert.deepEqual((await run('ROLLBACK')).notices, []);
      await run('BEGIN');
      await run(
        "UPDATE developers SET lastName = 'New' WHERE organizationsId = 'other' AND developersId = 'cyd@example.com'",
      );
      assert.match((await run('ROLLBACK')).notices.join(), /stays changed/);
      assert.deepEqual(valuesOf(await run("SELECT lastName FROM developers WHERE email = 'cyd@example.com'")), [
        ['New'],
      ]);
    });
  });

  describe('what else there is', () => {
    it('USE shows one organization, and a provider all of them again', async () => {
      const session = await sql.open();
      const run = (text: string) => runStatement(session, text, []);
      const count = async () => valuesOf(await run('SELECT count(*) FROM developers'))[0]?.[0];
      assert.equal(await count(), 3);
      await run('USE other');
      assert.equal(await count(), 1);
      assert.equal((await refusalOf(run('USE nowhere'))).state, '3D000');
      await run('USE "other"');
      assert.equal((await refusalOf(run('USE no-where'))).state, '3D000');
      await run('USE google.apigee');
      assert.equal(await count(), 3);
    });

    it('tells what StackQL would have done elsewhere', async () => {
      for (const text of ['AUTH LOGIN google', 'AUTH REVOKE claviger', 'PURGE', 'REGISTRY PULL google v1']) {
        assert.equal((await sql.run(text)).notices.length, 1, text);
      }
      assert.equal((await sql.run('SLEEP 1')).tag, 'SLEEP');
      assert.equal((await sql.run('DISCARD ALL')).tag, 'DISCARD ALL');
    });

    it('SLEEP ends with who waits', async () => {
      const session = await sql.open();
      const sleep = await session.prepare('SLEEP 60000');
      const ended = new AbortController();
      const running = sleep.run([], { signal: ended.signal });
      ended.abort();
      await assert.rejects(running, { state: '57014' });
    });

    it('refuses what is no statement', async () => {
      for (const text of [
        '',
        '-- nothing',
        'HELLO',
        'PRAGMA user_version',
        "ATTACH 'x' AS y",
        'VACUUM',
        'SELECT 1; SELECT 2',
        '( SELECT 1 )',
      ]) {
        assert.equal((await refusalOf(sql.run(text))).state, '42601', text);
      }
    });

    it('somebody without rights sees nothing', async () => {
      await server().makeAccount('stranger@example.com');
      assert.deepEqual(valuesOf(await sql.runAs('stranger@example.com', 'SELECT * FROM developers')), []);
    });
  });
});
