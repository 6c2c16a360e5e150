import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import type { Vault } from '../../ports/vault.ts';
import { groupMax as groupMaxDefault } from '../engine.ts';
import type { StatementWatch } from '../explain.ts';
import type { Migration } from '../migrations/migration.ts';
import { assembleStore } from '../sql-store.ts';
import { PostgresEngine } from './engine.ts';

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Seals and opens the secrets in the store. */
  readonly vault: Vault;
  /** Connections for reads, at most. */
  readonly readers?: number | undefined;
  /** Connections on which groups of writes run side by side (docs/decisions/0003-store.md). */
  readonly lanes?: number | undefined;
  /** Told of every statement and its plan; for tests. */
  readonly watch?: StatementWatch | undefined;
  /** Writes that share a commit, at most; for measurements: 1 gives each its own. */
  readonly groupMax?: number | undefined;
  /** For tests of migrations: fewer than there are. */
  readonly migrations?: readonly Migration[] | undefined;
}

/**
 * Opens the store in a database and brings it to the newest schema. Any number of nodes may have it open.
 * @throws Error where the server may lose answered writes or is too old, or a newer version made the store;
 *   Problem store.unavailable where it can't be reached
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { url, log, clock, vault, readers = 8, lanes = 1, groupMax = groupMaxDefault, watch, migrations } = options;
  const engine = new PostgresEngine({ url, log, clock, readers, lanes, groupMax, watch });
  try {
    await engine.start();
    return await assembleStore(engine, { clock, vault, migrations });
  } catch (error) {
    await engine.close();
    throw error;
  }
}
