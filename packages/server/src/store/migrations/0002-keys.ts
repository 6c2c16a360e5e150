import type { ColumnTypes, Migration } from './migration.ts';

/**
 * Apps, credentials, products, companies and the keys that seal secrets. Each organization's keys are made when the
 * store is opened, since a migration knows no master key.
 */
export const keys: Migration = {
  number: 2,
  name: 'keys',
  async up(editor) {
    const { types } = editor;
    const texts = [...appColumns(types), ...companyColumns(types), ...credentialTables(types), ...productTables(types)];
    for (const text of texts) await editor.execute(text);
  },
};

/** Columns that rows of the first schema lack have defaults for them. */
function addStamp(table: string, { text, integer }: ColumnTypes): string[] {
  const organizationsOwn = (column: string, absent: string) =>
    `coalesce((select ${column} from organization where organization.id = ${table}.organization_id), ${absent})`;
  return [
    `alter table ${table} add column created_at ${integer} not null default 0`,
    `alter table ${table} add column created_by ${text} not null default ''`,
    `alter table ${table} add column last_modified_at ${integer} not null default 0`,
    `alter table ${table} add column last_modified_by ${text} not null default ''`,
    `update ${table} set created_at = ${organizationsOwn('created_at', '0')},
      created_by = ${organizationsOwn('created_by', "''")},
      last_modified_at = ${organizationsOwn('created_at', '0')},
      last_modified_by = ${organizationsOwn('created_by', "''")}`,
  ];
}

function appColumns(types: ColumnTypes): string[] {
  const { text } = types;
  return [
    `alter table app add column owner_kind ${text} not null default 'developer'`,
    `alter table app add column status ${text} not null default 'approved'`,
    `alter table app add column callback_url ${text}`,
    `alter table app add column attributes ${text} not null default '[]'`,
    `alter table app add column scopes ${text} not null default '[]'`,
    `alter table app add column app_family ${text}`,
    ...addStamp('app', types),
    `create index app_by_organization on app (organization_id, id)`,
  ];
}

function companyColumns(types: ColumnTypes): string[] {
  const { text } = types;
  return [
    `alter table company add column name_key ${text} not null default ''`,
    `alter table company add column display_name ${text}`,
    `alter table company add column status ${text} not null default 'active'`,
    `alter table company add column attributes ${text} not null default '[]'`,
    `alter table company add column channel_id ${text}`,
    `alter table company add column channel_uri ${text}`,
    `alter table company add column email ${text}`,
    ...addStamp('company', types),
    `update company set name_key = lower(name)`,
    `create unique index company_by_name_key on company (organization_id, name_key)`,
    `alter table company_member add column roles ${text} not null default '[]'`,
  ];
}

function stampColumns({ text, integer }: ColumnTypes): string {
  return `created_at ${integer} not null, created_by ${text} not null, last_modified_at ${integer} not null,
    last_modified_by ${text} not null, version ${integer} not null`;
}

function credentialTables(types: ColumnTypes): string[] {
  const { text, integer } = types;
  return [
    `create table organization_key (organization_id ${text} primary key, master_key_id ${text} not null,
      data_key ${text} not null, lookup_key ${text} not null)`,
    `create index organization_key_by_master_key on organization_key (master_key_id)`,
    `create table credential (id ${text} primary key, organization_id ${text} not null, app_id ${text} not null,
      lookup_hash ${text} not null, sealed ${text} not null, status ${text} not null, products ${text} not null,
      attributes ${text} not null, scopes ${text} not null, issued_at ${integer} not null, expires_at ${integer},
      ordinal ${integer} not null, ${stampColumns(types)}, unique (organization_id, lookup_hash))`,
    `create index credential_by_app on credential (app_id, issued_at, ordinal)`,
    `create table credential_product (organization_id ${text} not null, product ${text} not null, app_id ${text} not null,
      credential_id ${text} not null, primary key (organization_id, product, app_id, credential_id))`,
    `create index credential_product_by_credential on credential_product (credential_id)`,
  ];
}

function productTables(types: ColumnTypes): string[] {
  const { text } = types;
  return [
    `create table api_product (id ${text} primary key, organization_id ${text} not null, name ${text} not null,
      space ${text}, content ${text} not null, ${stampColumns(types)}, unique (organization_id, name))`,
    `create index api_product_by_space on api_product (organization_id, space, name)`,
    `create table api_product_attribute (organization_id ${text} not null, attribute_hash ${text} not null,
      product_id ${text} not null, primary key (organization_id, attribute_hash, product_id))`,
    `create index api_product_attribute_by_product on api_product_attribute (product_id)`,
  ];
}
