import { randomUUID } from 'node:crypto';
import { productTerm, type SearchNoun } from '../domain/search.ts';
import { after as changesAfter } from './change.ts';
import type { Executor } from './engine.ts';
import type { SearchDocumentRow, SearchStateRow } from './schema.ts';
import { emptyBatch, type IndexedEntity, type ProductLink, readBatch, type SearchBatch } from './search-batch.ts';
import { walks } from './search-source-statement.ts';
import * as statements from './search-statement.ts';
import { getOrMake, joinTerms, PostingWriter, splitTerms } from './search-writer.ts';

/** Built from each of these, in this order, before it follows the feed. */
const phases: readonly SearchNoun[] = ['developer', 'app', 'credential'];
const following = 'follow';

/** What hangs on one that is gone goes in one step up to this number; the rest with the next. */
const childrenMax = 200;
const grandchildrenMax = 1000;

/**
 * Takes the next step of the index, in this transaction.
 * @returns whether more may be left. Another node that is at it counts as more.
 */
export async function stepIndex(executor: Executor, entitiesMax: number): Promise<boolean> {
  const state = await executor.first(statements.takeState, {});
  if (state === undefined) return true;
  if (state.generation === '') return beginIndex(executor, state);
  const phase = phases.find((each) => each === state.phase);
  return phase === undefined
    ? followFeed(executor, state, entitiesMax)
    : buildFrom(executor, { ...state, phase }, entitiesMax);
}

/** What changes from here on is followed once all that is there is in. */
async function beginIndex(executor: Executor, state: SearchStateRow): Promise<boolean> {
  const head = await executor.first(statements.readState, {});
  await executor.run(statements.saveState, { ...state, generation: randomUUID(), sequence: head?.last ?? 0 });
  return true;
}

async function buildFrom(
  executor: Executor,
  state: SearchStateRow & { readonly phase: SearchNoun },
  limit: number,
): Promise<boolean> {
  const rows = await executor.rows(walks[state.phase], { mark: state.mark, limit });
  const batch = emptyBatch();
  for (const { id } of rows) batch[state.phase].add(id);
  if (rows.length > 0) await applyBatch(executor, batch, false);
  const last = rows.length < limit ? undefined : rows.at(-1)?.id;
  const next = phases[phases.indexOf(state.phase) + 1] ?? following;
  const moved = last === undefined ? { phase: next, mark: '' } : { phase: state.phase, mark: last };
  await executor.run(statements.saveState, { ...state, ...moved });
  return true;
}

async function followFeed(executor: Executor, state: SearchStateRow, limit: number): Promise<boolean> {
  const changes = await executor.rows(changesAfter, { sequence: state.sequence, limit });
  const last = changes.at(-1);
  if (last === undefined) return false;
  const batch = emptyBatch();
  for (const { noun, entity_id: id, kind } of changes) {
    if (noun === 'developer' || noun === 'app' || noun === 'credential') batch[noun].add(id);
    if (kind === 'delete' && (noun === 'developer' || noun === 'company' || noun === 'app')) batch.owners.add(id);
  }
  const done = await applyBatch(executor, batch, true);
  if (done) await executor.run(statements.saveState, { ...state, sequence: last.sequence });
  return !done || changes.length === limit;
}

/** False: has to be applied once more, since too much hung on one that is gone. */
async function applyBatch(executor: Executor, batch: SearchBatch, spread: boolean): Promise<boolean> {
  if (spread) await addParents(executor, batch);
  const { entities, links } = await readBatch(executor, batch, spread);
  const held = await holdOrganizations(executor, entities);
  const live = entities.filter(({ organizationId }) => held.has(organizationId));
  const ids = new Set([...batch.developer, ...batch.app, ...batch.credential]);
  for (const { developerId } of links) ids.add(developerId);
  const documents = new Map((await listDocuments(executor, ids)).map((row) => [row.entity_id, row]));
  const postings = new PostingWriter();
  await putEntities(executor, { entities: live, links, documents, postings });
  const orphans = await listOrphans(executor, batch);
  const present = new Set(live.map(({ id }) => id));
  const absent = [...batch.developer, ...batch.app, ...batch.credential].filter((id) => !present.has(id));
  const gone = absent.flatMap((id) => documents.get(id) ?? []);
  await removeAll(executor, [...gone, ...orphans.documents], postings);
  await postings.write(executor);
  return !orphans.more;
}

/** A key that is gone may have been the last of its app with a product. */
async function addParents(executor: Executor, batch: SearchBatch): Promise<void> {
  for (const { parent_id: parent } of await listDocuments(executor, batch.credential)) {
    if (parent !== null) batch.app.add(parent);
  }
}

async function listDocuments(executor: Executor, ids: ReadonlySet<string>): Promise<SearchDocumentRow[]> {
  return ids.size === 0 ? [] : executor.rows(statements.listDocuments, { entityIds: [...ids] });
}

async function holdOrganizations(executor: Executor, entities: readonly IndexedEntity[]): Promise<Set<string>> {
  const ids = [...new Set(entities.map(({ organizationId }) => organizationId))];
  if (ids.length === 0) return new Set();
  return new Set((await executor.rows(statements.holdOrganizations, { ids })).map(({ id }) => id));
}

interface Orphans {
  readonly documents: readonly SearchDocumentRow[];
  /** Whether there may be more. */
  readonly more: boolean;
}

/** What belonged to one that is gone, and the keys of that. Apps stay until their keys, found through them, have gone. */
async function listOrphans(executor: Executor, { owners }: SearchBatch): Promise<Orphans> {
  if (owners.size === 0) return { documents: [], more: false };
  const children = await executor.rows(statements.listChildren, { parentIds: [...owners], limit: childrenMax });
  const parentIds = children.map((child) => child.entity_id);
  const limit = grandchildrenMax;
  const grandchildren =
    parentIds.length === 0 ? [] : await executor.rows(statements.listChildren, { parentIds, limit });
  if (grandchildren.length === limit) return { documents: grandchildren, more: true };
  return { documents: [...grandchildren, ...children], more: children.length === childrenMax };
}

interface PutContext {
  readonly entities: readonly IndexedEntity[];
  readonly links: readonly ProductLink[];
  /** Those that are indexed already, by the id of their entity. */
  readonly documents: Map<string, SearchDocumentRow>;
  readonly postings: PostingWriter;
}

async function putEntities(executor: Executor, context: PutContext): Promise<void> {
  const { entities, documents, postings } = context;
  const numbers = new Numbers(executor);
  const linked = new Map<string, Set<string>>();
  for (const { developerId, product } of context.links) {
    getOrMake(linked, developerId, () => new Set<string>()).add(productTerm(product));
  }
  await numbers.load(entities.filter(({ id }) => !documents.has(id)));
  for (const { id, organizationId, noun, parentId, terms } of entities) {
    const known = documents.get(id);
    const links = withLinks(known, linked.get(id));
    const place = known ?? { ...(await numbers.draw(organizationId, noun)), terms: '', links: '' };
    const row = { ...place, entity_id: id, parent_id: parentId, terms: joinTerms(terms), links: joinTerms(links) };
    linked.delete(id);
    if (known?.terms === row.terms && known.links === row.links) continue;
    postings.change(row, [...splitTerms(place.terms), ...splitTerms(place.links)], new Set([...terms, ...links]));
    await executor.run(known === undefined ? statements.insertDocument : statements.updateDocument, row);
  }
  for (const [id, added] of linked) await link(executor, documents.get(id), { added, postings });
  await numbers.save();
}

function withLinks(known: SearchDocumentRow | undefined, added: ReadonlySet<string> = new Set()): Set<string> {
  return new Set([...splitTerms(known?.links ?? ''), ...added]);
}

/** Adds links to a developer who is not in the batch himself. */
async function link(
  executor: Executor,
  known: SearchDocumentRow | undefined,
  { added, postings }: { readonly added: ReadonlySet<string>; readonly postings: PostingWriter },
): Promise<void> {
  if (known === undefined) return;
  const links = withLinks(known, added);
  const row = { ...known, links: joinTerms(links) };
  if (row.links === known.links) return;
  postings.change(row, splitTerms(known.links), links);
  await executor.run(statements.updateDocument, row);
}

async function removeAll(
  executor: Executor,
  documents: readonly SearchDocumentRow[],
  postings: PostingWriter,
): Promise<void> {
  if (documents.length === 0) return;
  for (const row of documents) postings.change(row, [...splitTerms(row.terms), ...splitTerms(row.links)], new Set());
  await executor.run(statements.removeDocuments, { entityIds: documents.map((row) => row.entity_id) });
}

/** Draws the numbers of new documents. */
class Numbers {
  readonly #executor: Executor;
  readonly #scopes = new Map<string, { readonly id: number; next: number }>();
  readonly #drawn = new Set<{ readonly id: number; next: number }>();

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async load(entities: readonly IndexedEntity[]): Promise<void> {
    const organizationIds = [...new Set(entities.map(({ organizationId }) => organizationId))];
    if (organizationIds.length === 0) return;
    for (const row of await this.#executor.rows(statements.listScopes, { organizationIds })) this.#keep(row);
  }

  async draw(organizationId: string, noun: string): Promise<{ scope_id: number; number: number }> {
    const scope = this.#scopes.get(`${noun}/${organizationId}`) ?? (await this.#make(organizationId, noun));
    this.#drawn.add(scope);
    return { scope_id: scope.id, number: scope.next++ };
  }

  async save(): Promise<void> {
    for (const { id, next } of this.#drawn) await this.#executor.run(statements.saveScope, { id, nextNumber: next });
  }

  async #make(organizationId: string, noun: string): Promise<{ id: number; next: number }> {
    const [row] = await this.#executor.rows(statements.insertScope, { organizationId, noun });
    if (row === undefined) throw new Error('a scope of the search index was not made');
    return this.#keep(row);
  }

  #keep(row: statements.ScopeRow): { readonly id: number; next: number } {
    const scope = { id: row.id, next: row.next_number };
    this.#scopes.set(`${row.noun}/${row.organization_id}`, scope);
    return scope;
  }
}
