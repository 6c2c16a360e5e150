import { Problem } from '../domain/problem.ts';
import type { Clock } from '../ports/clock.ts';
import type { SearchIndex } from '../ports/search-store.ts';
import type {
  Committed,
  OrganizationVaults,
  Store,
  StoreArchive,
  StoreTransaction,
  StoreView,
} from '../ports/store.ts';
import type { Vault } from '../ports/vault.ts';
import type { VerificationReader } from '../ports/verification.ts';
import { Archive } from './archive.ts';
import { ChangeTable } from './change.ts';
import { type Engine, type Executor, type Outbox, Rerun, unavailable, type Work } from './engine.ts';
import { ensureEpoch } from './epoch.ts';
import { allMigrations, migrate } from './migrations/list.ts';
import type { Migration } from './migrations/migration.ts';
import { KeyRing } from './organization-key.ts';
import { SearchTable } from './search.ts';
import { sweepSome } from './sweep.ts';
import { VerificationTable } from './verification.ts';
import { VerifierLeaseTable } from './verifier-lease.ts';
import { View } from './view.ts';

/** A work that meets a row which others keep changing runs at most so often. */
const runsMax = 20;

/** Written by `check`, to see that the store can be written. */
const checkSetting = 'check.at';

class Transaction extends View implements StoreTransaction {
  readonly #outbox: Outbox;

  constructor(executor: Executor, keys: KeyRing, outbox: Outbox) {
    super(executor, keys);
    this.#outbox = outbox;
  }

  append(change: Parameters<StoreTransaction['append']>[0]): void {
    this.#outbox.changes.push(change);
  }

  record(entry: Parameters<StoreTransaction['record']>[0]): void {
    this.#outbox.entries.push(entry);
  }
}

interface StoreParts {
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly migrations: readonly Migration[];
}

/** The store, written once over what an engine offers. */
class SqlStore extends View implements Store {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #keys: KeyRing;
  #closing: Promise<void> | undefined;
  readonly feed: ChangeTable;
  readonly archive: StoreArchive;
  readonly search: SearchIndex;
  readonly verification: VerificationReader;
  readonly leases: VerifierLeaseTable;
  readonly vaults: OrganizationVaults;

  constructor(engine: Engine, { clock, keys, migrations }: StoreParts) {
    super(engine.reader, keys);
    this.#engine = engine;
    this.#clock = clock;
    this.#keys = keys;
    this.feed = new ChangeTable(engine);
    this.archive = new Archive(engine, keys, migrations);
    this.verification = new VerificationTable(engine, keys);
    this.vaults = { find: (organizationId) => keys.find(engine.reader, organizationId) };
    this.leases = new VerifierLeaseTable({ engine, clock, transact: (work) => this.#transact(work) });
    this.search = new SearchTable({ engine, clock, transact: (work) => this.#transact(work) });
  }

  write<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<Committed<T>> {
    return this.#transact((executor, outbox) => work(new Transaction(executor, this.#keys, outbox)));
  }

  async snapshot<T>(work: (view: StoreView) => Promise<T>): Promise<T> {
    const snapshot = await this.#engine.openSnapshot();
    try {
      return await work(new View(snapshot.executor, this.#keys));
    } finally {
      await snapshot.close();
    }
  }

  async sweep(rowsMax: number): Promise<number> {
    const swept = await this.#transact(async (executor) => {
      const removed = await sweepSome(executor, rowsMax);
      return removed === rowsMax ? removed : removed + (await this.leases.sweep(executor, rowsMax - removed));
    });
    return swept.value;
  }

  async rewrapKeys(keysMax: number): Promise<number> {
    const rewrapped = await this.#transact(async (executor) => {
      const settings = await this.#keys.rewrapSettings(executor, keysMax);
      if (settings === keysMax) return settings;
      return settings + (await this.#keys.rewrap(executor, keysMax - settings));
    });
    return rewrapped.value;
  }

  async check(): Promise<void> {
    await this.write((transaction) => transaction.settings.set(checkSetting, String(this.#clock.now())));
  }

  close(): Promise<void> {
    this.#closing ??= this.leases.close().then(() => this.#engine.close());
    return this.#closing;
  }

  async #transact<T>(work: Work<T>): Promise<Committed<T>> {
    if (this.#closing !== undefined) throw unavailable();
    let last: Rerun | undefined;
    for (let run = 0; run < runsMax; run++) {
      try {
        return await this.#engine.transact(work);
      } catch (error) {
        if (!(error instanceof Rerun)) throw error;
        last = error;
      }
    }
    throw last?.noun === undefined ? unavailable() : new Problem('entity.changed', { noun: last.noun });
  }
}

export interface AssembleOptions {
  readonly clock: Clock;
  /** Seals and opens the secrets in the store. */
  readonly vault: Vault;
  /** All known migrations, oldest first; tests pass fewer, to make a store of an earlier version. */
  readonly migrations?: readonly Migration[] | undefined;
}

/**
 * Brings the schema forward, and makes a store of an engine.
 * @throws Error where the store was made by a newer version; MasterKeyMismatch where the vault's master key is another
 *   than the one that it was made with
 */
export async function assembleStore(engine: Engine, options: AssembleOptions): Promise<Store> {
  const { clock, vault, migrations = allMigrations } = options;
  const keys = new KeyRing(vault);
  await engine.rebuild(async (rebuilder) => {
    await migrate(rebuilder, migrations);
    await keys.prepare(rebuilder);
    await ensureEpoch(rebuilder);
  });
  return new SqlStore(engine, { clock, keys, migrations });
}
