import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

export interface DeveloperRow {
  readonly id: string;
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly user_name: string | null;
  readonly status: string;
  readonly attributes: string;
  readonly version: number;
}
export interface ChangeRow {
  readonly sequence: number;
  readonly noun: string;
  readonly entity_id: string;
  readonly kind: string;
  readonly version: number;
}
export interface AuditRow {
  readonly request_id: string;
  readonly resource: string;
}

export interface VersionedRow {
  readonly id: string;
  readonly version: number;
}

/** The tables as they lie in the store, read past the server. */
export interface Image {
  readonly developers: readonly DeveloperRow[];
  readonly apps: readonly VersionedRow[];
  readonly credentials: readonly VersionedRow[];
  readonly companies: readonly VersionedRow[];
  /** By sequence. */
  readonly changes: readonly ChangeRow[];
  readonly audit: readonly AuditRow[];
}

const texts = {
  developers: 'select id, email, first_name, last_name, user_name, status, attributes, version from developer',
  apps: 'select id, version from app',
  credentials: 'select id, version from credential',
  companies: 'select id, version from company',
  changes: 'select sequence, noun, entity_id, kind, version from change order by sequence',
  audit: 'select request_id, resource from audit order by id',
} as const;

export function readSqliteImage(file: string): Image {
  const db = new DatabaseSync(file);
  try {
    const all = (text: string): unknown[] =>
      db
        .prepare(text)
        .all()
        .map((row) => ({ ...row }));
    return {
      developers: all(texts.developers) as DeveloperRow[],
      apps: all(texts.apps) as VersionedRow[],
      credentials: all(texts.credentials) as VersionedRow[],
      companies: all(texts.companies) as VersionedRow[],
      changes: all(texts.changes) as ChangeRow[],
      audit: all(texts.audit) as AuditRow[],
    };
  } finally {
    db.close();
  }
}

export async function readPostgresImage(url: string): Promise<Image> {
  const types = new pg.TypeOverrides();
  types.setTypeParser(20, Number);
  const client = new pg.Client({ connectionString: url, types });
  await client.connect();
  try {
    const all = async (text: string): Promise<unknown[]> => (await client.query(text)).rows;
    return {
      developers: (await all(texts.developers)) as DeveloperRow[],
      apps: (await all(texts.apps)) as VersionedRow[],
      credentials: (await all(texts.credentials)) as VersionedRow[],
      companies: (await all(texts.companies)) as VersionedRow[],
      changes: (await all(texts.changes)) as ChangeRow[],
      audit: (await all(texts.audit)) as AuditRow[],
    };
  } finally {
    await client.end();
  }
}
