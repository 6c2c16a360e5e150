import pg from 'pg';
import type { Log } from '../../ports/log.ts';
import { type Executor, unavailable } from '../engine.ts';
import type { StoredRow } from '../row.ts';
import type { Compiler, Statement } from '../statement.ts';
import { translatePostgresError } from './error.ts';

/** Milliseconds after which the server, and a moment later the driver, gives a statement up. */
const statementTimeout = 30_000;
/** Milliseconds after which the server ends a transaction whose node fell silent: it may hold what others wait for. */
const idleTimeout = 10_000;
const connectTimeout = 5_000;
const int8Type = 20;

/** int8 as a number: times, counts and sequences stay far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8Type ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** @param patience whether statements may take as long as they like, and wait for the next one */
export function clientConfig(url: string, patience: 'bounded' | 'unbounded' = 'bounded'): pg.ClientConfig {
  const base = { connectionString: url, types, keepAlive: true, connectionTimeoutMillis: connectTimeout };
  if (patience === 'unbounded') return { ...base, application_name: 'claviger' };
  return {
    ...base,
    application_name: 'claviger',
    statement_timeout: statementTimeout,
    query_timeout: statementTimeout + 5_000,
    idle_in_transaction_session_timeout: idleTimeout,
  };
}

/**
 * One connection of its own. Statements that are sent without waiting go out in one round trip (`pipeline`).
 * @throws Problem store.unavailable
 */
export async function connect(config: pg.ClientConfig, log: Log): Promise<pg.Client> {
  const client = new pg.Client({ ...config, pipeline: true });
  // Whoever waits for an answer gets the error too; this keeps an idle connection's end from ending the process.
  client.on('error', (error) => log.warn({ error: error.message }, 'store connection lost'));
  try {
    await client.connect();
    return client;
  } catch (error) {
    log.warn({ error: error instanceof Error ? error.message : String(error) }, 'store can not be reached');
    throw unavailable();
  }
}

/** Runs compiled statements on whatever sends them: a client or a pool. */
export class PostgresExecutor implements Executor {
  readonly #sender: Pick<pg.Client | pg.Pool, 'query'>;
  readonly #compiler: Compiler;

  constructor(sender: Pick<pg.Client | pg.Pool, 'query'>, compiler: Compiler) {
    this.#sender = sender;
    this.#compiler = compiler;
  }

  async rows<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row[]> {
    return (await this.#send(statement, args)).rows as Row[];
  }

  async first<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row | undefined> {
    return (await this.rows(statement, args))[0];
  }

  async run<Args extends object>(statement: Statement<Args, unknown>, args: Args): Promise<number> {
    return (await this.#send(statement, args)).rowCount ?? 0;
  }

  async #send<Args extends object>(statement: Statement<Args, unknown>, args: Args): Promise<pg.QueryResult> {
    const { name, text, bind } = this.#compiler.compile(statement);
    try {
      return await this.#sender.query({ name, text, values: bind(args) });
    } catch (error) {
      throw translatePostgresError(error, name);
    }
  }
}

/** One statement outside of the compiled ones. */
export async function queryRows(
  client: pg.Client,
  text: string,
  values: readonly unknown[] = [],
): Promise<StoredRow[]> {
  try {
    return (await client.query(text, [...values])).rows as StoredRow[];
  } catch (error) {
    throw translatePostgresError(error, text);
  }
}
