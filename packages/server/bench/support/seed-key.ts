import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadMasterKey } from '../../src/adapters/master-key.ts';
import { createVault } from '../../src/adapters/vault.ts';
import { drawKeyText } from '../../src/domain/consumer-key.ts';
import type { OrganizationVault, Vault } from '../../src/ports/vault.ts';
import { syncFile } from './disk.ts';
import { knownKeyPrefix, numberDigits } from './traffic.ts';
import { storeFile } from './workbench.ts';

/** The vault that a data directory's store was sealed with. */
async function openVaultOf(data: string): Promise<Vault> {
  return createVault({ masterKey: await loadMasterKey({ file: join(data, 'master.key') }) });
}

const seededApp = 'shop';

/**
 * Gives each developer of a store that is closed one app, and each app that many keys: sealed and found by hash as the
 * server does it. Straight into the tables, without changes and audit, which no read looks at.
 */
export async function seedApps(data: string, keysEach: number): Promise<void> {
  const db = openForSeeding(storeFile(data));
  try {
    const { organizationId, vault } = await openOrganization(db, data);
    const insertApp = db.prepare(appText);
    const insertKey = db.prepare(keyText);
    const attributes = JSON.stringify([{ name: 'DisplayName', value: 'Shop' }]);
    db.exec('begin');
    for (const { id: owner } of db.prepare('select id from developer').all()) {
      const app = randomUUID();
      insertApp.run(app, organizationId, String(owner), seededApp, attributes);
      for (let ordinal = 1; ordinal <= keysEach; ordinal++) {
        const id = randomUUID();
        const [key, secret] = [drawText(32), drawText(16)];
        const sealed = vault.seal(`${key}\n${secret}`, id);
        insertKey.run(id, organizationId, app, vault.lookupHash(key), sealed, ordinal);
      }
    }
    db.exec('commit; pragma wal_checkpoint(truncate)');
  } finally {
    db.close();
    syncFile(storeFile(data));
  }
}

/** Where a crash loses the seeds, it loses the run with them. */
export function openForSeeding(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  db.exec('pragma synchronous = off; pragma cache_size = -1000000; pragma temp_store = memory');
  return db;
}

export async function openOrganization(
  db: DatabaseSync,
  data: string,
): Promise<{ organizationId: string; vault: OrganizationVault }> {
  const row = db.prepare('select organization_id, master_key_id, data_key, lookup_key from organization_key').get();
  const organizationId = String(row?.['organization_id']);
  const keys = {
    masterKeyId: String(row?.['master_key_id']),
    dataKey: String(row?.['data_key']),
    lookupKey: String(row?.['lookup_key']),
  };
  return { organizationId, vault: (await openVaultOf(data)).open(organizationId, keys) };
}

/** As many letters and digits; of so many bytes nearly none is too large to be one. */
export function drawText(length: number): string {
  return drawKeyText(randomBytes(length * 2)).slice(0, length);
}

const stamp = `1700000000000, 'seed@example.com', 1700000000000, 'seed@example.com', 1`;

export const appText = `
  insert into app (id, organization_id, owner_kind, owner_id, name, status, callback_url, attributes, scopes,
      created_at, created_by, last_modified_at, last_modified_by, version)
    values (?, ?, 'developer', ?, ?, 'approved', 'https://example.com/callback', ?, '[]', ${stamp})`;

const keyProducts = JSON.stringify([{ name: 'weather', status: 'approved' }]);
export const keyText = `
  insert into credential (id, organization_id, app_id, lookup_hash, sealed, status, products, attributes, scopes,
      issued_at, expires_at, ordinal, created_at, created_by, last_modified_at, last_modified_by, version)
    values (?, ?, ?, ?, ?, 'approved', '${keyProducts}', '[]', '[]', 1700000000000, null, ?, ${stamp})`;

/** Keys of a store that `seedKeys` filled which can be asked for, whatever their number. */
export const knownKeys = 10_000;

/** The consumer key that such a store knows by this number, from 0. */
export function nameKnownKey(number: number): string {
  return `${knownKeyPrefix}${String(number).padStart(numberDigits, '0')}`;
}

/**
 * Gives a store that is closed that many keys, evenly to its apps. `knownKeys` of them, spread evenly over all, are as
 * the server would have written them. The others are made inside SQLite, which seals and hashes nothing: their hashes
 * and ciphertexts are digits of the right length, as far apart in the index as real ones. Who looks for a known key
 * passes the same pages on his way.
 */
export async function seedKeys(data: string, count: number): Promise<void> {
  const db = openForSeeding(storeFile(data));
  try {
    const { organizationId, vault } = await openOrganization(db, data);
    // Without the log each page is written once.
    db.exec('pragma journal_mode = memory; begin');
    const apps = Number(db.prepare('select count(*) as apps from app').get()?.['apps']);
    const made = db.prepare(manyKeysText).run({ count, each: Math.ceil(count / apps), organizationId });
    if (made.changes !== count) throw new Error(`${made.changes} keys were seeded instead of ${count}`);
    const makeKnown = db.prepare('update credential set lookup_hash = ?, sealed = ? where rowid = ? returning id');
    const findId = db.prepare('select id from credential where rowid = ?');
    for (let number = 0; number < Math.min(count, knownKeys); number++) {
      const row = number * Math.max(1, Math.floor(count / knownKeys)) + 1;
      const key = nameKnownKey(number);
      const sealed = vault.seal(`${key}\n${drawText(16)}`, String(findId.get(row)?.['id']));
      makeKnown.get(vault.lookupHash(key), sealed, row);
    }
    db.exec('commit; pragma journal_mode = wal');
  } finally {
    db.close();
    syncFile(storeFile(data));
  }
}

/** A hash whose first digits are the row's place in the order of the index: ascending, so that it is filled in order. */
const manyKeysText = `
  insert into credential (id, organization_id, app_id, lookup_hash, sealed, status, products, attributes, scopes,
      issued_at, expires_at, ordinal, created_at, created_by, last_modified_at, last_modified_by, version)
    with recursive seed(number) as (select 0 union all select number + 1 from seed where number + 1 < :count)
    select printf('%08x-0000-4000-a000-%012x', number, number), :organizationId, app.id,
      printf('%08x', number * (4294967295 / :count)) || lower(hex(randomblob(28))), hex(randomblob(52)), 'approved',
      '${keyProducts}', '[]', '[]', 1700000000000, null, number % 1000, ${stamp}
    from seed cross join app on app.rowid = cast(number / :each as integer) + 1`;
