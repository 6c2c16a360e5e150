import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import pg from 'pg';
import { adminEmail, startTestServer, type TestServer, testPassword } from '../support/server.ts';

const psqlPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((path) => join(path, 'psql'))
  .find(existsSync);
const noPsql = psqlPath === undefined && 'there is no psql here: install postgresql-client';

describe('a whole server, asked by clients of PostgreSQL', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ settings: { sqlListen: '127.0.0.1:0' } });
    await server.makeOrganization('acme', 'x');
    for (const organization of ['myorg', 'acme']) {
      for (const name of ['ann', 'bob']) {
        const json = { email: `${name}@${organization}.example`, firstName: name, lastName: 'Example', userName: name };
        const { status } = await server.request('POST', `/v1/organizations/${organization}/developers`, { json });
        assert.ok(status === 200 || status === 201);
      }
    }
  });
  after(() => server?.close());

  async function connect(settings: pg.ClientConfig = {}): Promise<pg.Client> {
    const where = { host: '127.0.0.1', port: server.ports.sql ?? 0 };
    const client = new pg.Client({ ...where, user: adminEmail, password: testPassword, ...settings });
    await client.connect();
    return client;
  }

  async function psql(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    const place = `host=127.0.0.1 port=${server.ports.sql} user=${adminEmail} dbname=claviger`;
    const env = { ...process.env, PGPASSWORD: testPassword, LC_ALL: 'C.UTF-8' };
    const options = { env, timeout: 60_000 };
    try {
      return await promisify(execFile)(psqlPath ?? 'psql', ['-X', '-v', 'ON_ERROR_STOP=1', place, ...args], options);
    } catch (error) {
      return error as { stdout: string; stderr: string };
    }
  }

  it('answers what the account may see, and what the database names alone', async () => {
    const list = 'select email from developers order by email';
    const all = ['ann@acme.example', 'ann@myorg.example', 'bob@acme.example', 'bob@myorg.example'];
    const cases: Record<string, string[]> = {
      claviger: all,
      stackql: all,
      [adminEmail]: all,
      acme: [all[0] ?? '', all[2] ?? ''],
    };
    for (const [database, expected] of Object.entries(cases)) {
      const client = await connect({ database });
      assert.deepEqual(
        (await client.query(list)).rows.map(({ email }) => email),
        expected,
        database,
      );
      await client.end();
    }
    await assert.rejects(connect({ database: 'nowhere' }), { code: '3D000' });
    await server.makeAccount('reader@example.com', [{ organization: 'acme', role: 'readonlyadmin' }]);
    const reader = await connect({ user: 'reader@example.com', database: 'claviger' });
    assert.equal((await reader.query(list)).rowCount, 2);
    await reader.end();
    await assert.rejects(connect({ user: 'reader@example.com', database: 'myorg' }), { code: '3D000' });
  });

  it('changes what the API changes, and nothing outside of the organization that the database names', async () => {
    const client = await connect({ database: 'acme' });
    const insert =
      'insert into developers (organizationsId, email, firstName, lastName, userName) values ($1, $2, $3, $4, $5)';
    const values = ['cid@acme.example', 'Cid', 'Example', 'cid'];
    assert.equal((await client.query(insert, ['acme', ...values])).rowCount, 1);
    await assert.rejects(client.query(insert, ['myorg', ...values]));
    await client.query("delete from developers where organizationsId = 'acme' and developersId = 'cid@acme.example'");
    await client.end();
    const made = await server.request('GET', '/v1/organizations/myorg/developers/cid@acme.example');
    assert.equal(made.status, 404);
  });

  it('answers psql: queries, tables, what a table has, errors with their place, cursors', {
    skip: noPsql,
  }, async () => {
    const select = await psql('-At', '-c', 'select email from developers order by email limit 1');
    assert.deepEqual(select, { stdout: 'ann@acme.example\n', stderr: '' });
    assert.match((await psql('-c', '\\d developers')).stdout, /"createdAt"?\s*\|\s*bigint|createdAt\s*\|\s*bigint/);
    assert.match((await psql('-c', '\\dt')).stdout, /public \| developers/);
    assert.match((await psql('-c', 'select 1 fro x')).stderr, /LINE 1: select 1 fro x\n\s+\^/);
    const portions = await psql('-At', '-v', 'FETCH_COUNT=3', '-c', 'select email from developers');
    assert.equal(portions.stdout.trim().split('\n').length, 4);
    const script = await psql('-At', '-c', 'begin', '-c', 'select count(*) from developers', '-c', 'commit');
    assert.equal(script.stdout, 'BEGIN\n4\nCOMMIT\n');
    assert.match((await psql('-c', 'copy developers to stdout')).stderr, /COPY is not supported/);
  });

  it('looks at what may be seen anew for each run of what was prepared', async () => {
    const prepared = { name: 'count', text: 'select name from organizations where name like $1', values: ['%'] };
    const countOf = async (client: pg.Client) => (await client.query(prepared)).rowCount;
    const email = 'member@example.com';
    await server.makeAccount(email, [{ organization: 'myorg', role: 'orgadmin' }]);
    const [member, sysadmin] = [await connect({ user: email }), await connect()];
    const before = Number(await countOf(sysadmin));
    for (let round = 0; round < 5; round++) {
      assert.deepEqual([await countOf(member), await countOf(sysadmin)], [1, before]);
    }
    await server.makeOrganization('later', 'x');
    assert.deepEqual([await countOf(member), await countOf(sysadmin)], [1, before + 1]);
    await server.request('DELETE', `/edge/v1/organizations/myorg/userroles/orgadmin/users/${email}`);
    assert.deepEqual([await countOf(member), await countOf(sysadmin)], [0, before + 1]);
    await Promise.all([member.end(), sysadmin.end()]);
  });

  it('is told of where a server is asked whether it is ready', async () => {
    const ready = await server.request('GET', '/readyz', { auth: null });
    assert.deepEqual(JSON.parse(ready.text), { status: 'ready', sql: 'listening' });
  });

  it('counts connections and statements', async () => {
    const client = await connect();
    await client.query('select 1');
    const { text } = await server.request('GET', '/metrics', { auth: null });
    assert.match(text, /^claviger_sql_listening 1$/m);
    assert.match(text, /^claviger_sql_connections 1$/m);
    assert.match(text, /^claviger_sql_statements_total\{outcome="done"\} [1-9]/m);
    await client.end();
  });
});
