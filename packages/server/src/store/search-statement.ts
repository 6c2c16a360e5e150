import { sql } from 'kysely';
import type { SearchDocumentRow, SearchStateRow } from './schema.ts';
import { defineStatement, type Grammar, pick } from './statement.ts';

/** Where the index stands, and where the feed does: one statement, so that both are of one moment. */
export const readState = defineStatement('search.read-state', (db) =>
  db
    .selectFrom('search_state')
    .select([
      'generation',
      'phase',
      'mark',
      'sequence',
      sql<number | null>`(select max(sequence) from change where sequence > 0)`.as('last'),
    ])
    .where('id', '=', 1),
);

/** The same for who takes the next step: nobody else does until his transaction ends. */
export const takeState = defineStatement('search.take-state', (db, _given: object, grammar) =>
  sql<SearchStateRow>`select id, generation, phase, mark, sequence from search_state
    where id = 1 ${grammar.skipLocked}`.compile(db),
);

export const saveState = defineStatement('search.save-state', (db, given: Omit<SearchStateRow, 'id'>) =>
  db
    .updateTable('search_state')
    .set(pick(given, ['generation', 'phase', 'mark', 'sequence']))
    .where('id', '=', 1),
);

/** Keeps these organizations from going until the transaction ends, so that nothing slips in behind the sweep. */
export const holdOrganizations = defineStatement(
  'search.hold-organizations',
  (db, given: { ids: readonly string[] }, grammar) =>
    sql<{ id: string }>`select id from organization where ${grammar.isIn('id', given.ids)}
      ${grammar.keyShare}`.compile(db),
);

export interface ScopeRow {
  readonly id: number;
  readonly organization_id: string;
  readonly noun: string;
  readonly next_number: number;
}

export const listScopes = defineStatement(
  'search.list-scopes',
  (db, given: { organizationIds: readonly string[] }, grammar) =>
    db
      .selectFrom('search_scope')
      .select(['id', 'organization_id', 'noun', 'next_number'])
      .where(grammar.isIn('organization_id', given.organizationIds)),
);
export const findScope = defineStatement('search.find-scope', (db, given: { organizationId: string; noun: string }) =>
  db
    .selectFrom('search_scope')
    .select(['id', 'organization_id', 'noun', 'next_number'])
    .where('organization_id', '=', given.organizationId)
    .where('noun', '=', given.noun),
);
/** Numbers begin at 1, so that 0 is before all. */
export const insertScope = defineStatement(
  'search.insert-scope',
  (db, given: { organizationId: string; noun: string }) =>
    sql<ScopeRow>`insert into search_scope (organization_id, noun, next_number)
      values (${given.organizationId}, ${given.noun}, 1)
      returning id, organization_id, noun, next_number`.compile(db),
);
export const saveScope = defineStatement('search.save-scope', (db, given: { id: number; nextNumber: number }) =>
  db.updateTable('search_scope').set({ next_number: given.nextNumber }).where('id', '=', given.id),
);

const documentColumns = ['scope_id', 'number', 'entity_id', 'parent_id', 'terms', 'links'] as const;

export const listDocuments = defineStatement(
  'search.list-documents',
  (db, given: { entityIds: readonly string[] }, grammar) =>
    db.selectFrom('search_document').select(documentColumns).where(grammar.isIn('entity_id', given.entityIds)),
);
export const listChildren = defineStatement(
  'search.list-children',
  (db, given: { parentIds: readonly string[]; limit: number }, grammar) =>
    db
      .selectFrom('search_document')
      .select(documentColumns)
      .where(grammar.isIn('parent_id', given.parentIds))
      .limit(given.limit),
);
export const insertDocument = defineStatement('search.insert-document', (db, given: SearchDocumentRow) =>
  db.insertInto('search_document').values(pick(given, documentColumns)),
);
export const updateDocument = defineStatement('search.update-document', (db, given: SearchDocumentRow) =>
  db
    .updateTable('search_document')
    .set(pick(given, ['terms', 'links']))
    .where('scope_id', '=', given.scope_id)
    .where('number', '=', given.number),
);
export const removeDocuments = defineStatement(
  'search.delete-documents',
  (db, given: { entityIds: readonly string[] }, grammar) =>
    db.deleteFrom('search_document').where(grammar.isIn('entity_id', given.entityIds)),
);

export interface BlockArgs {
  readonly scopeId: number;
  readonly block: number;
}

export const listPostings = defineStatement(
  'search.list-postings',
  (db, given: BlockArgs & { terms: readonly string[] }, grammar) =>
    db
      .selectFrom('search_posting')
      .select(['term', 'members'])
      .where('scope_id', '=', given.scopeId)
      .where(grammar.isIn('term', given.terms))
      .where('block', '=', given.block),
);
/** Each of `rows` is a term of six characters, and the members behind it. */
export const savePostings = defineStatement(
  'search.save-postings',
  (db, given: BlockArgs & { rows: readonly string[] }, grammar: Grammar) =>
    sql`insert into search_posting (scope_id, term, block, members)
      select cast(${given.scopeId} as bigint), substr(value, 1, 6), cast(${given.block} as bigint), substr(value, 7)
      from ${grammar.each(given.rows)} as named where true
      on conflict (scope_id, term, block) do update set members = excluded.members`.compile(db),
);
export const removePostings = defineStatement(
  'search.delete-postings',
  (db, given: BlockArgs & { terms: readonly string[] }, grammar) =>
    db
      .deleteFrom('search_posting')
      .where('scope_id', '=', given.scopeId)
      .where(grammar.isIn('term', given.terms))
      .where('block', '=', given.block),
);

/** Postings of some blocks in a row. */
export const walkPostings = defineStatement(
  'search.walk-postings',
  (db, given: { scopeId: number; terms: readonly string[]; from: number; to: number }, grammar) =>
    db
      .selectFrom('search_posting')
      .select(['term', 'block', 'members'])
      .where('scope_id', '=', given.scopeId)
      .where(grammar.isIn('term', given.terms))
      .where('block', '>=', given.from)
      .where('block', '<', given.to),
);
export const walkDocuments = defineStatement(
  'search.walk-documents',
  (db, given: { scopeId: number; after: number; limit: number }) =>
    db
      .selectFrom('search_document')
      .select(['number', 'entity_id'])
      .where('scope_id', '=', given.scopeId)
      .where('number', '>', given.after)
      .orderBy('number')
      .limit(given.limit),
);
/** `numbers` as texts, since that is what lists hold. */
export const namedDocuments = defineStatement(
  'search.named-documents',
  (db, given: { scopeId: number; numbers: readonly string[] }, grammar) =>
    sql<{ number: number; entity_id: string }>`select search_document.number, search_document.entity_id
      from ${grammar.each(given.numbers)} as named
      join search_document on search_document.scope_id = ${given.scopeId}
        and search_document.number = cast(named.value as bigint)
      order by search_document.number`.compile(db),
);
