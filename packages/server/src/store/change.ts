import { sql } from 'kysely';
import type { Change, ChangeDraft } from '../domain/change.ts';
import type { Noun } from '../domain/noun.ts';
import type { ChangeFeed } from '../ports/store.ts';
import type { Engine } from './engine.ts';
import { epochSetting } from './epoch.ts';
import type { ChangeRow } from './schema.ts';
import { defineStatement, pick } from './statement.ts';

const columns = ['organization_id', 'noun', 'entity_id', 'kind', 'version', 'at'] as const;

/** One statement, so that both values are of one moment. */
export const head = defineStatement('change.head', (db, given: { setting: string }) =>
  db
    .selectFrom('setting')
    .select(['value', sql<number | null>`(select max(sequence) from change where sequence > 0)`.as('last')])
    .where('name', '=', given.setting),
);
export const after = defineStatement('change.after', (db, given: { sequence: number; limit: number }) =>
  db
    .selectFrom('change')
    .select(['sequence', ...columns])
    .where('sequence', '>', given.sequence)
    .orderBy('sequence')
    .limit(given.limit),
);

export const insertChange = defineStatement('change.insert', (db, given: Omit<ChangeRow, 'sequence'>) =>
  db.insertInto('change').values(pick(given, columns)),
);

export function fromChange(change: ChangeDraft, at: number): Omit<ChangeRow, 'sequence'> {
  return {
    organization_id: change.organizationId ?? null,
    noun: change.noun,
    entity_id: change.entityId,
    kind: change.kind,
    version: change.version,
    at,
  };
}

/** Reads the change log. Its order is the engine's promise: sequences become visible in ascending order. */
export class ChangeTable implements ChangeFeed {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async head(): Promise<{ epoch: string; last: number }> {
    const row = await this.#engine.reader.first(head, { setting: epochSetting });
    if (row === undefined) throw new Error('the store has no epoch');
    return { epoch: row.value, last: row.last ?? 0 };
  }

  async after(sequence: number, limit: number): Promise<Change[]> {
    const rows = await this.#engine.reader.rows(after, { sequence, limit });
    return rows.map((row) => ({
      sequence: row.sequence,
      organizationId: row.organization_id ?? undefined,
      noun: row.noun as Noun,
      entityId: row.entity_id,
      kind: row.kind as Change['kind'],
      version: row.version,
      at: row.at,
    }));
  }

  onCommit(listener: () => void): () => void {
    return this.#engine.onCommit(listener);
  }
}
