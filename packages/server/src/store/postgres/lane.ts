import type pg from 'pg';
import { Problem } from '../../domain/problem.ts';
import type { Log } from '../../ports/log.ts';
import { type Job, type Outcome, unavailable } from '../engine.ts';
import type { Compiler } from '../statement.ts';
import { clientConfig, connect } from './connection.ts';
import { requireDurability } from './durability.ts';
import { runGroup } from './group.ts';

export interface LaneOptions {
  readonly url: string;
  readonly compiler: Compiler;
  readonly log: Log;
  readonly now: () => number;
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.code === 'store.unavailable';
}

/** One connection that runs groups of works, each group in one transaction. Connects when it needs to. */
export class Lane {
  readonly #options: LaneOptions;
  #client: pg.Client | undefined;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** One outcome for each job. Never rejects. */
  async run(jobs: readonly Job[]): Promise<Outcome[]> {
    try {
      const client = await this.#connected();
      return await runGroup(client, jobs, this.#options);
    } catch (error) {
      // Whatever state the connection is in: the server rolls back what it did not commit.
      await this.close();
      if (jobs.length === 1 || isUnavailable(error)) return jobs.map(() => ({ error }));
      // One of them is to blame, and which one shows when each is alone.
      const outcomes: Outcome[] = [];
      for (const job of jobs) outcomes.push(...(await this.run([job])));
      return outcomes;
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client !== undefined) return this.#client;
    const { url, log } = this.#options;
    const client = await connect(clientConfig(url), log);
    try {
      await requireDurability(client);
    } catch (error) {
      log.error({ error: String(error) }, 'store refused');
      await client.end().catch(() => undefined);
      throw unavailable();
    }
    client.on('end', () => {
      if (this.#client === client) this.#client = undefined;
    });
    this.#client = client;
    return client;
  }
}
