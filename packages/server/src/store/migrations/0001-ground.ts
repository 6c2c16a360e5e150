import type { ColumnTypes, Migration } from './migration.ts';

/** Organizations, environments, developers, accounts, roles; the change log, the audit log and the sweep. */
export const ground: Migration = {
  number: 1,
  name: 'ground',
  async up(editor) {
    const { types } = editor;
    for (const text of [...entityTables(types), ...accessTables(types), ...logTables(types)]) {
      await editor.execute(text);
    }
  },
};

function stampColumns({ text, integer }: ColumnTypes): string {
  return `created_at ${integer} not null, created_by ${text} not null, last_modified_at ${integer} not null,
    last_modified_by ${text} not null, version ${integer} not null`;
}

function entityTables(types: ColumnTypes): string[] {
  const { text, integer } = types;
  const stamp = stampColumns(types);
  return [
    `create table organization (id ${text} primary key, name ${text} not null unique, dialect ${text} not null,
      display_name ${text} not null, properties ${text} not null, ${stamp})`,
    `create table environment (id ${text} primary key, organization_id ${text} not null, name ${text} not null,
      properties ${text} not null, ${stamp}, unique (organization_id, name))`,
    `create index environment_by_creation on environment (organization_id, created_at, name)`,
    `create table developer (id ${text} primary key, organization_id ${text} not null, email ${text} not null,
      email_key ${text} not null, first_name ${text} not null, last_name ${text} not null, user_name ${text},
      status ${text} not null, attributes ${text} not null, access_type ${text}, app_family ${text}, ${stamp},
      unique (organization_id, email_key))`,
    `create table app (id ${text} primary key, organization_id ${text} not null, owner_id ${text} not null,
      name ${text} not null, version ${integer} not null, unique (owner_id, name))`,
    `create index app_by_name on app (organization_id, name, owner_id)`,
    `create table company (id ${text} primary key, organization_id ${text} not null, name ${text} not null,
      version ${integer} not null, unique (organization_id, name))`,
    `create table company_member (organization_id ${text} not null, company_id ${text} not null,
      developer_id ${text} not null, version ${integer} not null, primary key (company_id, developer_id))`,
    `create index company_member_by_developer on company_member (developer_id, company_id)`,
    `create index company_member_by_organization on company_member (organization_id)`,
  ];
}

function accessTables(types: ColumnTypes): string[] {
  const { text, integer } = types;
  const stamp = stampColumns(types);
  const accountKey = `account_id ${text} not null references account (id) on delete cascade`;
  return [
    `create table account (id ${text} primary key, email ${text} not null, email_key ${text} not null unique,
      first_name ${text} not null, last_name ${text} not null, status ${text} not null, sysadmin ${integer} not null,
      password_version ${integer} not null, password_hash ${text}, scram_verifier ${text}, ${stamp})`,
    `create table account_token (id ${text} primary key, ${accountKey}, hash ${text} not null unique,
      label ${text} not null, created_at ${integer} not null, created_by ${text} not null, expires_at ${integer},
      version ${integer} not null)`,
    `create index account_token_by_account on account_token (account_id, created_at, id)`,
    `create table role (id ${text} primary key, organization_id ${text} not null, name ${text} not null,
      permissions ${text} not null, ${stamp}, unique (organization_id, name))`,
    `create table role_member (organization_id ${text} not null, role ${text} not null, ${accountKey},
      version ${integer} not null, primary key (organization_id, role, account_id))`,
    `create index role_member_by_account on role_member (account_id, organization_id, role)`,
  ];
}

function logTables({ text, integer, serial }: ColumnTypes): string[] {
  return [
    `create table setting (name ${text} primary key, value ${text} not null)`,
    `create table change (sequence ${serial}, organization_id ${text}, noun ${text} not null,
      entity_id ${text} not null, kind ${text} not null, version ${integer} not null, at ${integer} not null)`,
    `create table audit (id ${serial}, organization_id ${text}, at ${integer} not null, account ${text} not null,
      operation ${text} not null, request_uri ${text} not null, response_code ${integer} not null,
      request_id ${text} not null, resource ${text} not null, request ${text} not null)`,
    `create index audit_by_time on audit (organization_id, at, id)`,
    `create index audit_by_resource on audit (organization_id, resource, at, id)`,
    `create index audit_by_account on audit (account, at, id)`,
    `create table sweep (id ${serial}, noun ${text} not null, entity_id ${text} not null)`,
  ];
}
