import type pg from 'pg';
import type { Log } from '../../ports/log.ts';
import type { StatementWatch } from '../explain.ts';
import type { Compiled } from '../statement.ts';
import { clientConfig, connect, queryRows } from './connection.ts';

/** Has the server plan each statement once, on a connection of its own; needs PostgreSQL 16. For tests. */
export class Explainer {
  readonly #watch: StatementWatch;
  readonly #client: Promise<pg.Client>;
  readonly #plans: Promise<void>[] = [];

  constructor(url: string, log: Log, watch: StatementWatch) {
    this.#watch = watch;
    this.#client = connect(clientConfig(url), log).then(async (client) => {
      // The tables of a test are so small that a scan is the best plan: only one that has no index left may show.
      for (const way of ['seqscan', 'hashjoin', 'mergejoin', 'bitmapscan']) {
        await queryRows(client, `set enable_${way} = off`);
      }
      return client;
    });
  }

  explain({ name, text }: Compiled): void {
    this.#plans.push(
      this.#client.then(async (client) => {
        const rows = await queryRows(client, `explain (generic_plan, costs off) ${text}`);
        this.#watch({ name, text, plan: rows.map((row) => String(row['QUERY PLAN']).trim()) });
      }),
    );
  }

  /** Waits for all plans. */
  async close(): Promise<void> {
    await Promise.all(this.#plans);
    await (await this.#client).end();
  }
}
