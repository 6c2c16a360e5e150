import { randomUUID } from 'node:crypto';
import type { ArchiveItem, Store } from '../../src/ports/store.ts';

type Row = Extract<ArchiveItem, { kind: 'row' }>;

/**
 * Adds rows that no operation makes yet, on every engine alike: through the archive. Starts a new epoch of the feed,
 * and must not run beside other writes.
 */
async function insertRows(store: Store, rows: readonly Omit<Row, 'kind'>[]): Promise<void> {
  const present: Row[] = [];
  let schema = 0;
  for await (const item of store.archive.dump()) {
    if (item.kind === 'head') schema = item.schema;
    if (item.kind === 'row') present.push(item);
  }
  const all = [...present, ...rows.map((row) => ({ kind: 'row', ...row }) as const)];
  await store.archive.load(itemsOf(schema, all));
}

async function* itemsOf(schema: number, rows: readonly Row[]): AsyncIterable<ArchiveItem> {
  yield { kind: 'head', schema, rows: rows.length };
  yield* rows;
  yield { kind: 'end', rows: rows.length };
}

export interface SeededDeveloper {
  readonly organization: string;
  readonly email: string;
  readonly apps?: readonly string[] | undefined;
  readonly companies?: readonly string[] | undefined;
}

/** Gives developers that exist apps and companies by name. */
export async function seedDependents(store: Store, developers: readonly SeededDeveloper[]): Promise<void> {
  const rows: Omit<Row, 'kind'>[] = [];
  for (const { organization, email, apps = [], companies = [] } of developers) {
    const organizationId = (await store.organizations.findByName(organization))?.id ?? '';
    const developer = await store.developers.findByEmail(organizationId, email.toLowerCase());
    if (developer === undefined) throw new Error(`no developer ${email} in ${organization}`);
    const common = { organization_id: organizationId, version: 1 };
    for (const name of apps) {
      rows.push({ table: 'app', row: { ...common, id: randomUUID(), owner_id: developer.id, name } });
    }
    for (const name of companies) {
      const id = randomUUID();
      rows.push({ table: 'company', row: { ...common, id, name, name_key: name.toLowerCase() } });
      rows.push({ table: 'company_member', row: { ...common, company_id: id, developer_id: developer.id } });
    }
  }
  await insertRows(store, rows);
}
