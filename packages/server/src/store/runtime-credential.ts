import type { RuntimeCredential } from '../domain/runtime-credential.ts';
import type { RuntimeCredentialReader, RuntimeCredentialWriter } from '../ports/runtime-credential-store.ts';
import { type Executor, Rerun } from './engine.ts';
import { organizationIsLive } from './live.ts';
import type { RuntimeCredentialRow } from './schema.ts';
import { defineStatement, insertBeneath } from './statement.ts';

const columns = ['id', 'organization_id', 'name', 'created_at', 'created_by'] as const;

const findByHash = defineStatement('runtime-credential.find-by-hash', (db, given: { hash: string }) =>
  db
    .selectFrom('runtime_credential')
    .select(columns)
    .where('hash', '=', given.hash)
    .where(organizationIsLive('runtime_credential')),
);
const list = defineStatement('runtime-credential.list', (db, given: { organizationId: string }) =>
  db
    .selectFrom('runtime_credential')
    .select(columns)
    .where('organization_id', '=', given.organizationId)
    .orderBy('created_at')
    .orderBy('id'),
);
const insert = defineStatement(
  'runtime-credential.insert',
  insertBeneath<RuntimeCredentialRow>('runtime_credential', [...columns, 'hash']),
);
const remove = defineStatement('runtime-credential.delete', (db, given: { id: string }) =>
  db.deleteFrom('runtime_credential').where('id', '=', given.id),
);

/** Rows of runtime credentials. */
export class RuntimeCredentialTable implements RuntimeCredentialReader, RuntimeCredentialWriter {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async findByHash(hash: string): Promise<RuntimeCredential | undefined> {
    const row = await this.#executor.first(findByHash, { hash });
    return row && toRuntimeCredential(row);
  }

  async list(organizationId: string): Promise<RuntimeCredential[]> {
    return (await this.#executor.rows(list, { organizationId })).map(toRuntimeCredential);
  }

  async insert(credential: RuntimeCredential, hash: string): Promise<void> {
    const row: RuntimeCredentialRow = {
      id: credential.id,
      organization_id: credential.organizationId,
      name: credential.name,
      hash,
      created_at: credential.createdAt,
      created_by: credential.createdBy,
    };
    if ((await this.#executor.run(insert, row)) === 0) throw new Rerun('organization');
  }

  async delete({ id }: RuntimeCredential): Promise<void> {
    if ((await this.#executor.run(remove, { id })) === 0) throw new Rerun('runtime-credential');
  }
}

function toRuntimeCredential(row: Omit<RuntimeCredentialRow, 'hash'>): RuntimeCredential {
  return {
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}
