import type { SqlColumn, SqlResource, SqlType } from '../../../domain/sql-resource.ts';

/** PostgreSQL's types, by which the wire tells of columns too. */
const typeNames: Readonly<Record<SqlType, string>> = {
  text: 'text',
  integer: 'bigint',
  real: 'double precision',
  boolean: 'boolean',
  json: 'json',
};

/**
 * Schemas in which every resource stands: `public`, where tools look, and the services by which statements may name them.
 * The search path is in their order, so that lists of what is visible show each resource once.
 */
const catalogSchemas = ['public', 'apigee'] as const;

/** The version that tools are told: clients ask no more than it has, and of no older one is anything missing here. */
export const catalogServerVersion = '15.0';
const serverVersionNumber = '150000';

/** Makes empty tables of the resources, in PostgreSQL's SQL. */
export function writeCatalogSchema(resources: readonly SqlResource[]): string {
  const statements = [...preamble];
  for (const schema of catalogSchemas) {
    statements.push(`CREATE SCHEMA IF NOT EXISTS ${schema}`, `GRANT USAGE ON SCHEMA ${schema} TO PUBLIC`);
    for (const resource of resources) statements.push(...writeTable(`${schema}.${quoteName(resource.name)}`, resource));
  }
  for (const resource of resources) {
    for (const alias of resource.aliases) statements.push(...writeAlias(`apigee.${quoteName(alias)}`, resource));
  }
  statements.push(`SET search_path = ${catalogSchemas.join(', ')}`);
  return `${statements.join(';\n')};`;
}

/**
 * What this catalog, of a later version, no longer has or says otherwise than the version that tools are told of:
 * a column that was renamed is a function of its row (PostgreSQL, 4.2.6). Functions of C are called by their number and
 * not by their definition, unless one of SQL is simple enough to be put in its place: hence the bodies.
 */
const preamble: readonly string[] = [
  // Without it there is nothing that ROLLBACK would go back to.
  'SET SESSION AUTHORIZATION postgres',
  'CREATE ROLE claviger_session LOGIN',
  "UPDATE pg_catalog.pg_authid SET rolname = 'claviger' WHERE oid = 10",
  sqlFunction('daticulocale(pg_catalog.pg_database)', 'text', 'SELECT $1.datlocale'),
  sqlFunction('colliculocale(pg_catalog.pg_collation)', 'text', 'SELECT $1.colllocale'),
  sqlFunction('attcacheoff(pg_catalog.pg_attribute)', 'integer', 'SELECT -1'),
  `CREATE FUNCTION pg_catalog.claviger_setting(text) RETURNS text LANGUAGE internal STABLE STRICT AS 'show_config_by_name'`,
  sqlFunction('version()', 'text', `SELECT 'PostgreSQL ${catalogServerVersion} (Claviger)'::text`),
  sqlFunction(
    'current_setting(text)',
    'text',
    `SELECT CASE pg_catalog.lower($1) WHEN 'server_version' THEN '${catalogServerVersion}' WHEN 'server_version_num' THEN '${serverVersionNumber}' ELSE pg_catalog.claviger_setting($1) END`,
  ),
  sqlFunction('pg_backend_pid()', 'integer', `SELECT pg_catalog.claviger_setting('claviger.process_id')::integer`),
  sqlFunction('pg_postmaster_start_time()', 'timestamptz', 'SELECT pg_catalog.transaction_timestamp()'),
];

function sqlFunction(signature: string, type: string, body: string): string {
  return `CREATE OR REPLACE FUNCTION pg_catalog.${signature} RETURNS ${type} LANGUAGE sql STABLE AS $body$${body}$body$`;
}

function writeTable(table: string, resource: SqlResource): string[] {
  const columns = resource.columns.map(({ name: column, type }) => `${quoteName(column)} ${typeNames[type]}`);
  const key = resource.key.length === 0 ? [] : [`PRIMARY KEY (${resource.key.map(quoteName).join(', ')})`];
  return [
    `CREATE TABLE ${table} (${[...columns, ...key].join(', ')})`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO PUBLIC`,
    `COMMENT ON TABLE ${table} IS ${literal(resource.description)}`,
    ...resource.columns.map((column) => writeComment(table, column)),
  ];
}

function writeComment(table: string, { name: column, description }: SqlColumn): string {
  return `COMMENT ON COLUMN ${table}.${quoteName(column)} IS ${literal(description)}`;
}

function writeAlias(view: string, resource: SqlResource): string[] {
  return [
    `CREATE VIEW ${view} AS SELECT * FROM public.${quoteName(resource.name)}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ${view} TO PUBLIC`,
    `COMMENT ON VIEW ${view} IS ${literal(`Another name of ${resource.name}: ${resource.description}`)}`,
  ];
}

/** The role that statements run as: it owns nothing, and takes the name of whoever asks. */
const sessionRole = 'claviger_session';
const nameBytesMax = 63;

export interface SessionStart {
  readonly user: string;
  readonly database: string;
  readonly processId: number;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * What comes before a session's statement, all of it undone by the ROLLBACK after it: names are changed in the catalog
 * itself, so that every question about them has the same answer.
 */
export function writeSessionStart({ user, database, processId, settings }: SessionStart): string {
  const role = literal(cutName(user));
  return [
    'BEGIN',
    `UPDATE pg_catalog.pg_authid SET rolname = ${role} WHERE rolname = '${sessionRole}'`,
    `UPDATE pg_catalog.pg_database SET datname = ${literal(cutName(database))} WHERE datname = 'postgres'`,
    `SET LOCAL claviger.process_id = ${literal(String(processId))}`,
    ...Object.entries(settings).map(([key, value]) => `SET LOCAL ${quoteName(key)} = ${literal(value)}`),
    `SET LOCAL SESSION AUTHORIZATION ${role}`,
    'SET TRANSACTION READ ONLY',
  ].join(';');
}

/** For who is called as something else in the catalog is (`claviger`, `pg_monitor`, `template1`). */
export const plainSession: SessionStart = { user: sessionRole, database: 'postgres', processId: 0, settings: {} };

/** PostgreSQL's names have an end, and not in the middle of a character. */
function cutName(text: string): string {
  const bytes = Buffer.from(clean(text));
  if (bytes.length <= nameBytesMax) return clean(text);
  return new TextDecoder().decode(bytes.subarray(0, nameBytesMax)).replace(/\ufffd+$/, '');
}

function quoteName(text: string): string {
  return `"${clean(text).replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${clean(text).replaceAll("'", "''")}'`;
}

/** No text of PostgreSQL's holds the character 0. */
function clean(text: string): string {
  return text.replaceAll('\u0000', '');
}
