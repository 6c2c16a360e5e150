import type { HeldNoun, RecordChange } from '@claviger/verify';
import { requiresProducts } from '../domain/organization.ts';
import type {
  BeginWalk,
  FoundRecords,
  HeldName,
  SnapshotPlace,
  TakeRecords,
  VerificationReader,
  VerificationRule,
} from '../ports/verification.ts';
import { head } from './change.ts';
import type { Engine, Executor } from './engine.ts';
import { epochSetting } from './epoch.ts';
import { OrganizationTable } from './organization.ts';
import type { KeyRing } from './organization-key.ts';
import { toRecordChange } from './verification-record.ts';
import { findByHash, reads, type SourceRows, walkMarks, walks } from './verification-statement.ts';

/** Records of one batch: few, so that no other question waits long behind it. */
const batchSize = 500;

/** Products and owners before apps, apps before keys: what is found is whole. */
const nouns: readonly HeldNoun[] = ['api-product', 'developer', 'company', 'app', 'credential'];

/** Records for verifiers. Keys and secrets stay sealed. */
export class VerificationTable implements VerificationReader {
  readonly #engine: Engine;
  readonly #keys: KeyRing;

  constructor(engine: Engine, keys: KeyRing) {
    this.#engine = engine;
    this.#keys = keys;
  }

  async findRule(organizationId: string): Promise<VerificationRule | undefined> {
    return this.#findRule(this.#engine.reader, organizationId);
  }

  async #findRule(executor: Executor, organizationId: string): Promise<VerificationRule | undefined> {
    const organization = await new OrganizationTable(executor, this.#keys).find(organizationId);
    const vault = organization && (await this.#keys.find(executor, organizationId));
    if (organization === undefined || vault === undefined) return undefined;
    return {
      organizationId,
      version: organization.version,
      organization: organization.name,
      productlessKeys: requiresProducts(organization) ? 'refused' : 'work',
      hashOf: (key) => vault.lookupDigest(key),
      lookupKey: vault.lookupKey,
    };
  }

  async walk(
    organizationId: string,
    take: TakeRecords,
    begin?: BeginWalk,
    wanted: readonly HeldNoun[] = nouns,
  ): Promise<SnapshotPlace | undefined> {
    const { executor, close } = await this.#openSnapshot();
    try {
      const rule = await this.#findRule(executor, organizationId);
      if (rule === undefined) return undefined;
      const place = await readPlace(executor);
      await begin?.(place, rule);
      for (const noun of wanted) await walkNoun(executor, { organizationId, noun, take });
      return place;
    } finally {
      await close();
    }
  }

  async read(organizationId: string, names: readonly HeldName[]): Promise<RecordChange[]> {
    const changes: RecordChange[] = [];
    for (const [noun, named] of Map.groupBy(names, (name) => name.noun)) {
      const ids = [...new Set(named.map(({ id }) => id))];
      const rows: SourceRows[HeldNoun][] = await this.#engine.reader.rows(reads[noun], { organizationId, ids });
      const found = new Map(rows.map((row) => [row.id, row]));
      for (const id of ids) {
        const row = found.get(id);
        changes.push(row === undefined ? { noun, id, record: undefined } : toRecordChange(noun, row));
      }
    }
    return changes;
  }

  async find(organizationId: string, hash: string): Promise<FoundRecords> {
    const place = await readPlace(this.#engine.reader);
    const digits = Buffer.from(hash, 'latin1').toString('hex');
    const row = await this.#engine.reader.first(findByHash, { organizationId, hash: digits });
    if (row === undefined) return { place, records: [] };
    const [app] = await this.read(organizationId, [{ noun: 'app', id: row.app_id }]);
    const owner = app?.noun === 'app' ? app.record?.owner : undefined;
    const owners = owner ? await this.read(organizationId, [{ noun: owner.kind, id: owner.id }]) : [];
    const found = [toRecordChange('credential', row), app, ...owners];
    return { place, records: found.filter((each) => each !== undefined).filter(({ record }) => record !== undefined) };
  }

  async #openSnapshot(): Promise<{ executor: Executor; close: () => Promise<void> }> {
    const snapshot = await this.#engine.openSnapshot();
    return { executor: snapshot.executor, close: () => snapshot.close() };
  }
}

async function readPlace(executor: Executor): Promise<SnapshotPlace> {
  const row = await executor.first(head, { setting: epochSetting });
  if (row === undefined) throw new Error('the store has no epoch');
  return { epoch: row.value, sequence: row.last ?? 0 };
}

async function walkNoun(
  executor: Executor,
  { organizationId, noun, take }: { readonly organizationId: string; readonly noun: HeldNoun; take: TakeRecords },
): Promise<void> {
  const statement = walks[noun];
  for (let mark = ''; ; ) {
    const rows: SourceRows[HeldNoun][] = await executor.rows(statement, { organizationId, mark, limit: batchSize });
    if (rows.length > 0) await take(rows.map((row) => toRecordChange(noun, row)));
    const last: Readonly<Record<string, unknown>> | undefined =
      rows.length < batchSize ? undefined : { ...rows.at(-1) };
    if (last === undefined) return;
    mark = String(last[walkMarks[noun]]);
  }
}
