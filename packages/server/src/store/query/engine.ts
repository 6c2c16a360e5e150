import { randomBytes } from 'node:crypto';
import { RecentMap } from '../../domain/recent-map.ts';
import { keyLookup } from '../../domain/sql-resource-table.ts';
import { tokenize } from '../../language/token.ts';
import type { Log } from '../../ports/log.ts';
import type {
  Query,
  QueryColumn,
  QueryCursor,
  QueryEngine,
  QueryOptions,
  QueryScope,
  QueryShape,
  SqlValue,
} from '../../ports/query.ts';
import type { BareKeys } from '../../ports/vault.ts';
import type { AskedText } from './errand.ts';
import { toWire, type ViewDefinition } from './frame.ts';
import { QueryPool } from './pool.ts';
import type { OrganizationSecret } from './secret.ts';
import type { StorePlace } from './store-place.ts';

interface StoreQueriesOptions {
  /** The program of a query process (serve-query.ts). */
  readonly entry: string;
  readonly place: StorePlace;
  readonly processesMax: number;
  /** Of each process. */
  readonly memoryMegabytes: number;
  readonly log: Log;
  readonly findKeys: (organizationId: string) => Promise<BareKeys | undefined>;
}

type PlacelessOptions = Omit<StoreQueriesOptions, 'place'>;

export interface SqliteQueriesOptions extends PlacelessOptions {
  /** The store's database. */
  readonly file: string;
}

/** Queries that read the tables of a SQLite store in place, in processes of their own. */
export function openSqliteQueries({ file, ...options }: SqliteQueriesOptions): QueryEngine {
  return new StoreQueries({ ...options, place: { file } });
}

/** Queries over a store in PostgreSQL, which answers what it can; processes of their own bring here what the rest needs. */
export function openPostgresQueries({ url, ...options }: PlacelessOptions & { readonly url: string }): QueryEngine {
  return new StoreQueries({ ...options, place: { url } });
}

interface Known extends AskedText {
  /** Whose credentials it may decrypt. */
  readonly secretsOf: readonly { readonly id: string; readonly name: string }[];
  columns: readonly QueryColumn[] | undefined;
}

const knownMax = 1000;
const describing = { timeoutMilliseconds: 10_000 };
const secretResources: ReadonlySet<string> = new Set(['keys', 'keys_apiproducts', keyLookup]);
const viewName = /^v[0-9a-f]{32}(_[a-z_]+)$/;

class StoreQueries implements QueryEngine {
  readonly #options: StoreQueriesOptions;
  readonly #pool: QueryPool;
  readonly #known = new RecentMap<string, Known>(knownMax);
  readonly #scopeMarks = new WeakMap<QueryScope, string>();
  #lastId = 0;

  constructor(options: StoreQueriesOptions) {
    this.#options = options;
    this.#pool = new QueryPool(options);
  }

  async describe(query: Query): Promise<QueryShape> {
    const known = this.#know(query);
    const { parameters } = known.definition;
    if (known.columns === undefined) {
      const conversation = this.#pool.ask(known, { shape: true, rowsMax: 0 }, describing);
      known.columns = await conversation.columns();
    }
    return { columns: known.columns, parameters };
  }

  async run(query: Query, values: readonly SqlValue[], options: QueryOptions): Promise<QueryCursor> {
    const known = this.#know(query);
    const { definition, secretsOf } = known;
    const asked = {
      shape: known.columns === undefined || undefined,
      values: values.slice(0, definition.parameters).map(toWire),
      secrets: secretsOf.length === 0 ? undefined : await this.#openSecrets(secretsOf),
      rowsMax: options.rowsMax,
    };
    const conversation = this.#pool.ask(known, asked, options);
    const columns = known.columns ?? (await conversation.columns());
    known.columns = columns;
    return { columns, next: () => conversation.next(), close: async () => conversation.stop() };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #know(query: Query): Known {
    const { text, views, scope } = query;
    const used = Object.entries(views).filter(([, name]) => text.includes(name));
    const mark = used.length === 0 ? text : `${this.#markOf(scope)}\n${text}`;
    const known = this.#known.get(mark);
    if (known !== undefined) return known;
    const made = this.#define(query, used);
    this.#known.set(mark, made);
    return made;
  }

  #define({ text, scope }: Query, used: readonly (readonly [string, string])[]): Known {
    const views = used.map(([resource, name]): ViewDefinition => {
      return { resource, name: renameView(name), organizations: grantedIn(scope, resource) };
    });
    const renamed = used.reduce((rest, [, name], at) => rest.replaceAll(name, views[at]?.name ?? name), text);
    const secretsOf = views.find((view) => decrypts(view, text))?.organizations ?? [];
    const definition = { text: renamed, parameters: countParameters(text), views };
    this.#lastId += 1;
    return { id: this.#lastId, definition, microseconds: undefined, secretsOf, columns: undefined };
  }

  #markOf(scope: QueryScope): string {
    const known = this.#scopeMarks.get(scope);
    if (known !== undefined) return known;
    const mark = JSON.stringify(scope.organizations);
    this.#scopeMarks.set(scope, mark);
    return mark;
  }

  async #openSecrets(organizations: Known['secretsOf']): Promise<OrganizationSecret[]> {
    const found = await Promise.all(
      organizations.map(async ({ id, name }) => {
        const keys = await this.#options.findKeys(id);
        return keys === undefined ? [] : [{ id, name, ...keys }];
      }),
    );
    return found.flat();
  }
}

/**
 * The same text may come with another scope, and a process must not take the views of the one for those of the other:
 * each pair of text and scope has names of its own, as long as the given ones, so that places in the text stay.
 */
function renameView(name: string): string {
  const suffix = viewName.exec(name)?.[1];
  if (suffix === undefined) throw new Error(`${name} is no name of a view`);
  return `v${randomBytes(16).toString('hex')}${suffix}`;
}

function grantedIn({ organizations }: QueryScope, resource: string): { readonly id: string; readonly name: string }[] {
  const granted = resource === keyLookup ? 'keys' : resource;
  return organizations.filter(({ resources }) => resources.includes(granted)).map(({ id, name }) => ({ id, name }));
}

/** The keys of an app are one column of many; those who do not ask for it need no key. */
function decrypts({ resource }: ViewDefinition, text: string): boolean {
  return secretResources.has(resource) || (resource === 'apps' && /credentials|\*/i.test(text));
}

function countParameters(text: string): number {
  const numbers = tokenize(text).map(({ kind, text: mark }) => (kind === 'parameter' ? Number(mark.slice(1)) : 0));
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}
