import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Vault } from '../../src/ports/vault.ts';
import type { StatementWatch } from '../../src/store/explain.ts';
import type { Migration } from '../../src/store/migrations/migration.ts';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { PostgresDatabases } from './postgres.ts';
import { testVault } from './vault.ts';

export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

export interface OpenOptions {
  readonly clock?: Clock;
  readonly vault?: Vault;
  readonly watch?: StatementWatch;
  readonly migrations?: readonly Migration[];
  readonly lanes?: number;
}

/** A place that holds one store, open or not. */
export interface StoreHome {
  /** The file or URL. */
  readonly place: string;
  open(options?: OpenOptions): Promise<Store>;
  remove(): Promise<void>;
}

/** An engine that the suite runs on. */
export interface StoreEngine {
  readonly name: string;
  /** Whether several stores may have one home open at once. */
  readonly manyNodes: boolean;
  createHome(): Promise<StoreHome>;
}

export const sqliteEngine: StoreEngine = {
  name: 'SQLite',
  manyNodes: false,
  async createHome() {
    const directory = mkdtempSync(join(tmpdir(), 'claviger-store-'));
    const file = join(directory, 'claviger.db');
    return {
      place: file,
      open: ({ clock = systemClock, vault = testVault, watch, migrations } = {}) =>
        openSqliteStore({ file, log: quietLog, clock, vault, watch, migrations }),
      remove: async () => rmSync(directory, { recursive: true, force: true }),
    };
  },
};

export function postgresEngine(server: () => PostgresDatabases): StoreEngine {
  return {
    name: 'PostgreSQL',
    manyNodes: true,
    async createHome() {
      const url = await server().createDatabase();
      return {
        place: url,
        open: ({ clock = systemClock, vault = testVault, watch, migrations, lanes } = {}) =>
          openPostgresStore({ url, log: quietLog, clock, vault, watch, migrations, lanes, readers: 4 }),
        remove: async () => undefined,
      };
    },
  };
}
