import { DatabaseSync } from 'node:sqlite';
import { syncFile } from './disk.ts';
import { emailOf, numberDigits } from './traffic.ts';

const uuid = `lower(substr(raw, 1, 8) || '-' || substr(raw, 9, 4) || '-4' || substr(raw, 14, 3) || '-a'
  || substr(raw, 18, 3) || '-' || substr(raw, 21, 12))`;

/**
 * Fills a store that the server made and closed: developers with two attributes each, an app for each fourth, a
 * company for each tenth, and the change that each write would have left. Straight into the tables, made inside
 * SQLite and in one transaction: a million takes seconds.
 */
export function seedDevelopers(file: string, count: number): void {
  const db = new DatabaseSync(file);
  try {
    // A crash while seeding loses the seeds, and the run with them.
    db.exec('pragma synchronous = off; pragma cache_size = -400000; pragma temp_store = memory; begin');
    db.prepare(developersText).run({ count });
    db.exec(appsText);
    db.exec(companiesText);
    db.exec(changesText);
    db.exec('commit; pragma wal_checkpoint(truncate)');
  } finally {
    db.close();
    syncFile(file);
  }
}

const email = `'${emailOf(`' || printf('%0${numberDigits}d', number) || '`)}'`;
const attributes = JSON.stringify([
  { name: 'tier', value: 'gold' },
  { name: 'department', value: 'Payments and Settlement' },
]);

const developersText = `
  insert into developer (id, organization_id, email, email_key, first_name, last_name, user_name, status, attributes,
      created_at, created_by, last_modified_at, last_modified_by, version)
    with recursive seed(number, raw) as (
      select 0, hex(randomblob(16)) union all select number + 1, hex(randomblob(16)) from seed where number + 1 < :count)
    select ${uuid}, organization.id, ${email}, ${email}, 'Ada', 'Lovelace', 'ada', 'active', '${attributes}',
      1700000000000 + number, 'seed@example.com', 1700000000000 + number, 'seed@example.com', 1
    from seed, organization`;

const appsText = `
  insert into app (id, organization_id, owner_id, name, version)
    select 'app-' || id, organization_id, id, 'first-app', 1 from developer where rowid % 4 = 0`;

const companiesText = `
  insert into company (id, organization_id, name, version) select 'company', id, 'company', 1 from organization;
  insert into company_member (organization_id, company_id, developer_id, version)
    select organization_id, 'company', id, 1 from developer where rowid % 10 = 0`;

const changesText = `
  insert into change (organization_id, noun, entity_id, kind, version, at)
    select organization_id, 'developer', id, 'put', 1, created_at from developer`;
