import { dirname, join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import type { Vault } from '../../ports/vault.ts';
import type { StatementWatch } from '../explain.ts';
import type { Migration } from '../migrations/migration.ts';
import { assembleStore } from '../sql-store.ts';
import { SqliteEngine } from './engine.ts';
import { takeOwnership } from './ownership.ts';

export interface SqliteStoreOptions {
  /** The database file; made where it is absent. Its directory has to exist. */
  readonly file: string;
  /** The file that says whose the store is; `claviger.lock` beside the database where it is not given. */
  readonly lockFile?: string | undefined;
  readonly log: Log;
  readonly clock: Clock;
  /** Seals and opens the secrets in the store. */
  readonly vault: Vault;
  /** Told of every statement and its plan; for tests. */
  readonly watch?: StatementWatch | undefined;
  /** Writes that share a commit, at most; for measurements: 1 gives each its own. */
  readonly groupMax?: number | undefined;
  /** For tests of migrations: fewer than there are. */
  readonly migrations?: readonly Migration[] | undefined;
}

/**
 * Opens the store in a file and brings it to the newest schema. One process owns it until it closes or ends.
 * @throws Error where another process owns it, or a newer version made it; Problem store.unavailable
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { file, log, clock, vault, watch, groupMax, migrations } = options;
  const release = takeOwnership(options.lockFile ?? join(dirname(file), 'claviger.lock'), file);
  let engine: SqliteEngine | undefined;
  try {
    engine = new SqliteEngine({ file, clock, watch, groupMax, release });
    const store = await assembleStore(engine, { clock, vault, migrations });
    log.info({ file }, 'store open');
    return store;
  } catch (error) {
    if (engine === undefined) release();
    else await engine.close();
    throw error;
  }
}
