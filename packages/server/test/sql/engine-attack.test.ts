import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { sqlResources } from '../../src/domain/sql-resource-table.ts';
import { SqlError } from '../../src/language/sql-error.ts';
import type { QueryScope, SqlValue } from '../../src/ports/query.ts';
import { fillOrganization, keyOf } from '../support/query-content.ts';
import { nameViews, openQueryWorld, type QueryWorld, readAll } from '../support/query-world.ts';

/** What no answer to somebody of acme may hold. */
const marks = ['rival', 'argon2', 'SCRAM-SHA', 'master.key', 'claviger.db', 'forbidden-secret'];

/** Attempts to see what the scope does not grant. Each is refused, or answers nothing of it. */
const attempts: readonly string[] = [
  // Tables of the store, by whatever name.
  'select * from account',
  'select * from main.account',
  'select * from "account"',
  'select * from [main].[account]',
  'select password_hash from account',
  'select count(*) from main.account',
  'select count(*) from main.developer',
  'select * from main.developer',
  'select * from developer',
  'select * from temp.developer',
  'select * from organization_key',
  'select * from main.organization_key',
  'select * from setting',
  'select * from main.credential',
  'select sealed from credential',
  'select (select password_hash from main.account limit 1)',
  'select * from $developers where exists (select 1 from main.account)',
  'select * from $developers join main.account on 1 = 1',
  'select * from $developers, main.developer d2',
  'select email from $developers union all select email from main.developer',
  'select email from $developers intersect select email_key from main.developer',
  'select * from $developers order by (select max(password_hash) from main.account)',
  'select 1 where 1 in main.account',
  `select 'x' in main.account`,
  'values ((select password_hash from main.account))',
  'with a as (select * from main.account) select * from a',
  'with a as materialized (select * from main.developer) select count(*) from a',
  // A CTE or an alias with the name of a table, a view or a resource.
  'with developer as (select * from main.developer) select * from developer',
  'with developers as (select * from main.developer) select * from developers',
  'with v0 as (select * from main.account) select * from v0',
  'with recursive account(x) as (select password_hash from main.account union all select x from account) select x from account limit 1',
  'select account.* from $developers as account join main.account as a2',
  'select * from (select * from main.account) as developers',
  // The schema, and what SQLite tells of itself.
  'select * from sqlite_schema',
  'select * from sqlite_master',
  'select * from main.sqlite_master',
  'select * from temp.sqlite_master',
  'select * from sqlite_temp_schema',
  'select count(*) from sqlite_master',
  'select sql from sqlite_temp_master',
  'select * from sqlite_sequence',
  'select * from sqlite_stat1',
  `select * from pragma_table_info('account')`,
  'select * from pragma_table_list',
  'select * from pragma_database_list',
  'select * from pragma_function_list',
  'select * from pragma_compile_options',
  'select count(*) from pragma_database_list',
  'pragma database_list',
  'pragma table_info(account)',
  'pragma trusted_schema = on',
  'pragma writable_schema = on',
  'pragma hard_heap_limit = 0',
  'select * from dbstat',
  'select count(*) from dbstat',
  `select * from bytecode('select 1')`,
  `select * from tables_used('select 1')`,
  'select sqlite_compileoption_get(1)',
  'select sqlite_source_id()',
  `select sqlite_log(1, 'x')`,
  `select sqlite_offset(email) from $developers`,
  // Files and other databases.
  `attach 'other.db' as other`,
  `attach ':memory:' as other`,
  'detach main',
  `select load_extension('/tmp/evil')`,
  `select readfile('/etc/passwd')`,
  `select writefile('/tmp/evil', 'x')`,
  `select edit('x', 'vi')`,
  `select * from fsdir('/')`,
  `vacuum into '/tmp/claviger-evil.db'`,
  'vacuum',
  `select fts3_tokenizer('x')`,
  `select fts3_tokenizer('x', x'0000000000000000')`,
  `create virtual table temp.t using fts5(a)`,
  `create virtual table temp.t using dbstat`,
  `create virtual table temp.t using rtree(a, b, c)`,
  `select geopoly_debug(1)`,
  `select rtreenode(2, x'00')`,
  `select match('a', 'b')`,
  `select snippet(1)`,
  // Changing anything.
  `insert into $developers values (1)`,
  `update $developers set email = 'x'`,
  'delete from $developers',
  `update main.account set sysadmin = 1`,
  `delete from main.developer`,
  `insert into main.developer select * from main.developer`,
  'drop view $developers',
  'drop table main.developer',
  'create table t (a)',
  'create temp table t as select * from main.account',
  'create temp view t as select * from main.account',
  'create view t as select 1',
  'create trigger t after insert on developer begin select 1; end',
  'create temp trigger t instead of insert on $developers begin select 1; end',
  'create index i on developer (email)',
  'alter table developer rename to d2',
  'reindex',
  'analyze',
  'begin',
  'begin exclusive',
  'commit',
  'rollback',
  'savepoint a',
  'release a',
  // Secrets: what is sealed, and the functions that open it.
  `select claviger_key('x', 'y', 'z')`,
  `select claviger_secret('x', 'y', 'z')`,
  `select claviger_key(organizationsId, appId, consumerKey) from $keys`,
  'select sealed from $keys',
  'select lookup_hash from $keys',
  `select key_hash('rival', 'key-rival--developers-ann-rival-example-com')`,
  `select * from $key_lookup where organizationsId = 'rival'`,
  `select * from $key_lookup where consumerKeyHash = key_hash('rival', '${keyOf('rival', '/developers/ann').consumerKey}')`,
  // Organizations by other names, and columns that views do not have.
  `select * from $developers where organizationsId = 'rival'`,
  `select * from $developers where organizationsId = 'rival' or 1 = 1`,
  `select organization_id from $developers`,
  'select rowid from $developers',
  'select _rowid_, oid from $developers',
  `select * from $organizations where name = 'rival'`,
  `select * from $apps where organizationsId = 'rival'`,
  `select * from $users where organizationsId <> 'acme'`,
  `select * from $audits where organizationsId <> 'acme'`,
  `select * from $keys where organizationsId <> 'acme'`,
  // JSON, windows and what else makes rows.
  `select * from json_each((select json_group_array(password_hash) from main.account))`,
  `select * from json_tree((select json_group_object(name, value) from main.setting))`,
  'select group_concat(password_hash) over () from main.account',
  `select json_group_array(x) from (select sql as x from sqlite_schema)`,
  `select * from json_each('[1]') join main.account`,
  // Plans and errors.
  'explain query plan select * from main.account',
  'explain select * from main.account',
  'explain query plan select * from $developers',
  `select abs(-9223372036854775808)`,
  `select json_extract('{', '$.a')`,
  `select json('forbidden')`,
  'select nosuch from $developers',
  'select $developers.nosuch from $developers',
  'select * from $developers indexed by nosuch',
  'select raise(abort, 1)',
  'select 1 from $developers natural join main.account',
  'select ?1 from $developers',
];

describe('what a query can not do', () => {
  let world: QueryWorld;
  let scope: QueryScope;
  before(async () => {
    world = await openQueryWorld();
    for (const name of ['acme', 'rival']) {
      await world.server.makeOrganization(name, 'x');
      await fillOrganization(world.server, name);
    }
    await world.server.makeAccount('reader@example.com', [{ organization: 'acme', role: 'readonlyadmin' }]);
    await world.server.makeAccount('spy@example.com', [{ organization: 'rival', role: 'orgadmin' }]);
    scope = await world.scopeOf('reader@example.com');
    writeFileSync(join(dirname(world.file), 'forbidden'), 'forbidden-secret');
  });
  after(() => world[Symbol.asyncDispose]());

  const attempt = async (text: string, values: readonly SqlValue[] = []) => {
    try {
      const { columns, rows } = await world.query(text, { scope, values, timeoutMilliseconds: 20_000 });
      return JSON.stringify([columns, rows]);
    } catch (error) {
      assert.ok(error instanceof SqlError, `${text}: ${String(error)}`);
      assert.notEqual(error.state, 'XX000', `${text}: ${error.message}`);
      return JSON.stringify([error.message, error.hint]);
    }
  };

  it('sees the own organization', async () => {
    const { rows } = await world.query('select distinct organizationsId from $developers', { scope });
    assert.deepEqual(rows, [['acme']]);
    const keys = await world.query('select count(consumerKey), count(consumerSecret) from $keys', { scope });
    assert.deepEqual(keys.rows, [[9, 9]]);
  });

  for (const text of attempts) {
    it(`nothing comes of: ${text}`, async () => {
      const answer = (await attempt(text)).replaceAll(/key-rival[\w-]*|'rival'/g, '');
      for (const mark of marks) assert.ok(!answer.includes(mark), `${mark} in ${answer.slice(0, 500)}`);
      assert.doesNotMatch(answer, /v[0-9a-f]{32}/, 'names of views are nobody’s business');
      assert.doesNotMatch(answer, /CREATE (TABLE|VIEW|INDEX)|lookup_key/i);
    });
  }

  it('no view of another text or scope is within reach, whatever its name', async () => {
    const all = await world.scopeOf('admin@example.com');
    // A whole scope leaves its views behind in the very process that answers next.
    const { text, views } = nameViews('select email from $developers');
    const limits = { timeoutMilliseconds: 10_000, rowsMax: 1000 };
    const whole = await readAll(await world.engine.run({ text, views, scope: all }, [], limits));
    assert.equal(whole.rows.length, 6);
    const narrow = await readAll(await world.engine.run({ text, views, scope }, [], limits));
    assert.equal(narrow.rows.length, 3);
    const again = await readAll(await world.engine.run({ text, views, scope: all }, [], limits));
    assert.equal(again.rows.length, 6);
    // The name that the caller gave is known to him; it still is none of his.
    const name = views['developers'] ?? '';
    for (const stolen of [
      `select * from ${name}`,
      `with ${name} as (select * from main.account) select * from ${name}`,
      `with ${name} as (select password_hash from account) select * from ${name}`,
    ]) {
      const query = { text: stolen, views: {}, scope };
      await assert.rejects(world.engine.run(query, [], limits), (error) => {
        assert.ok(error instanceof SqlError);
        assert.match(error.state, /^(42P01|42703)$/);
        return true;
      });
    }
  });

  it('values are no SQL', async () => {
    const evil = [
      `' or 1 = 1 --`,
      `acme' union select password_hash from main.account --`,
      '"; drop table developer; --',
    ];
    for (const value of evil) {
      assert.deepEqual(
        (
          await world.query('select * from $developers where organizationsId = ?1 or email = ?1', {
            scope,
            values: [value],
          })
        ).rows,
        [],
      );
    }
    const { rows } = await world.query('select ?1', { scope, values: [evil[1] ?? ''] });
    assert.deepEqual(rows, [[evil[1]]]);
  });

  it('ids and names of organizations are no SQL', async () => {
    const resources = sqlResources.map(({ name }) => name);
    const id = `x') or 1 = 1 or organization.id in ('`;
    const name = `a', (select password_hash from main.account limit 1) as b, '`;
    for (const organizations of [[{ id, name, resources }], [1, 2].map(() => ({ id, name, resources }))]) {
      for (const resource of resources) {
        const { rows } = await world.query(`select count(*) from $${resource}`, { scope: { organizations } });
        assert.deepEqual(rows, [[resource === 'userroles' && organizations.length === 0 ? 6 : 0]], resource);
      }
    }
  });

  it('names that are no names of views are refused', async () => {
    for (const name of ['developer', 'main.account', 'v1_developers', 'v"; drop', `v${'0'.repeat(32)}`]) {
      const query = { text: `select * from ${name}`, views: { developers: name }, scope };
      await assert.rejects(world.engine.describe(query), /is no name of a view/);
    }
  });

  it('the keys of an organization that shows secrets once open keys and no secrets', async () => {
    const response = await world.server.request('PUT', '/claviger/v1/organizations/rival', {
      json: { secretsShownOnce: true },
    });
    assert.equal(response.status, 200, response.text);
    const spy = await world.scopeOf('spy@example.com');
    const { rows } = await world.query('select count(consumerKey), count(consumerSecret) from $keys', { scope: spy });
    assert.deepEqual(rows, [[9, 0]]);
    const apps = await world.query('select credentials from $apps', { scope: spy });
    assert.doesNotMatch(JSON.stringify(apps.rows), /secret-rival/);
  });

  it('a key is found by its hash, in the organizations of the scope alone', async () => {
    const { consumerKey } = keyOf('acme', '/developers/ann@acme.example.com');
    const find = `select appsId, developersId from $keys as k where k.consumerKey = ?1 and k.appId in
      (select appId from $key_lookup where consumerKeyHash = key_hash(organizationsId, ?1))`;
    const found = await world.query(find, { scope, values: [consumerKey] });
    assert.deepEqual(found.rows, [['first', 'ann@acme.example.com']]);
    const rivals = keyOf('rival', '/developers/ann@rival.example.com').consumerKey;
    assert.deepEqual((await world.query(find, { scope, values: [rivals] })).rows, []);
  });

  it('who may not read apps reads no key and no hash', async () => {
    const { id = '' } = (await world.server.plane.store.organizations.findByName('acme')) ?? {};
    const developersAlone = { organizations: [{ id, name: 'acme', resources: ['developers'] }] };
    for (const resource of ['keys', 'key_lookup', 'apps', 'keys_apiproducts', 'attributes', 'users', 'audits']) {
      const { rows } = await world.query(`select count(*) from $${resource}`, { scope: developersAlone });
      assert.deepEqual(rows, [[0]], resource);
    }
    const hash = await world.query(`select key_hash('acme', 'x') from $developers limit 1`, { scope: developersAlone });
    assert.deepEqual(hash.rows, [[null]]);
  });

  it('nothing was written anywhere', async () => {
    assert.equal(existsSync('/tmp/claviger-evil.db'), false);
    assert.equal(existsSync('/tmp/evil'), false);
    if (!existsSync(world.file)) return;
    using database = new DatabaseSync(world.file, { readOnly: true });
    assert.deepEqual(
      database.prepare('pragma integrity_check').get(),
      Object.assign(Object.create(null), { integrity_check: 'ok' }),
    );
    assert.equal(database.prepare('select count(*) as n from developer').get()?.['n'], 6);
    assert.equal(database.prepare('select count(*) as n from account where sysadmin = 1').get()?.['n'], 1);
  });

  it('random bytes for a text are a syntax error', async () => {
    for (let round = 0; round < 50; round++) {
      const answer = await attempt(randomBytes(40).toString('latin1').replaceAll(/[\0?]/g, ' '));
      assert.ok(answer.length > 0);
    }
  });
});
