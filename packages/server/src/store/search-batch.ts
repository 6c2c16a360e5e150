import type { Attribute } from '../domain/attribute.ts';
import type { CredentialProduct } from '../domain/credential.ts';
import { type SearchFacts, type SearchNoun, termsOfFacts, textsOfDeveloper } from '../domain/search.ts';
import type { Executor } from './engine.ts';
import { parseList } from './json.ts';
import * as sources from './search-source-statement.ts';

/** Entities whose place in the index has to be looked at, by id. */
export interface SearchBatch {
  readonly developer: Set<string>;
  readonly app: Set<string>;
  readonly credential: Set<string>;
  /** Those that may be gone, and what belonged to them with them. */
  readonly owners: Set<string>;
}

export function emptyBatch(): SearchBatch {
  return { developer: new Set(), app: new Set(), credential: new Set(), owners: new Set() };
}

/** An entity that is there, as the index shall hold it. */
export interface IndexedEntity {
  readonly id: string;
  readonly organizationId: string;
  readonly noun: SearchNoun;
  readonly parentId: string | null;
  readonly terms: ReadonlySet<string>;
}

/** A product that a developer's key has been seen with. */
export interface ProductLink {
  readonly developerId: string;
  readonly product: string;
}

export interface ReadBatch {
  readonly entities: readonly IndexedEntity[];
  readonly links: readonly ProductLink[];
}

/**
 * Reads the entities of a batch that are there.
 * @param spread whether the apps of its credentials join the batch: what is on a key is on its app
 */
export async function readBatch(executor: Executor, batch: SearchBatch, spread: boolean): Promise<ReadBatch> {
  const { entities: credentials, links } = await readCredentials(executor, [...batch.credential]);
  if (spread) for (const { parentId } of credentials) if (parentId !== null) batch.app.add(parentId);
  const developers = await readDevelopers(executor, [...batch.developer]);
  const apps = await readApps(executor, [...batch.app]);
  return { entities: [...developers, ...apps, ...credentials], links };
}

async function readDevelopers(executor: Executor, ids: readonly string[]): Promise<IndexedEntity[]> {
  if (ids.length === 0) return [];
  const rows = await executor.rows(sources.readDevelopers, { ids });
  return rows.map((row) => {
    const texts = textsOfDeveloper({
      email: row.email,
      firstName: row.first_name,
      lastName: row.last_name,
      userName: row.user_name ?? undefined,
    });
    const facts = { texts, status: row.status, attributes: parseList<Attribute>(row.attributes), products: [] };
    return describe('developer', row, null, facts);
  });
}

async function readApps(executor: Executor, ids: readonly string[]): Promise<IndexedEntity[]> {
  if (ids.length === 0) return [];
  const [rows, products] = [await executor.rows(sources.readApps, { ids }), await readProducts(executor, ids)];
  return rows.map((row) =>
    describe('app', row, row.owner_id, {
      texts: [row.name],
      status: row.status,
      attributes: parseList<Attribute>(row.attributes),
      products: products.get(row.id) ?? [],
      ownerId: row.owner_id,
    }),
  );
}

/** Names of the products on the keys of these apps, each once. */
export async function readProducts(executor: Executor, appIds: readonly string[]): Promise<Map<string, string[]>> {
  const names = new Map<string, Set<string>>();
  for (const { app_id, products } of await executor.rows(sources.readProducts, { ids: appIds })) {
    const known = names.get(app_id) ?? new Set<string>();
    names.set(app_id, known);
    for (const { name } of parseList<CredentialProduct>(products)) known.add(name);
  }
  return new Map([...names].map(([id, known]) => [id, [...known]]));
}

async function readCredentials(executor: Executor, ids: readonly string[]): Promise<ReadBatch> {
  if (ids.length === 0) return { entities: [], links: [] };
  const rows = await executor.rows(sources.readCredentials, { ids });
  const links: ProductLink[] = [];
  const entities = rows.map((row) => {
    const products = parseList<CredentialProduct>(row.products).map(({ name }) => name);
    // Of a company's key no developer has the id, and so none is linked.
    for (const product of products) links.push({ developerId: row.owner_id, product });
    return describe('credential', row, row.app_id, {
      texts: [],
      status: row.status,
      attributes: parseList<Attribute>(row.attributes),
      products,
      ownerId: row.owner_id,
      appId: row.app_id,
    });
  });
  return { entities, links };
}

function describe(
  noun: SearchNoun,
  { id, organization_id: organizationId }: { readonly id: string; readonly organization_id: string },
  parentId: string | null,
  facts: SearchFacts,
): IndexedEntity {
  return { id, organizationId, noun, parentId, terms: termsOfFacts(facts) };
}
