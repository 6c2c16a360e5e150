import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rewriteQuery } from '../../src/language/query.ts';
import { SqlError } from '../../src/language/sql-error.ts';
import { nameResources } from '../support/sql-name.ts';

const uuid = '0d34e9f5-5b1c-4a5f-9d1e-1a2b3c4d5e6f';
const hashOf = (value: string) =>
  `SELECT appId FROM v_key_lookup WHERE consumerKeyHash = key_hash(organizationsId, ${value})`;

/** Written, and run. */
const rows: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'names of resources': [
    ['SELECT 1', 'SELECT 1'],
    ['SELECT * FROM developers', 'SELECT * FROM v_developers AS "developers"'],
    ['SELECT * FROM apigee.Developers', 'SELECT * FROM v_developers AS "Developers"'],
    ['select * from google.apigee.developers', 'select * from v_developers AS "developers"'],
    ['select * from claviger.apigee.developers d', 'select * from v_developers d'],
    ['select * from `google`."apigee".[developers] AS "d d"', 'select * from v_developers AS "d d"'],
    ['select * from public.apps', 'select * from v_apps AS "apps"'],
    ['SELECT * FROM organizations_developers', 'SELECT * FROM v_developers AS "organizations_developers"'],
    [
      'SELECT * FROM google.apigee."organizations.developers"',
      'SELECT * FROM v_developers AS "organizations.developers"',
    ],
    ['SELECT * FROM developers d, apps', 'SELECT * FROM v_developers d, v_apps AS "apps"'],
    ['SELECT * FROM developers -- apps\nd', 'SELECT * FROM v_developers -- apps\nd'],
    [
      'SELECT * FROM developers d LEFT OUTER JOIN (apps a CROSS JOIN keys) ON a.x = d.y',
      'SELECT * FROM v_developers d LEFT OUTER JOIN (v_apps a CROSS JOIN v_keys AS "keys") ON a.x = d.y',
    ],
    [
      'SELECT * FROM developers NATURAL JOIN apps',
      'SELECT * FROM v_developers AS "developers" NATURAL JOIN v_apps AS "apps"',
    ],
    ['SELECT * FROM developers NOT INDEXED', 'SELECT * FROM v_developers AS "developers" NOT INDEXED'],
    ['SELECT * FROM (SELECT * FROM developers)', 'SELECT * FROM (SELECT * FROM v_developers AS "developers")'],
    ['SELECT 1 WHERE EXISTS (SELECT 1 FROM apps)', 'SELECT 1 WHERE EXISTS (SELECT 1 FROM v_apps AS "apps")'],
    ['SELECT 1 WHERE 1 IN developers', 'SELECT 1 WHERE 1 IN v_developers'],
    ['SELECT 1 WHERE 1 IN (SELECT 1 FROM apps)', 'SELECT 1 WHERE 1 IN (SELECT 1 FROM v_apps AS "apps")'],
    ['SELECT * FROM a.b.c', '42P01'],
    [
      'SELECT * FROM developers UNION ALL SELECT * FROM apps LIMIT 1',
      'SELECT * FROM v_developers AS "developers" UNION ALL SELECT * FROM v_apps AS "apps" LIMIT 1',
    ],
    ['VALUES (1), ((SELECT count(*) FROM apps))', 'VALUES (1), ((SELECT count(*) FROM v_apps AS "apps"))'],
    ["SELECT 'FROM developers'", "SELECT 'FROM developers'"],
    [
      "SELECT 1 FROM apps WHERE name IS NOT DISTINCT FROM 'developers'",
      `SELECT 1 FROM v_apps AS "apps" WHERE name IS NOT DISTINCT FROM 'developers'`,
    ],
    [
      'SELECT count(*) FILTER (WHERE x) OVER w FROM apps WINDOW w AS (ORDER BY y)',
      'SELECT count(*) FILTER (WHERE x) OVER w FROM v_apps AS "apps" WINDOW w AS (ORDER BY y)',
    ],
  ],
  'functions that are tables': [
    [
      'SELECT a.value FROM developers, json_each(attributes) a',
      'SELECT a.value FROM v_developers AS "developers", json_each(attributes) a',
    ],
    [
      "SELECT * FROM json_tree((SELECT attributes FROM apps), '$')",
      `SELECT * FROM json_tree((SELECT attributes FROM v_apps AS "apps"), '$')`,
    ],
    ["SELECT * FROM pragma_table_list('x')", '42501'],
  ],
  'names of WITH': [
    [
      'WITH developers AS (SELECT * FROM google.apigee.developers) SELECT * FROM developers',
      'WITH developers AS (SELECT * FROM v_developers AS "developers") SELECT * FROM developers',
    ],
    [
      'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 3) SELECT * FROM n, apps',
      'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 3) SELECT * FROM n, v_apps AS "apps"',
    ],
    [
      'SELECT * FROM (WITH apps AS (SELECT 1) SELECT * FROM apps), apps',
      'SELECT * FROM (WITH apps AS (SELECT 1) SELECT * FROM apps), v_apps AS "apps"',
    ],
    [
      'WITH a AS (SELECT * FROM b), b AS MATERIALIZED (SELECT 1) SELECT * FROM a',
      'WITH a AS (SELECT * FROM b), b AS MATERIALIZED (SELECT 1) SELECT * FROM a',
    ],
    [
      'WITH "Apps" AS (SELECT 1) SELECT * FROM [apps], apigee.apps',
      'WITH "Apps" AS (SELECT 1) SELECT * FROM [apps], v_apps AS "apps"',
    ],
  ],
  'long names of columns': [
    [
      'SELECT google.apigee.developers.email FROM google.apigee.developers WHERE apigee.developers.status = 1',
      'SELECT developers.email FROM v_developers AS "developers" WHERE developers.status = 1',
    ],
    ['SELECT google.apigee.apps.* FROM google.apigee.apps', 'SELECT apps.* FROM v_apps AS "apps"'],
    ['SELECT d.email FROM google.apigee.developers d', 'SELECT d.email FROM v_developers d'],
  ],
  'names of columns keep the case of the API': [
    [
      'SELECT firstname, "LASTNAME" FROM developers',
      'SELECT "firstName", "lastName" FROM v_developers AS "developers"',
    ],
    ['SELECT d.FIRSTNAME FROM developers d', 'SELECT d."firstName" FROM v_developers d'],
    [
      'SELECT firstname AS FirstName FROM developers',
      'SELECT firstname AS FirstName FROM v_developers AS "developers"',
    ],
    ['SELECT firstname x FROM developers', 'SELECT firstname x FROM v_developers AS "developers"'],
  ],
  parameters: [
    ['SELECT ?, ?', 'SELECT ?1 AS "?", ?2 AS "?"'],
    ['SELECT 1 WHERE $2 = $1', 'SELECT 1 WHERE ?2 = ?1'],
    ['SELECT 1 WHERE :a = @b AND :a = ?', 'SELECT 1 WHERE ?1 = ?2 AND ?1 = ?3'],
    ['SELECT 1 WHERE ?3 = ?', 'SELECT 1 WHERE ?3 = ?4'],
    ['SELECT ?0', '42P02'],
    ['SELECT ?99999', '42P02'],
  ],
  'casts and words of PostgreSQL': [
    ['SELECT 1 WHERE a::text = 1', 'SELECT 1 WHERE CAST(a AS TEXT) = 1'],
    ['SELECT a::int x', 'SELECT CAST(a AS INTEGER) x'],
    ['SELECT a::int', 'SELECT CAST(a AS INTEGER) AS "a::int"'],
    ["SELECT 'x'::varchar(10)::pg_catalog.text t", "SELECT CAST(CAST('x' AS TEXT) AS TEXT) t"],
    ['SELECT f(a, (b))::double precision + 1 t', 'SELECT CAST(f(a, (b)) AS REAL) + 1 t'],
    ['SELECT count(*) FILTER (WHERE a)::bigint t', 'SELECT CAST(count(*) FILTER (WHERE a) AS INTEGER) t'],
    ['SELECT CASE WHEN a THEN b END::text t', 'SELECT CAST(CASE WHEN a THEN b END AS TEXT) t'],
    ["SELECT '2024-01-01'::timestamp with time zone t", "SELECT datetime('2024-01-01') t"],
    ["SELECT $1::jsonb ->> 'x' t", "SELECT CAST(?1 AS TEXT) ->> 'x' t"],
    ['SELECT a::text[]', '0A000'],
    ['SELECT a::nothing', '42704'],
    ['SELECT ::text', '42601'],
    ["SELECT 1 WHERE a ILIKE 'x%'", "SELECT 1 WHERE a LIKE 'x%'"],
    ['SELECT now()', 'SELECT CURRENT_TIMESTAMP AS "now()"'],
    ['SELECT 1 LIMIT 1, 2', 'SELECT 1 LIMIT 1, 2'],
    ['SELECT 1 LIMIT 1 OFFSET 2', 'SELECT 1 LIMIT 1 OFFSET 2'],
    ['SELECT 1 LIMIT ALL', 'SELECT 1 LIMIT -1'],
    ['SELECT 1 OFFSET 2', 'SELECT 1 LIMIT -1 OFFSET 2'],
    ['SELECT 1 OFFSET $1 LIMIT $2', 'SELECT 1 LIMIT ?1 , ?2'],
    ['SELECT 1 OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY', 'SELECT 1 LIMIT 2  , 3 '],
    ['SELECT 1 FETCH FIRST ROW ONLY', 'SELECT 1 LIMIT 1'],
    ['SELECT 1 LIMIT 1 LIMIT 2', '42601'],
    ['/*+ exists */ SELECT /*+ AWAIT */ 1', '/*+ exists */ SELECT /*+ AWAIT */ 1'],
  ],
  'parameters of the API in WHERE': [
    [
      "SELECT email FROM google.apigee.developers WHERE organizationsId = 'o' AND expand = 'true'",
      `SELECT email FROM v_developers AS "developers" WHERE organizationsId = 'o' AND (1 OR 'true')`,
    ],
    [
      "SELECT 1 FROM developers d WHERE d.startKey = 'b' AND count = $1",
      `SELECT 1 FROM v_developers d WHERE ("d"."developersId" >= 'b') AND (1 OR ?1)`,
    ],
    [
      "SELECT 1 FROM developers WHERE expand = 'true' OR 1",
      `SELECT 1 FROM v_developers AS "developers" WHERE expand = 'true' OR 1`,
    ],
    [
      "SELECT 1 FROM (SELECT 1 AS expand) WHERE expand = 'true'",
      "SELECT 1 FROM (SELECT 1 AS expand) WHERE expand = 'true'",
    ],
    [
      `SELECT 1 FROM developers WHERE developersId = '${uuid}'`,
      `SELECT 1 FROM v_developers AS "developers" WHERE (developersId = '${uuid}' OR "developers"."developerId" IN ('${uuid}'))`,
    ],
    [
      "SELECT 1 FROM developers WHERE developersId = 'a@b.c'",
      `SELECT 1 FROM v_developers AS "developers" WHERE developersId = 'a@b.c'`,
    ],
    [
      'SELECT 1 FROM apps a WHERE $1 = a.appsId AND 1',
      'SELECT 1 FROM v_apps a WHERE (?1 = a.appsId OR "a"."appId" IN (?1)) AND 1',
    ],
  ],
  'keys are looked up by their hash': [
    [
      "SELECT 1 FROM keys WHERE consumerKey = 'k'",
      `SELECT 1 FROM v_keys AS "keys" WHERE (consumerKey = 'k' AND "keys"."appId" IN (${hashOf("'k'")}))`,
    ],
    [
      'SELECT 1 FROM keys k WHERE NOT k.keysid = $1',
      `SELECT 1 FROM v_keys k WHERE NOT (k.keysid = ?1 AND "k"."appId" IN (${hashOf('?1')}))`,
    ],
    [
      "SELECT 1 FROM keys k JOIN apps a ON k.consumerKey IN ('x', ?)",
      `SELECT 1 FROM v_keys k JOIN v_apps a ON (k.consumerKey IN ('x', ?1) AND "k"."appId" IN (${hashOf("'x'")} UNION ALL ${hashOf('?1')}))`,
    ],
    [
      "SELECT 1 FROM keys WHERE consumerKey = 'a' || 'b'",
      `SELECT 1 FROM v_keys AS "keys" WHERE consumerKey = 'a' || 'b'`,
    ],
    [
      "SELECT 1 FROM keys WHERE 1 BETWEEN 0 AND consumerKey = 'a'",
      `SELECT 1 FROM v_keys AS "keys" WHERE 1 BETWEEN 0 AND consumerKey = 'a'`,
    ],
    [
      "SELECT 1 FROM (SELECT 'k' AS consumerKey) WHERE consumerKey = 'k'",
      "SELECT 1 FROM (SELECT 'k' AS consumerKey) WHERE consumerKey = 'k'",
    ],
  ],
  'views of the session': [
    [
      'SELECT * FROM actives',
      `SELECT * FROM (SELECT email FROM v_developers AS "developers" WHERE status = 'active') AS "actives"`,
    ],
    [
      'SELECT 1 WHERE 1 IN Actives',
      `SELECT 1 WHERE 1 IN (SELECT email FROM v_developers AS "developers" WHERE status = 'active')`,
    ],
    ['SELECT a FROM pairs p', 'SELECT a FROM (WITH "pairs"("a", "b") AS (SELECT 1, 2) SELECT * FROM "pairs") p'],
    [
      'WITH developers AS (SELECT 1) SELECT * FROM actives',
      `WITH developers AS (SELECT 1) SELECT * FROM (SELECT email FROM v_developers AS "developers" WHERE status = 'active') AS "actives"`,
    ],
    ['SELECT * FROM itself', '42P17'],
  ],
  refusals: [
    ['SELECT * FROM developrs', '42P01'],
    ['SELECT * FROM google.compute.instances', '42P01'],
    ['SELECT * FROM google.apigee.developers.organizations_developers_list', '42P01'],
    ['SELECT * FROM sqlite_schema', '42501'],
    ['SELECT * FROM SQLITE_MASTER', '42501'],
    ['SELECT * FROM main.developer', '42501'],
    ['SELECT * FROM "temp".developer', '42501'],
    ['SELECT * FROM developer', '42P01'],
    ['SELECT 1; SELECT 2', '42601'],
    ['SELECT (1', '42601'],
    ['SELECT 1)', '42601'],
    ["SELECT 'a", '42601'],
    ['SELECT 1 FROM', '42601'],
    ['WITH a AS SELECT 1', '42601'],
    ['SELECT \0', '42601'],
    [`SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`, '54001'],
    [`SELECT ${'(SELECT '.repeat(5000)}1${')'.repeat(5000)}`, '54001'],
  ],
};

const names = nameResources(
  { name: 'actives', columns: [], text: "SELECT email FROM developers WHERE status = 'active'" },
  { name: 'pairs', columns: ['a', 'b'], text: 'SELECT 1, 2' },
  { name: 'itself', columns: [], text: 'SELECT * FROM again' },
  { name: 'again', columns: [], text: 'SELECT * FROM itself' },
);

for (const [group, cases] of Object.entries(rows)) {
  describe(group, () => {
    for (const [written, expected] of cases) {
      test(written.slice(0, 120), () => {
        if (/^[0-9A-Z]{5}$/.test(expected)) {
          assert.throws(
            () => rewriteQuery(written, names),
            (error) => error instanceof SqlError && error.state === expected,
          );
        } else {
          assert.equal(rewriteQuery(written, names).text, expected);
        }
      });
    }
  });
}

describe('what is known of an answer before it is there', () => {
  const typesOf = (text: string) => rewriteQuery(text, names).columns.map(({ star, type }) => (star ? '*' : type));

  test('columns of resources, counts, sums of integers and texts have a type', () => {
    assert.deepEqual(
      typesOf(`SELECT email, d.createdAt, attributes, count(*), sum(createdAt), max(d.email), length(email) + 1,
        (SELECT count(*) FROM apps), CAST(email AS INT), email::int, lower(email), 1, 'x', row_number() OVER (ORDER BY email)
        FROM developers d`),
      [
        'text',
        'integer',
        'json',
        'integer',
        'integer',
        'text',
        'integer',
        'integer',
        'integer',
        'integer',
        'text',
      ].concat(['integer', 'text', 'integer']),
    );
  });

  test('what only its value tells has none', () => {
    assert.deepEqual(
      typesOf("SELECT ?, json_extract(attributes, '$'), iif(1, 2, 'x'), createdAt / 2 FROM developers"),
      [undefined, undefined, undefined, undefined],
    );
  });

  test('queries that are united agree, or it is not known', () => {
    assert.deepEqual(typesOf("SELECT 1, 2 UNION SELECT 3, 'x'"), ['integer', undefined]);
  });

  test('all columns stand for themselves', () => {
    assert.deepEqual(typesOf('SELECT d.*, email, * FROM developers d'), ['*', 'text', '*']);
  });
});

describe('what is said beside', () => {
  const noticesOf = (text: string) => rewriteQuery(text, names).notices.map((notice) => notice.split(' ')[0]);

  test('a parameter that would have cut the answer is named', () => {
    assert.deepEqual(noticesOf("SELECT 1 FROM developers WHERE count = 5 AND expand = 'false'"), ['count', 'expand']);
  });

  test('one that changes nothing is not', () => {
    assert.deepEqual(noticesOf("SELECT 1 FROM developers WHERE expand = 'true' AND startKey = 'a'"), []);
  });

  test('an unknown table tells where it stands, and what was meant', () => {
    assert.throws(
      () => rewriteQuery('SELECT *\nFROM developrs', names),
      (error) => error instanceof SqlError && error.position === 14 && /developers/.test(error.hint ?? ''),
    );
  });
});
