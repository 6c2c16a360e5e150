import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { assertGolden } from '../../support/transcript.ts';
import { findSkip, openToolWorld, type ToolWorld, typeInTerminal } from './tool-world.ts';

let world: ToolWorld;
before(async () => {
  world = await openToolWorld();
});
after(() => world[Symbol.asyncDispose]());

describe('tools of PostgreSQL', () => {
  it('psql lists and describes', { skip: findSkip({ programs: ['psql'] }) }, async () => {
    const { run, place } = world;
    const text = await run('psql', ['-X', '-a', '-v', 'mail=ann@example.com', '-f', 'psql.sql', place]);
    assert.match(text, /firstName +\| text/);
    // How it shows what it was told differs from version to version.
    if (/\) 15\./.test(await run('psql', ['--version'])))
      assertGolden(new URL('golden/psql.txt', import.meta.url), text);
  });

  // `script` gives psql the terminal without which it completes nothing.
  it('psql completes names', { skip: findSkip({ programs: ['psql', 'script'] }) }, async () => {
    const text = await typeInTerminal(`psql -X '${world.place}'`, world.password, [
      ['myorg=> ', '\\d develop\t'],
      ['ers', '\t\t'],
      [/developers_balance +developers_monetization_config/, '\x15select "firstName" from "public"."appgroups_bal\t'],
      ['appgroups_balance"', '\x15set client_min\t'],
      ['client_min_messages', '\x15\\q\n'],
    ]);
    assert.doesNotMatch(text, /ERROR/);
  });

  it('node-postgres connects, lists and describes', async () => {
    const { port, user, password } = world;
    const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'myorg' });
    await client.connect();
    try {
      const text =
        'select column_name, data_type from information_schema.columns where table_name = $1 and table_schema = $2';
      const { rows } = await client.query({
        name: 'columns',
        text: `${text} order by ordinal_position`,
        values: ['developers', 'public'],
      });
      assert.deepEqual(rows.slice(0, 2), [
        { column_name: 'email', data_type: 'text' },
        { column_name: 'firstName', data_type: 'text' },
      ]);
      const typed = await client.query(
        "select oid, relname, relhasindex, relacl from pg_class where oid = 'developers'::regclass",
      );
      const [row] = typed.rows;
      assert.equal(typeof row.oid, 'number');
      assert.equal(row.relhasindex, true);
      assert.deepEqual((await client.query('select current_user as who, pg_backend_pid() as pid')).rows, [
        { who: user, pid: (client as unknown as { processID: number }).processID },
      ]);
      await assert.rejects(client.query('select * from pg_nothing'), { code: '42P01', position: '15' });
      assert.deepEqual((await client.query('select "firstName" from "public"."developers"')).rows, [
        { firstName: 'Ann' },
      ]);
    } finally {
      await client.end();
    }
  });

  const python = '/usr/lib/python3/dist-packages/psycopg/__init__.py';
  it('psycopg 3 and 2 connect, list and describe', { skip: findSkip({ files: [python], long: true }) }, async () => {
    const program = new URL('describe.py', import.meta.url).pathname;
    const text = await world.run('/usr/bin/python3', [program, String(world.port), world.user]);
    assertGolden(new URL('golden/psycopg.txt', import.meta.url), text);
  });

  const jar = '/usr/share/java/postgresql.jar';
  it('JDBC lists and describes', { skip: findSkip({ programs: ['java'], files: [jar], long: true }) }, async () => {
    const program = new URL('Describe.java', import.meta.url).pathname;
    const url = `jdbc:postgresql://127.0.0.1:${world.port}/myorg`;
    const text = await world.run('java', ['-cp', jar, program, url, world.user]);
    assertGolden(new URL('golden/jdbc.txt', import.meta.url), text);
  });
});
