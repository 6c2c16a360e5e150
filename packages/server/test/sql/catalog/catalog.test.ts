import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { sqlResources } from '../../../src/domain/sql-resource-table.ts';
import type { CatalogAnswer } from '../../../src/surfaces/sql/catalog/catalog.ts';
import { openCatalog } from '../../../src/surfaces/sql/catalog/catalog-plane.ts';
import { assertGolden } from '../../support/transcript.ts';

const catalog = openCatalog({ resources: sqlResources });
const queries = catalog.open({
  user: 'ann@acme.example',
  database: 'acme',
  processId: 4711,
  settings: () => ({ application_name: 'a test' }),
});
after(() => catalog.close());

async function ask(text: string): Promise<(string | null)[][]> {
  return readTexts(await queries.run(text));
}

function readTexts({ rows }: CatalogAnswer): (string | null)[][] {
  return rows.map((row) => row.map((value) => (value === null ? null : Buffer.from(value).toString())));
}

describe('the catalog', () => {
  it("speaks as the session's", async () => {
    const text = `select current_user, session_user, user, current_role, current_database(), current_catalog, current_schema(),
      pg_backend_pid(), current_setting('application_name'), current_setting('server_version'),
      current_setting('server_version_num'), current_setting('is_superuser'), version()`;
    const user = 'ann@acme.example';
    assert.deepEqual(await ask(text), [
      [
        user,
        user,
        user,
        user,
        'acme',
        'acme',
        'public',
        '4711',
        'a test',
        '15.0',
        '150000',
        'off',
        'PostgreSQL 15.0 (Claviger)',
      ],
    ]);
    assert.deepEqual(await ask('select datname from pg_database where not datistemplate'), [['acme']]);
  });

  it('forgets who asked before', async () => {
    const other = catalog.open({ user: 'bob', database: 'other', processId: 1 });
    const text =
      "select rolname from pg_roles where rolname !~ '^pg_' union select datname from pg_database order by 1";
    assert.deepEqual(readTexts(await other.run(text)), [
      ['bob'],
      ['claviger'],
      ['other'],
      ['template0'],
      ['template1'],
    ]);
    const found = await ask(text);
    assert.deepEqual(found, [['acme'], ['ann@acme.example'], ['claviger'], ['template0'], ['template1']]);
  });

  for (const user of ['claviger', 'pg_monitor', 'public', 'none', 'o\'hara "x"\u0000;--', 'é'.repeat(200), '']) {
    it(`answers somebody called ${JSON.stringify(user.slice(0, 20))}`, async () => {
      const odd = catalog.open({ user, database: user, processId: 1, settings: () => ({ TimeZone: 'Not/There' }) });
      const [[isSuperuser, database] = []] = readTexts(
        await odd.run("select current_setting('is_superuser'), current_database()"),
      );
      assert.equal(isSuperuser, 'off');
      assert.ok(database !== undefined);
    });
  }

  it('shows every resource with its columns, their types and descriptions, in the case of the API', async () => {
    const text = `select a.attname, format_type(a.atttypid, a.atttypmod), col_description(a.attrelid, a.attnum)
      from pg_attribute a where a.attrelid = '"%"'::regclass and a.attnum > 0 order by a.attnum`;
    const types = { text: 'text', integer: 'bigint', real: 'double precision', boolean: 'boolean', json: 'json' };
    for (const schema of ['public', 'apigee']) {
      for (const { name, columns } of sqlResources) {
        const found = await ask(text.replace('"%"', `${schema}."${name}"`));
        assert.deepEqual(
          found,
          columns.map(({ name, type, description }) => [name, types[type], description]),
        );
      }
    }
  });

  it('describes before it runs, and answers in the formats that are asked for', async () => {
    const text = 'select $1::int4 + 1 as next, relname from pg_class where oid = $2';
    const { parameters, fields } = await queries.describe(text);
    assert.deepEqual(parameters, [23, 26]);
    assert.deepEqual(
      fields?.map(({ name, typeOid, typeSize }) => ({ name, typeOid, typeSize })),
      [
        { name: 'next', typeOid: 23, typeSize: 4 },
        { name: 'relname', typeOid: 19, typeSize: 64 },
      ],
    );
    const { rows, tag } = await queries.run(text, {
      parameters: [Buffer.from([0, 0, 1, 0]), Buffer.from('1259')],
      parameterFormats: [1, 0],
      resultFormats: [1, 0],
    });
    assert.equal(tag, 'SELECT 1');
    assert.deepEqual(
      rows.map((row) => row.map((value) => [...(value ?? [])])),
      [[[0, 0, 1, 1], [...Buffer.from('pg_class')]]],
    );
  });

  it("refuses with PostgreSQL's own words", async () => {
    await assert.rejects(queries.run('select * from pg_nothing'), {
      name: 'SqlError',
      state: '42P01',
      message: 'relation "pg_nothing" does not exist',
      position: 14,
    });
    await assert.rejects(queries.describe('select pg_nothing()'), { state: '42883', position: 7 });
    await assert.rejects(queries.run("select 'x'::regclass"), { state: '42P01' });
    await assert.rejects(queries.run('select $1::int', { parameters: [Buffer.from('x')] }), { state: '22P02' });
    await assert.rejects(queries.run('select 1; select 2'), { state: '42601' });
  });

  it('answers all that psql asks, as it did once', async () => {
    const [[oid] = []] = await ask("select 'apigee.developers'::regclass::oid");
    const texts = readPsqlQueries().map((text) => text.replaceAll("'16385'", `'${oid}'`));
    assert.ok(texts.length >= 15, `${texts.length} queries`);
    const answers: string[] = [];
    for (const text of texts) {
      assert.equal(queries.handles(text), true, text);
      const { fields } = await queries.describe(text);
      const rows = await ask(text);
      assert.ok(rows.every((row) => row.length === fields?.length));
      answers.push(
        [text.split('\n')[0], ...rows.map((row) => row.map((value) => value ?? '').join(' | '))].join('\n  '),
      );
    }
    const golden = new URL('golden/psql-queries.txt', import.meta.url);
    assertGolden(golden, `${answers.join('\n')}\n`.replaceAll(String(oid), '{oid}'));
  });
});

/** What psql 15 asked of a PostgreSQL for `\l`, `\d`, `\dt`, `\dn`, `\df` and `\dv`, taken from it with ECHO_HIDDEN. */
function readPsqlQueries(): string[] {
  const file = new URL('../../fixtures/x/psql-15-hidden-metadata-queries.txt', import.meta.url);
  const found = readFileSync(file, 'utf8').matchAll(/^\*+ QUERY \*+\n([\s\S]*?)\n\*+\n/gm);
  return [...found].map(([, text = '']) => text.replace(/;$/, ''));
}
