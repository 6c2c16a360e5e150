import { sql } from 'kysely';
import type { Dialect } from '../domain/dialect.ts';
import type { Organization, Property } from '../domain/organization.ts';
import type { OrganizationName, OrganizationReader, OrganizationWriter, Page } from '../ports/store.ts';
import { type Executor, Rerun } from './engine.ts';
import { parseList } from './json.ts';
import type { KeyRing } from './organization-key.ts';
import type { OrganizationRow } from './schema.ts';
import { changedStampColumns, fromStamp, stampColumns, toStamp } from './stamp.ts';
import { defineStatement, pick } from './statement.ts';
import { scheduleSweep } from './sweep.ts';

const columns = ['id', 'name', 'dialect', 'display_name', 'properties', 'secrets_shown_once', ...stampColumns] as const;

const findByName = defineStatement('organization.find-by-name', (db, given: { name: string }) =>
  db.selectFrom('organization').select(columns).where('name', '=', given.name),
);
const find = defineStatement('organization.find', (db, given: { id: string }) =>
  db.selectFrom('organization').select(columns).where('id', '=', given.id),
);
const listFrom = defineStatement('organization.list-from', (db, given: { key: string; limit: number }) =>
  db.selectFrom('organization').select(columns).where('name', '>=', given.key).orderBy('name').limit(given.limit),
);
const listAfter = defineStatement('organization.list-after', (db, given: { key: string; limit: number }) =>
  db.selectFrom('organization').select(columns).where('name', '>', given.key).orderBy('name').limit(given.limit),
);
// Asked before each query in SQL. Without a limit to bind, SQLite does not plan anew each time.
const listNames = defineStatement('organization.list-names', (db) =>
  db.selectFrom('organization').select(['id', 'name']).where('name', '>', sql.lit('')).orderBy('name'),
);
const insert = defineStatement('organization.insert', (db, given: OrganizationRow) =>
  db
    .insertInto('organization')
    .values(pick(given, columns))
    .onConflict((conflict) => conflict.doNothing()),
);
const update = defineStatement('organization.update', (db, given: OrganizationRow & { expected: number }) =>
  db
    .updateTable('organization')
    .set(pick(given, ['display_name', 'properties', 'secrets_shown_once', ...changedStampColumns]))
    .where('id', '=', given.id)
    .where('version', '=', given.expected),
);
const remove = defineStatement('organization.delete', (db, given: { id: string; expected: number }) =>
  db.deleteFrom('organization').where('id', '=', given.id).where('version', '=', given.expected),
);

/** Rows of organizations. */
export class OrganizationTable implements OrganizationReader, OrganizationWriter {
  readonly #executor: Executor;
  readonly #keys: KeyRing;

  constructor(executor: Executor, keys: KeyRing) {
    this.#executor = executor;
    this.#keys = keys;
  }

  async findByName(name: string): Promise<Organization | undefined> {
    return toOrganization(await this.#executor.first(findByName, { name }));
  }

  async find(id: string): Promise<Organization | undefined> {
    return toOrganization(await this.#executor.first(find, { id }));
  }

  async list({ from, after, limit }: Page): Promise<Organization[]> {
    const statement = after === undefined ? listFrom : listAfter;
    const rows = await this.#executor.rows(statement, { key: after ?? from ?? '', limit });
    return rows.map((row) => toOrganization(row));
  }

  listNames(): Promise<OrganizationName[]> {
    return this.#executor.rows(listNames, {});
  }

  async insert(organization: Organization): Promise<boolean> {
    if ((await this.#executor.run(insert, fromOrganization(organization))) === 0) return false;
    await this.#keys.create(this.#executor, organization.id);
    return true;
  }

  async update(organization: Organization): Promise<void> {
    const args = { ...fromOrganization(organization), expected: organization.version - 1 };
    if ((await this.#executor.run(update, args)) === 0) throw new Rerun('organization');
  }

  async delete({ id, version }: Organization): Promise<void> {
    if ((await this.#executor.run(remove, { id, expected: version })) === 0) throw new Rerun('organization');
    await this.#keys.delete(this.#executor, id);
    await scheduleSweep(this.#executor, 'organization', id);
  }
}

function toOrganization(row: OrganizationRow): Organization;
function toOrganization(row: OrganizationRow | undefined): Organization | undefined;
function toOrganization(row: OrganizationRow | undefined): Organization | undefined {
  if (row === undefined) return undefined;
  return {
    id: row.id,
    name: row.name,
    dialect: row.dialect as Dialect,
    displayName: row.display_name,
    properties: parseList<Property>(row.properties),
    secretsShownOnce: row.secrets_shown_once === 1,
    ...toStamp(row),
  };
}

function fromOrganization(organization: Organization): OrganizationRow {
  return {
    id: organization.id,
    name: organization.name,
    dialect: organization.dialect,
    display_name: organization.displayName,
    properties: JSON.stringify(organization.properties),
    secrets_shown_once: organization.secretsShownOnce ? 1 : 0,
    ...fromStamp(organization),
  };
}
