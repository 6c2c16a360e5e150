import { sql } from 'kysely';
import { organizationIsLive } from './live.ts';
import type { ApiProductRow } from './schema.ts';
import { changedStampColumns, stampColumns } from './stamp.ts';
import { defineStatement, defineVariants, insertBeneath, pick, type Statement } from './statement.ts';

const columns = ['id', 'organization_id', 'name', 'space', 'content', ...stampColumns] as const;
const shown = sql.join(columns.map((column) => sql.ref(`api_product.${column}`)));
const isLive = organizationIsLive('api_product');

export const find = defineStatement('api-product.find', (db, given: { organizationId: string; name: string }) =>
  db
    .selectFrom('api_product')
    .select(columns)
    .where('organization_id', '=', given.organizationId)
    .where('name', '=', given.name)
    .where(isLive),
);

export const findMany = defineStatement(
  'api-product.find-many',
  (db, given: { organizationId: string; names: readonly string[] }, grammar) =>
    db
      .selectFrom('api_product')
      .select(columns)
      .where('organization_id', '=', given.organizationId)
      .where(grammar.isIn('name', given.names))
      .where(isLive),
);

export interface ListArgs {
  readonly organizationId: string;
  readonly key: string;
  readonly limit: number;
  readonly space?: string | undefined;
  readonly attributeHash?: string | undefined;
}

export function variantOf({ space, attributeHash }: Pick<ListArgs, 'space' | 'attributeHash'>): string {
  return [space === undefined ? [] : 'space', attributeHash === undefined ? [] : 'attribute'].flat().join('-');
}

export const listFrom = defineVariants((variant) => defineList('from', variant));
export const listAfter = defineVariants((variant) => defineList('after', variant));

function defineList(start: 'from' | 'after', variant: string): Statement<ListArgs, ApiProductRow> {
  const members = variant.split('-');
  const passes = start === 'from' ? sql`>=` : sql`>`;
  return defineStatement(`api-product.list-${start}${variant && `-${variant}`}`, (db, given: ListArgs) => {
    const inSpace = members.includes('space') ? sql`and api_product.space = ${given.space}` : sql``;
    const source = members.includes('attribute')
      ? sql`api_product_attribute join api_product on api_product.id = api_product_attribute.product_id
          where api_product_attribute.organization_id = ${given.organizationId}
            and api_product_attribute.attribute_hash = ${given.attributeHash} and`
      : sql`api_product where`;
    return sql<ApiProductRow>`select ${shown} from ${source} api_product.organization_id = ${given.organizationId}
      and api_product.name ${passes} ${given.key} ${inSpace} and ${isLive}
      order by api_product.name limit ${given.limit}`.compile(db);
  });
}

export const insert = defineStatement('api-product.insert', insertBeneath<ApiProductRow>('api_product', columns));

export const update = defineStatement('api-product.update', (db, given: ApiProductRow & { expected: number }) =>
  db
    .updateTable('api_product')
    .set(pick(given, ['space', 'content', ...changedStampColumns]))
    .where('id', '=', given.id)
    .where('version', '=', given.expected),
);

export const remove = defineStatement('api-product.delete', (db, given: { id: string; expected: number }) =>
  db.deleteFrom('api_product').where('id', '=', given.id).where('version', '=', given.expected),
);

export interface AttributeArgs {
  readonly organizationId: string;
  readonly id: string;
  readonly hashes: readonly string[];
}

export const insertAttributes = defineStatement('api-product.insert-attributes', (db, given: AttributeArgs, grammar) =>
  sql`insert into api_product_attribute (organization_id, attribute_hash, product_id)
    select ${given.organizationId}, value, ${given.id} from ${grammar.each(given.hashes)} as named
    where true on conflict do nothing`.compile(db),
);

export const removeOtherAttributes = defineStatement(
  'api-product.delete-other-attributes',
  (db, given: AttributeArgs, grammar) =>
    sql`delete from api_product_attribute where product_id = ${given.id}
      and not ${grammar.isIn('attribute_hash', given.hashes)}`.compile(db),
);
