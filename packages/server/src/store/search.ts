import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { App, AppOwner, AppStatus } from '../domain/app.ts';
import type { CredentialStatus } from '../domain/credential.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  Candidates,
  FoundApp,
  FoundCredential,
  FoundOwner,
  SearchIndex,
  SearchQuestion,
  SearchReach,
} from '../ports/search-store.ts';
import { toApp } from './app.ts';
import type { Engine, Executor, Work } from './engine.ts';
import { parseList } from './json.ts';
import { readProducts } from './search-batch.ts';
import {
  blockOf,
  blockSize,
  countMembers,
  decodeMembers,
  intersect,
  listMembers,
  type Members,
} from './search-posting.ts';
import * as sources from './search-source-statement.ts';
import * as statements from './search-statement.ts';
import { stepIndex } from './search-step.ts';
import { toStamp } from './stamp.ts';

/** Entities that a step takes in while somebody waits for the index: few, since all others wait meanwhile. */
const stepEntities = 100;
/** Between two looks at an index that another node is writing. */
const pauseMilliseconds = 5;
/** Blocks that are read first: where many entities are found they are enough, and each step of a walk begins anew. */
const nearBlocks = 2;
/** Blocks that are read at a time from there on. */
const windowBlocks = 32;

export interface SearchParts {
  readonly engine: Pick<Engine, 'reader'>;
  readonly clock: Clock;
  /** Runs a work in a transaction, again where another one came first. */
  readonly transact: <T>(work: Work<T>) => Promise<{ readonly value: T }>;
}

/** The search index in its tables. */
export class SearchTable implements SearchIndex {
  readonly #reader: Executor;
  readonly #clock: Clock;
  readonly #transact: SearchParts['transact'];

  constructor({ engine, clock, transact }: SearchParts) {
    this.#reader = engine.reader;
    this.#clock = clock;
    this.#transact = transact;
  }

  async advance(entitiesMax: number): Promise<boolean> {
    const state = await this.#readState();
    // Nothing to do takes no transaction.
    if (state.phase === 'follow' && state.sequence >= (state.last ?? 0)) return false;
    return (await this.#transact((executor) => stepIndex(executor, entitiesMax))).value;
  }

  async catchUp(milliseconds: number): Promise<SearchReach> {
    const until = this.#clock.monotonic() + milliseconds;
    const target = (await this.#readState()).last ?? 0;
    for (;;) {
      const { generation, phase, mark, sequence } = await this.#readState();
      if (phase === 'follow' && sequence >= target) return { generation, complete: true };
      if (this.#clock.monotonic() >= until) return { generation, complete: false };
      await this.advance(stepEntities);
      const now = await this.#readState();
      if (now.mark === mark && now.sequence === sequence && now.phase === phase) await sleep(pauseMilliseconds);
      else await nextTurn();
    }
  }

  async propose({ organizationId, noun, terms, after, limit }: SearchQuestion): Promise<Candidates> {
    // A walk of many steps lets others have their turn.
    await nextTurn();
    const scope = await this.#reader.first(statements.findScope, { organizationId, noun });
    if (scope === undefined) return { found: [], reached: after, end: true };
    if (terms.length === 0) return this.#proposeAll(scope.id, after, limit);
    const numbers: number[] = [];
    let reached = after;
    for (const blocks of [nearBlocks, windowBlocks]) {
      const window = { scopeId: scope.id, terms, from: blockOf(reached + 1), blocks };
      for await (const [block, members] of this.#walkWindow(window)) {
        for (const offset of listMembers(members)) {
          const number = block * blockSize + offset;
          if (number > after) numbers.push(number);
        }
        if (numbers.length > limit) break;
      }
      reached = (window.from + blocks) * blockSize - 1;
      if (numbers.length > limit || reached >= scope.next_number - 1) break;
    }
    const cut = numbers.length > limit;
    const shown = numbers.slice(0, limit);
    if (cut) reached = shown.at(-1) ?? after;
    return { found: await this.#name(scope.id, shown), reached, end: !cut && reached >= scope.next_number - 1 };
  }

  async count({ organizationId, noun, terms }: Omit<SearchQuestion, 'after' | 'limit'>): Promise<number> {
    const scope = await this.#reader.first(statements.findScope, { organizationId, noun });
    const end = scope === undefined ? 0 : blockOf(scope.next_number - 1) + 1;
    let count = 0;
    for (let from = 0; scope !== undefined && from < end; from += windowBlocks) {
      await nextTurn();
      const window = { scopeId: scope.id, terms, from, blocks: windowBlocks };
      for await (const [, members] of this.#walkWindow(window)) count += countMembers(members);
    }
    return count;
  }

  /** The blocks in which all terms occur, in order, with the documents that have all of them. */
  async *#walkWindow({ scopeId, terms, from, blocks }: Window): AsyncGenerator<[number, Members]> {
    const rows = await this.#reader.rows(statements.walkPostings, { scopeId, terms, from, to: from + blocks });
    yield* joinBlocks(rows, terms.length);
  }

  async findHolders(
    organizationId: string,
    product: string,
    developerIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const rows = await this.#reader.rows(sources.findHolders, { organizationId, product, ids: developerIds });
    return new Set(rows.map(({ id }) => id));
  }

  async findApps(organizationId: string, ids: readonly string[]): Promise<FoundApp[]> {
    const rows = await this.#reader.rows(sources.findApps, { organizationId, ids });
    const products = await readProducts(this.#reader, ids);
    return rows.map(({ owner_name: ownerName, ...row }) => ({
      app: toApp(row),
      ownerName,
      products: products.get(row.id) ?? [],
    }));
  }

  async findCredentials(organizationId: string, ids: readonly string[]): Promise<FoundCredential[]> {
    return (await this.#reader.rows(sources.findCredentials, { organizationId, ids })).map(toFoundCredential);
  }

  async #proposeAll(scopeId: number, after: number, limit: number): Promise<Candidates> {
    const rows = await this.#reader.rows(statements.walkDocuments, { scopeId, after, limit });
    const found = rows.map(({ number, entity_id: id }) => ({ number, id }));
    return { found, reached: rows.at(-1)?.number ?? after, end: rows.length < limit };
  }

  async #name(scopeId: number, numbers: readonly number[]): Promise<Candidates['found']> {
    if (numbers.length === 0) return [];
    const rows = await this.#reader.rows(statements.namedDocuments, { scopeId, numbers: numbers.map(String) });
    return rows.map(({ number, entity_id: id }) => ({ number, id }));
  }

  async #readState() {
    const state = await this.#reader.first(statements.readState, {});
    if (state === undefined) throw new Error('the search index has no state');
    return state;
  }
}

/** Blocks in a row. */
interface Window {
  readonly scopeId: number;
  readonly terms: readonly string[];
  readonly from: number;
  readonly blocks: number;
}

/** Of the blocks in which all terms occur, the documents that have all of them; by block, each when it is asked for. */
function* joinBlocks(
  rows: readonly { readonly block: number; readonly members: string }[],
  terms: number,
): Generator<[number, Members]> {
  const blocks = [...Map.groupBy(rows, ({ block }) => block)]
    .filter(([, postings]) => postings.length === terms)
    .sort(([left], [right]) => left - right);
  for (const [block, postings] of blocks) {
    // The rarest first: mostly nothing is left before the long ones are read.
    const [rarest, ...others] = postings.toSorted((left, right) => left.members.length - right.members.length);
    const joined = decodeMembers(rarest?.members ?? '');
    for (const { members } of others) if (!intersect(joined, decodeMembers(members))) break;
    yield [block, joined];
  }
}

function toFoundCredential(row: sources.FoundCredentialRow): FoundCredential {
  return {
    credential: {
      id: row.id,
      organizationId: row.organization_id,
      appId: row.app_id,
      status: row.status as CredentialStatus,
      products: parseList(row.products),
      attributes: parseList(row.attributes),
      scopes: parseList(row.scopes),
      issuedAt: row.issued_at,
      expiresAt: row.expires_at ?? undefined,
      ...toStamp(row),
    },
    app: { id: row.app_id, name: row.app_name, status: row.app_status as AppStatus } satisfies Partial<App>,
    owner: {
      kind: row.owner_kind as AppOwner['kind'],
      id: row.owner_id,
      name: row.owner_name,
      status: row.owner_status as FoundOwner['status'],
    },
  };
}
