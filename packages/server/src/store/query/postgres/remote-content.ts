import type { DatabaseSync } from 'node:sqlite';
import { keyHashFunction } from '../../../domain/sql-resource-table.ts';
import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import type { SqlRow, SqlValue } from '../../../ports/query.ts';
import type { Prepared } from '../prepared.ts';
import { openEmptyDatabase, type QueryContent, type QueryProcessOptions } from '../process.ts';
import type { PrintCall } from '../pushdown/expression.ts';
import type { Fetch, Read } from '../pushdown/fetch.ts';
import { QueryText } from '../pushdown/query-text.ts';
import { readTables, type StoreTable } from '../pushdown/schema.ts';
import { absent, bindValue, textOf, Unpushed } from '../pushdown/typed.ts';
import { selectResource } from '../view.ts';
import { Content, createTables } from './content.ts';
import { PostgresSource, Refused } from './source.ts';

/** A store in PostgreSQL, as a query process reads it. */
export async function openRemoteContent(url: string): Promise<Pick<QueryProcessOptions, 'database' | 'content'>> {
  const [database, schema] = [openEmptyDatabase(), await readTables()];
  createTables(database, schema);
  return { database, content: new RemoteContent({ url, database, schema }) };
}

interface RemoteContentOptions {
  readonly url: string;
  /** Its tables are the store's, empty (content.ts). */
  readonly database: DatabaseSync;
  readonly schema: ReadonlyMap<string, StoreTable>;
}

/** A statement may take no longer on the server than the plane lets any query take: it ends the process before. */
const statementMilliseconds = 3_600_000;
const explained = /^\s*explain(?:\s+query\s+plan)?\s/i;

/**
 * Rows of a store in PostgreSQL. What PostgreSQL can answer with SQLite's meaning it is asked; of the rest, the rows and
 * columns that are needed are brought here, and SQLite answers.
 */
class RemoteContent implements QueryContent {
  readonly #options: RemoteContentOptions;
  readonly #source: PostgresSource;
  readonly #content: Content;
  readonly #texts = new WeakMap<Prepared, QueryText>();

  constructor(options: RemoteContentOptions) {
    this.#options = options;
    this.#source = new PostgresSource(options.url);
    this.#content = new Content(options.database, options.schema);
  }

  async provide(
    prepared: Prepared,
    values: readonly SqlValue[],
  ): Promise<AsyncIterable<readonly SqlRow[]> | undefined> {
    if (prepared.views.length === 0) return undefined;
    const text = this.#read(prepared);
    const run = { values, functions: { [keyHashFunction]: this.#hashKey(prepared) } };
    const whole = text.sayWhole(run);
    if (prepared.explains) return explain(whole, () => text.planFetch(run));
    await this.#source.begin(statementMilliseconds);
    const rows = typeof whole === 'string' ? undefined : await this.#ask(whole);
    if (rows === undefined) await this.#content.fill(text.planFetch(run), this.#source);
    return rows;
  }

  async clear(): Promise<void> {
    this.#content.clear();
    await this.#source.end();
  }

  /** Undefined: PostgreSQL does not take it after all. */
  async #ask({ text, values }: Read): Promise<AsyncIterable<readonly SqlRow[]> | undefined> {
    const rows = this.#source.read(text, values);
    try {
      const first = await rows.next();
      return first.done === true ? follow([], rows) : follow([first.value], rows);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // The transaction went with it.
      await this.#source.end();
      await this.#source.begin(statementMilliseconds);
      return undefined;
    }
  }

  #read(prepared: Prepared): QueryText {
    const known = this.#texts.get(prepared);
    if (known !== undefined) return known;
    const views = prepared.views.map(({ name, resource, organizations }) => ({
      name,
      // How SQLite finds the rows is told to SQLite alone.
      text: selectResource(resource, organizations, () => 'guess'),
      organizations: organizations.map(({ id }) => id),
    }));
    const statement = prepared.explains ? prepared.text.replace(explained, '') : prepared.text;
    const made = new QueryText(statement, { views, used: prepared.reads, schema: this.#options.schema });
    this.#texts.set(prepared, made);
    return made;
  }

  /** The hash of a key in each organization, which is all of a key that the store can look for. */
  #hashKey({ views }: Prepared): PrintCall {
    const names = new Set(views.flatMap(({ organizations }) => organizations.map(({ name }) => name)));
    return ([organization], [, key], { bindings }) => {
      if (organization?.type !== 'text' || typeof key !== 'string') throw new Unpushed('a key is expected');
      const hashes = [...names].map((name) => {
        const { hash = null } =
          this.#options.database.prepare(`select ${keyHashFunction}(?, ?) as hash`).get(name, key) ?? {};
        const [when, value] = [name, hash === null ? null : String(hash)].map((each) => bindValue(each, bindings));
        return `when ${when?.text} then ${value?.text}`;
      });
      return hashes.length === 0 ? absent : textOf(`(case ${organization.text} ${hashes.join(' ')} end)`);
    };
  }
}

async function* follow(
  first: readonly SqlRow[][],
  rest: AsyncIterable<SqlRow[]>,
): AsyncGenerator<readonly SqlRow[], void, undefined> {
  yield* first;
  try {
    yield* rest;
  } catch (error) {
    // A value that only PostgreSQL fails at, behind rows that were told already.
    throw error instanceof Refused ? new SqlError(sqlStates.internal, 'the query failed') : error;
  }
}

/** Rows of EXPLAIN QUERY PLAN. */
async function* explain(
  whole: Read | string,
  planFetch: () => Fetch,
): AsyncGenerator<readonly SqlRow[], void, undefined> {
  if (typeof whole !== 'string') {
    yield [[1, 0, 0, 'ASK POSTGRESQL FOR THE ANSWER']];
    return;
  }
  const { tables } = planFetch();
  yield [
    [1, 0, 0, `ANSWER HERE: ${whole}`],
    ...tables.map(({ table, columns, restricted }, at): SqlRow => {
      return [at + 2, 1, 0, `FETCH ${restricted ? 'SOME ROWS' : 'ALL ROWS'} OF ${table} (${columns.join(', ')})`];
    }),
  ];
}
