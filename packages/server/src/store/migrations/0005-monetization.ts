import type { ColumnTypes, Migration } from './migration.ts';

/** Balances, billing types and subscriptions of developers and companies. */
export const monetization: Migration = {
  number: 5,
  name: 'monetization',
  async up(editor) {
    for (const text of [...subscriptionTable(editor.types), ...balanceTables(editor.types)]) await editor.execute(text);
  },
};

function ownerColumns({ text }: ColumnTypes): string {
  return `organization_id ${text} not null, owner_kind ${text} not null, owner_id ${text} not null`;
}

function stampColumns({ text, integer }: ColumnTypes): string {
  return `created_at ${integer} not null, created_by ${text} not null, last_modified_at ${integer} not null,
    last_modified_by ${text} not null, version ${integer} not null`;
}

function subscriptionTable(types: ColumnTypes): string[] {
  const { text, integer } = types;
  return [
    `create table subscription (id ${text} primary key, ${ownerColumns(types)}, product_id ${text} not null,
      product ${text} not null, start_time ${integer} not null, end_time ${integer} not null, ${stampColumns(types)})`,
    'create index subscription_by_owner on subscription (owner_id, id)',
    'create index subscription_by_organization on subscription (organization_id)',
  ];
}

function balanceTables(types: ColumnTypes): string[] {
  const { text, integer } = types;
  return [
    `create table monetization_config (${ownerColumns(types)}, billing_type ${text} not null, ${stampColumns(types)},
      primary key (owner_id))`,
    'create index monetization_config_by_organization on monetization_config (organization_id)',
    `create table wallet (id ${text} primary key, ${ownerColumns(types)}, currency ${text} not null,
      balance_units ${text} not null, balance_nanos ${integer} not null, credited_units ${text} not null,
      credited_nanos ${integer} not null, last_credit_at ${integer}, ${stampColumns(types)}, unique (owner_id, currency))`,
    'create index wallet_by_organization on wallet (organization_id)',
    `create table wallet_credit (${ownerColumns(types)}, transaction_id ${text} not null, currency ${text} not null,
      units ${text} not null, nanos ${integer} not null, at ${integer} not null,
      primary key (owner_id, transaction_id))`,
    'create index wallet_credit_by_organization on wallet_credit (organization_id)',
  ];
}
