import { RecentMap } from '../domain/recent-map.ts';
import {
  gatewayKeyPrefix,
  gatewayKeySetting,
  type OrganizationVault,
  sealedSettings,
  type Vault,
  type WrappedKeys,
} from '../ports/vault.ts';
import type { Executor, Rebuilder } from './engine.ts';
import type { OrganizationKeyRow } from './schema.ts';
import { SettingTable } from './setting.ts';
import { defineStatement, insertBeneath, pick } from './statement.ts';

const columns = ['organization_id', 'master_key_id', 'data_key', 'lookup_key'] as const;

const find = defineStatement('organization-key.find', (db, given: { organizationId: string }) =>
  db.selectFrom('organization_key').select(columns).where('organization_id', '=', given.organizationId),
);
const insert = defineStatement(
  'organization-key.insert',
  insertBeneath<OrganizationKeyRow>('organization_key', columns),
);
const listOfMasterKeys = defineStatement(
  'organization-key.list-of-master-keys',
  (db, given: { masterKeyIds: readonly string[]; limit: number }, grammar) =>
    db
      .selectFrom('organization_key')
      .select(columns)
      .where(grammar.isIn('master_key_id', given.masterKeyIds))
      .limit(given.limit),
);
const update = defineStatement('organization-key.update', (db, given: OrganizationKeyRow & { expected: string }) =>
  db
    .updateTable('organization_key')
    .set(pick(given, ['master_key_id', 'data_key', 'lookup_key']))
    .where('organization_id', '=', given.organization_id)
    .where('master_key_id', '=', given.expected),
);
const remove = defineStatement('organization-key.delete', (db, given: { organizationId: string }) =>
  db.deleteFrom('organization_key').where('organization_id', '=', given.organizationId),
);

/** Organizations whose keys are kept open: an open one is a few hundred bytes. */
const openMax = 10_000;

/**
 * The keys of all organizations. Those of one never change for as long as it lives, however they are wrapped, so that
 * open ones need no look at the store.
 */
export class KeyRing {
  readonly vault: Vault;
  #open = new RecentMap<string, OrganizationVault>(openMax);

  constructor(vault: Vault) {
    this.vault = vault;
  }

  /** Makes keys for an organization that is being made. */
  async create(executor: Executor, organizationId: string): Promise<void> {
    // Keys of an earlier run of this work, which was rolled back, are not these.
    this.#open.delete(organizationId);
    await executor.run(insert, fromKeys(organizationId, this.vault.createKeys(organizationId)));
  }

  /** The keys go with their organization, so that nothing that is left of it can be read. */
  async delete(executor: Executor, organizationId: string): Promise<void> {
    await executor.run(remove, { organizationId });
    await new SettingTable(executor).delete(gatewayKeySetting(organizationId));
  }

  /** Undefined where the organization has no keys: it is gone, or a node of an earlier version made it. */
  async find(executor: Executor, organizationId: string): Promise<OrganizationVault | undefined> {
    const known = this.#open.get(organizationId);
    if (known !== undefined) return known;
    const row = await executor.first(find, { organizationId });
    if (row === undefined) return undefined;
    const opened = this.vault.open(organizationId, toKeys(row));
    this.#open.set(organizationId, opened);
    return opened;
  }

  /** As `find`; makes keys where there are none. Undefined where the organization is gone. */
  async ensure(executor: Executor, organizationId: string): Promise<OrganizationVault | undefined> {
    const known = await this.find(executor, organizationId);
    if (known !== undefined) return known;
    await this.create(executor, organizationId);
    const row = await executor.first(find, { organizationId });
    // Not kept open: this work may yet be rolled back, and the keys with it.
    return row && this.vault.open(organizationId, toKeys(row));
  }

  /**
   * Wraps up to `limit` keys anew that another master key wrapped; resolves to how many. Nodes that know one of the two
   * master keys alone can't open what the other wrapped.
   */
  async rewrap(executor: Executor, limit: number): Promise<number> {
    const masterKeyIds = this.vault.previousMasterKeyIds;
    const rows = await executor.rows(listOfMasterKeys, { masterKeyIds, limit });
    let rewrapped = 0;
    for (const row of rows) {
      const keys = this.vault.rewrap(row.organization_id, toKeys(row));
      rewrapped += await executor.run(update, {
        ...fromKeys(row.organization_id, keys),
        expected: row.master_key_id,
      });
    }
    return rewrapped;
  }

  /** The same for secrets among the settings. */
  async rewrapSettings(executor: Executor, limit: number): Promise<number> {
    const settings = new SettingTable(executor);
    const names = [...sealedSettings, ...(await settings.list(gatewayKeyPrefix)).map(({ name }) => name)];
    let rewrapped = 0;
    for (const name of names) {
      if (rewrapped === limit) break;
      const sealed = await settings.get(name);
      const again = sealed === undefined ? undefined : this.vault.rewrapSetting(name, sealed);
      if (again === undefined) continue;
      await settings.set(name, again);
      rewrapped += 1;
    }
    return rewrapped;
  }

  /** All keys that the store holds. */
  async list(rebuilder: Rebuilder): Promise<OrganizationKeyRow[]> {
    // A store of the first schema has none.
    if (!(await rebuilder.hasTable('organization_key'))) return [];
    const rows = await rebuilder.query(`select ${columns.join(', ')} from organization_key`);
    return rows as unknown as OrganizationKeyRow[];
  }

  /**
   * Looks whether the known master keys open what is stored, and gives keys to organizations that have none.
   * @param former what the store held before its content was replaced: an organization that comes back without keys
   *   gets the ones that other nodes may still have open
   * @throws MasterKeyMismatch
   */
  async prepare(rebuilder: Rebuilder, former: readonly OrganizationKeyRow[] = []): Promise<void> {
    this.#open = new RecentMap(openMax);
    if (!(await rebuilder.hasTable('organization_key'))) return;
    for (const row of await this.list(rebuilder)) this.vault.open(row.organization_id, toKeys(row));
    const known = new Map(former.map((row) => [row.organization_id, row]));
    const bare = await rebuilder.query(
      `select id from organization where not exists (
        select 1 from organization_key where organization_key.organization_id = organization.id)`,
    );
    for (const { id } of bare) {
      const row = known.get(String(id)) ?? fromKeys(String(id), this.vault.createKeys(String(id)));
      await rebuilder.insert('organization_key', { ...row });
    }
    await rebuilder.finish();
  }
}

function toKeys(row: OrganizationKeyRow): WrappedKeys {
  return { masterKeyId: row.master_key_id, dataKey: row.data_key, lookupKey: row.lookup_key };
}

function fromKeys(organizationId: string, keys: WrappedKeys): OrganizationKeyRow {
  return {
    organization_id: organizationId,
    master_key_id: keys.masterKeyId,
    data_key: keys.dataKey,
    lookup_key: keys.lookupKey,
  };
}
