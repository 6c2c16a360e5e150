import type { Log } from '../../ports/log.ts';
import type { StoreView } from '../../ports/store.ts';
import type { Vault } from '../../ports/vault.ts';
import type { Snapshot } from '../engine.ts';
import { KeyRing } from '../organization-key.ts';
import { clientConfig, connect } from '../postgres/connection.ts';
import { createPostgresCompiler } from '../postgres/grammar.ts';
import { beginSnapshot } from '../postgres/snapshot.ts';
import { SqliteConnection } from '../sqlite/connection.ts';
import { createSqliteCompiler } from '../sqlite/grammar.ts';
import { SqliteSnapshots } from '../sqlite/snapshot.ts';
import { View } from '../view.ts';

/** Where a store is that is open already: in this process, by whoever owns it, or on any node. */
export type SnapshotPlace =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string };

/** Snapshots of a store that others write to: nothing is prepared, migrated or owned. */
export class SnapshotSource {
  readonly #open: () => Promise<Snapshot>;
  readonly #vault: Vault;

  constructor(place: SnapshotPlace, vault: Vault, log: Log) {
    this.#open = place.engine === 'sqlite' ? openSqlite(place.file) : openPostgres(place.url, log);
    this.#vault = vault;
  }

  /** As the store's own `snapshot`. @throws Problem store.unavailable */
  async snapshot<T>(work: (view: StoreView) => Promise<T>): Promise<T> {
    const snapshot = await this.#open();
    try {
      // Keys of its own: what the store holds may have been replaced since the last one.
      return await work(new View(snapshot.executor, new KeyRing(this.#vault)));
    } finally {
      await snapshot.close();
    }
  }
}

function openSqlite(file: string): () => Promise<Snapshot> {
  const compiler = createSqliteCompiler();
  const snapshots = new SqliteSnapshots(() => new SqliteConnection({ file, access: 'read', compiler }));
  return () => snapshots.open();
}

function openPostgres(url: string, log: Log): () => Promise<Snapshot> {
  const compiler = createPostgresCompiler();
  return async () => {
    const client = await connect(clientConfig(url, 'unbounded'), log);
    try {
      return await beginSnapshot(client, compiler);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  };
}
