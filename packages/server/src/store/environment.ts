import type { Environment } from '../domain/environment.ts';
import type { Property } from '../domain/organization.ts';
import type { EnvironmentReader, EnvironmentWriter } from '../ports/store.ts';
import { type Executor, Rerun } from './engine.ts';
import { requireOrganization } from './owner.ts';
import type { EnvironmentRow } from './schema.ts';
import { changedStampColumns, fromStamp, stampColumns, toStamp } from './stamp.ts';
import { defineStatement, insertBeneath, pick } from './statement.ts';

const columns = ['id', 'organization_id', 'name', 'properties', ...stampColumns] as const;

const find = defineStatement('environment.find', (db, given: { organizationId: string; name: string }) =>
  db
    .selectFrom('environment')
    .select(columns)
    .where('organization_id', '=', given.organizationId)
    .where('name', '=', given.name),
);
const list = defineStatement('environment.list', (db, given: { organizationId: string }) =>
  db
    .selectFrom('environment')
    .select(columns)
    .where('organization_id', '=', given.organizationId)
    .orderBy('created_at')
    .orderBy('name'),
);
const insert = defineStatement('environment.insert', insertBeneath<EnvironmentRow>('environment', columns));
const update = defineStatement('environment.update', (db, given: EnvironmentRow & { expected: number }) =>
  db
    .updateTable('environment')
    .set(pick(given, ['properties', ...changedStampColumns]))
    .where('id', '=', given.id)
    .where('version', '=', given.expected),
);
const remove = defineStatement('environment.delete', (db, given: { id: string; expected: number }) =>
  db.deleteFrom('environment').where('id', '=', given.id).where('version', '=', given.expected),
);

/** Rows of environments. */
export class EnvironmentTable implements EnvironmentReader, EnvironmentWriter {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async find(organizationId: string, name: string): Promise<Environment | undefined> {
    const row = await this.#executor.first(find, { organizationId, name });
    return row && toEnvironment(row);
  }

  async list(organizationId: string): Promise<Environment[]> {
    return (await this.#executor.rows(list, { organizationId })).map(toEnvironment);
  }

  async insert(environment: Environment): Promise<boolean> {
    if ((await this.#executor.run(insert, fromEnvironment(environment))) === 1) return true;
    await requireOrganization(this.#executor, environment.organizationId);
    return false;
  }

  async update(environment: Environment): Promise<void> {
    const args = { ...fromEnvironment(environment), expected: environment.version - 1 };
    if ((await this.#executor.run(update, args)) === 0) throw new Rerun('environment');
  }

  async delete({ id, version }: Environment): Promise<void> {
    if ((await this.#executor.run(remove, { id, expected: version })) === 0) throw new Rerun('environment');
  }
}

function toEnvironment(row: EnvironmentRow): Environment {
  return {
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    properties: JSON.parse(row.properties) as Property[],
    ...toStamp(row),
  };
}

function fromEnvironment(environment: Environment): EnvironmentRow {
  return {
    id: environment.id,
    organization_id: environment.organizationId,
    name: environment.name,
    properties: JSON.stringify(environment.properties),
    ...fromStamp(environment),
  };
}
