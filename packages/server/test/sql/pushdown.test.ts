import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { sqlResources } from '../../src/domain/sql-resource-table.ts';
import { foldName } from '../../src/language/token.ts';
import { QueryText } from '../../src/store/query/pushdown/query-text.ts';
import { readTables } from '../../src/store/query/pushdown/schema.ts';
import { selectResource } from '../../src/store/query/view.ts';
import { drawContent, queryOrganizations } from '../support/pair-content.ts';
import { ask, askRows, openQueryPair, type QueryPair, scopeOf } from '../support/query-pair.ts';

const scope = scopeOf(queryOrganizations.slice(0, 1));
const whole = 'ASK POSTGRESQL FOR THE ANSWER';

let opened: QueryPair | undefined;
before(async () => {
  opened = await openQueryPair(drawContent(7, 20));
});
after(() => opened?.close());

function world(): QueryPair {
  assert.ok(opened);
  return opened;
}

async function explain(text: string): Promise<string[]> {
  const rows = await askRows(world().postgres, scope, `explain query plan ${text}`);
  return rows.map((row) => String(row[3]));
}

test('counts by status, top domains, and plain rows are asked of PostgreSQL whole', async () => {
  const texts = [
    'SELECT status, count(*) FROM {developers} GROUP BY status',
    `SELECT substr(email, instr(email,'@')+1) AS domain, count(*) AS n FROM {developers}
      GROUP BY domain ORDER BY n DESC, domain LIMIT 10`,
    'SELECT * FROM {developers}',
    `SELECT a.name, d.email FROM {apps} a JOIN {developers} d ON a.developersId = d.email WHERE d.status = 'active'`,
  ];
  for (const text of texts) {
    assert.deepEqual(await explain(text), [whole], text);
    const [one, other] = [await askRows(world().sqlite, scope, text), await askRows(world().postgres, scope, text)];
    assert.ok(one.length > 0);
    assert.deepEqual([...other].map(String).sort(), [...one].map(String).sort(), text);
  }
});

test('of a query that is answered here, columns that it does not read stay where they are', async () => {
  const plan = await explain(`SELECT hex(status) FROM {developers} WHERE createdAt > 5 AND hex(lastName) <> ''`);
  assert.deepEqual(
    plan.slice(1).sort(),
    [
      'FETCH ALL ROWS OF organization (id)',
      'FETCH SOME ROWS OF developer (last_name, status, created_at, organization_id)',
    ].sort(),
  );
});

test('rows that a text has no part for stay where they are', async () => {
  const cases: readonly (readonly [string, string])[] = [
    [`SELECT hex(email) FROM {developers} WHERE status = 'active' AND hex(email) > ''`, 'SOME'],
    [`SELECT hex(email) FROM {developers} WHERE status = 'active' OR hex(email) > ''`, 'ALL'],
    [`SELECT hex(a.email) FROM {developers} a LEFT JOIN {developers} b ON b.status = 'active'`, 'ALL'],
    [
      `SELECT hex(b.email) FROM {apiproducts} a LEFT JOIN {developers} b ON b.status = 'active' AND b.email = a.name`,
      'SOME',
    ],
    [
      `SELECT hex(b.email) FROM {apiproducts} a LEFT JOIN {developers} b ON b.email = a.name WHERE b.status IS NULL`,
      'ALL',
    ],
    [`SELECT hex(email) FROM {developers} LIMIT 3`, 'SOME'],
    [`SELECT hex(email) FROM {developers} ORDER BY 1 LIMIT 3`, 'ALL'],
  ];
  for (const [text, expected] of cases) {
    const [found] = (await explain(text)).filter((line) => line.includes('OF developer '));
    assert.match(found ?? '', new RegExp(`^FETCH ${expected} ROWS`), text);
  }
});

test('no statement that goes to PostgreSQL brings a row of another organization, or a word of the text', async () => {
  const schema = await readTables();
  const client = new pg.Client({ connectionString: world().url });
  await client.connect();
  const own = queryOrganizations.slice(0, 2).map(({ id }) => id as string);
  for (const { name, columns } of sqlResources) {
    const text = selectResource(name, queryOrganizations.slice(0, 2), () => 'guess');
    const used = new Map([['v_x', new Set(columns.map((column) => foldName(column.name)))]]);
    const asked = `select "marker".* from v_x as "marker" where 'marker' <> hex('')`;
    const query = new QueryText(asked, { views: [{ name: 'v_x', text, organizations: own }], used, schema });
    for (const { table, reads } of query.planFetch({ values: [], functions: {} }).tables) {
      for (const { text: read, values } of reads) {
        assert.ok(!read.includes('marker'), read);
        const { rows } = await client.query(read, [...values]);
        const owner = table === 'organization' ? 'id' : 'organization_id';
        for (const row of rows) assert.ok(row[owner] === undefined || own.includes(row[owner]), `${table} of ${name}`);
      }
    }
  }
  await client.end();
});

test('a query whose process is ended leaves no statement running on PostgreSQL', async () => {
  const aborted = new AbortController();
  const text = `SELECT count(*) FROM ${Array.from({ length: 9 }, (_, at) => `{developers} d${at}`).join(', ')}`;
  const views: Record<string, string> = { developers: `v${'0'.repeat(31)}f_developers` };
  const named = text.replaceAll('{developers}', views['developers'] ?? '');
  const options = { timeoutMilliseconds: 20_000, rowsMax: 10, signal: aborted.signal };
  const running = world().postgres.run({ text: named, views, scope }, [], options);
  const failed = assert.rejects(
    running.then((cursor) => cursor.next()),
    { state: '57014' },
  );
  await countActive((active) => active === 1);
  aborted.abort();
  await failed;
  await countActive((active) => active === 0);
});

test('where PostgreSQL ends the connection, the query fails and the next one runs', async () => {
  const text = 'SELECT count(*) FROM {developers}';
  const before = await ask(world().postgres, scope, text);
  const client = new pg.Client({ connectionString: world().url });
  await client.connect();
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'claviger-sql' and datname = current_database()`,
  );
  await client.end();
  const first = await ask(world().postgres, scope, text);
  if ('state' in first) assert.match(first.state, /^(08|57)/);
  assert.deepEqual(await ask(world().postgres, scope, text), before);
});

/** Waits until so many statements of query processes run. */
async function countActive(isExpected: (active: number) => boolean): Promise<void> {
  const client = new pg.Client({ connectionString: world().url });
  await client.connect();
  const text = `select count(*)::int as active from pg_stat_activity where application_name = 'claviger-sql'
    and datname = current_database() and state = 'active'`;
  for (;;) {
    const { rows } = await client.query(text);
    if (isExpected(rows[0]?.active)) break;
    await sleep(50);
  }
  await client.end();
}
