import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { sqlResources } from '../../../src/domain/sql-resource-table.ts';
import { openCatalog } from '../../../src/surfaces/sql/catalog/catalog-plane.ts';

const queries = openCatalog({ resources: sqlResources }).open({ user: 'ann', database: 'acme', processId: 1 });

const catalogs = [
  'select version()',
  'SELECT pg_catalog.version()',
  'select current_schema(), session_user',
  'select current_user',
  'SELECT CURRENT_DATABASE()',
  "select set_config('search_path', '', false)",
  "SELECT * FROM pg_type WHERE typname = 'json'",
  'select oid, typname from "pg_type"',
  'select table_name from INFORMATION_SCHEMA.TABLES',
  "select 'developers'::regclass",
  "select cast('developers' as regclass)",
  "SELECT 'developers'::regclass::oid",
  'with t as (select * from pg_class) select * from t',
  '(select 1 from pg_class)',
  '-- a comment\n/* from developers /* nested */ */ select now()',
  "select E'it\\'s from developers', pg_backend_pid()",
  'select $tag$ from developers $tag$ from pg_class',
  'select * from pg_get_keywords()',
  'select * from generate_series(1, 3)',
  'select * from (select relname as developers from pg_class) as x',
  'select a.oid from pg_namespace b, pg_class as a',
  'select pg_table_size(1), developers from pg_class',
  'values (version())',
];

const sessions = [
  'select 1',
  '',
  ';',
  'select * from developers',
  'select version() from developers',
  'select * from pg_class, developers',
  'select * from pg_class c join google.apigee.developers d on 1',
  'select * from "developers" where x = current_user',
  'select * from Organizations_Developers where pg_x = now()',
  'select current_user from apps',
  'select (select email from public.developers limit 1) from pg_class',
  "select 'pg_class' as x",
  'select "pg_class" from nothing',
  'select user from nothing',
  'select version from nothing',
  'select x.version() ',
  'insert into developers (email) values (current_user)',
  'begin',
  'show server_version',
  'set session authorization postgres',
  'reset session authorization',
  "copy (select 1 from pg_class) to program 'id'",
  'explain select * from pg_class',
  "do $$ begin perform pg_read_file('x'); end $$",
  'delete from pg_class',
  "select 'unended from pg_class",
  "select json_extract(x, '$.a') from (select 1 as x)",
];

describe("what is the catalog's to answer", () => {
  for (const text of catalogs) it(`takes: ${text}`, () => assert.equal(queries.handles(text), true));
  for (const text of sessions) it(`leaves: ${text}`, () => assert.equal(queries.handles(text), false));

  it('leaves whatever names a resource after FROM, and never throws', () => {
    const piece = fc.constantFrom(
      ...[
        "'",
        '"',
        '$$',
        '/*',
        '*/',
        '--',
        '\n',
        'E',
        '(',
        ')',
        ',',
        '.',
        ' from ',
        ' join ',
        'select ',
        'pg_class',
        '::oid',
      ],
    );
    const noise = fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 20 });
    fc.assert(
      fc.property(noise, (pieces) => {
        assert.equal(typeof queries.handles(pieces.join('')), 'boolean');
        assert.equal(queries.handles(`select pg_catalog.version() from developers where ${pieces.join('')}`), false);
      }),
      { numRuns: 300 },
    );
  });

  it('reads a long text in one go', () => {
    const text = `select pg_catalog.version() /*${'/*'.repeat(200_000)} ${"'".repeat(200_001)} from developers`;
    assert.equal(queries.handles(text), true);
  });
});
