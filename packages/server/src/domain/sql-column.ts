import type { SqlColumn, SqlType } from './sql-resource.ts';

/** Says columns of resources (domain/sql-resource-table.ts) in a line each. */

function defineColumn(type: SqlType): (name: string, description: string) => SqlColumn {
  return (name, description) => ({ name, type, description });
}

export const text = defineColumn('text');
export const integer = defineColumn('integer');
export const boolean = defineColumn('boolean');
export const json = defineColumn('json');

/** A time. */
export function moment(name: string, description: string): SqlColumn {
  return integer(name, `${description}, in milliseconds since 1970 UTC.`);
}

/** What a path names. */
export function parameter(name: string, description: string): SqlColumn {
  return { name, type: 'text', description, parameter: true };
}

/** What decrypts. */
export function secret(column: SqlColumn): SqlColumn {
  return { ...column, secret: true };
}

export const created = moment('createdAt', 'When it was made');
export const lastModified = moment('lastModifiedAt', 'When it last changed');
export const createdBy = text('createdBy', 'E-mail of the account that made it.');
export const lastModifiedBy = text('lastModifiedBy', 'E-mail of the account that last changed it.');
/** X shows the times alone, Edge the accounts too. */
export const stamps: readonly SqlColumn[] = [created, lastModified, createdBy, lastModifiedBy];

export const attributes = json('attributes', 'A list of `{"name", "value"}`.');

export const organizationsId = parameter('organizationsId', 'Name of the organization.');
export const developersId = parameter('developersId', 'E-mail of the developer, in lower case.');
export const appgroupsId = parameter('appgroupsId', 'Name of the app group.');
export const appsId = parameter('appsId', 'Name of the app.');
export const apiproductsId = parameter('apiproductsId', 'Name of the product.');
export const keysId = secret(parameter('keysId', 'The consumer key.'));
