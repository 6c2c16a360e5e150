import { type RawBuilder, sql } from 'kysely';
import type { RatePlanOrder } from '../domain/rate-plan.ts';
import type { RatePlanRow } from './schema.ts';
import { changedStampColumns, stampColumns } from './stamp.ts';
import { defineStatement, defineVariants, insertBeneath, pick, type Statement } from './statement.ts';

const columns = [
  'id',
  'organization_id',
  'product_id',
  'state',
  'start_time',
  'end_time',
  'content',
  ...stampColumns,
] as const;

/** With the product, through which a plan of a deleted one is not to be seen. */
const shown = sql`select ${sql.join(columns.map((column) => sql.ref(`rate_plan.${column}`)))},
  api_product.name as product_name from rate_plan join api_product on api_product.id = rate_plan.product_id`;

export type PlanOfProductRow = RatePlanRow & { readonly product_name: string };

export const find = defineStatement('rate-plan.find', (db, given: { organizationId: string; id: string }) =>
  sql<PlanOfProductRow>`${shown} where rate_plan.id = ${given.id}
    and rate_plan.organization_id = ${given.organizationId}`.compile(db),
);

export interface ListArgs {
  readonly organizationId: string;
  readonly productId?: string | undefined;
  readonly state?: string | undefined;
  /** Value of the first plan in the order's column, and its id. */
  readonly fromValue?: string | number | undefined;
  readonly fromId?: string | undefined;
  readonly limit: number;
}

const orderColumns: Readonly<Record<RatePlanOrder, string>> = {
  name: 'rate_plan.id',
  state: 'rate_plan.state',
  startTime: 'rate_plan.start_time',
  endTime: 'rate_plan.end_time',
};

export function variantOf(order: RatePlanOrder, { productId, state, fromId }: ListArgs): string {
  const given = { product: productId, state, from: fromId };
  const members = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : name));
  return [order, ...members].join('-');
}

/** A statement for each order and each set of conditions. */
export const list = defineVariants(defineList);

function defineList(variant: string): Statement<ListArgs, PlanOfProductRow> {
  const [order = 'name', ...members] = variant.split('-');
  const column = sql.ref(orderColumns[order as RatePlanOrder]);
  const name = `rate-plan.list-${variant.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
  return defineStatement(name, (db, given: ListArgs) => {
    const when = (member: string, condition: RawBuilder<unknown>) => (members.includes(member) ? condition : sql``);
    return sql<PlanOfProductRow>`${shown} where rate_plan.organization_id = ${given.organizationId}
      ${when('product', sql`and rate_plan.product_id = ${given.productId}`)}
      ${when('state', sql`and rate_plan.state = ${given.state}`)}
      ${when('from', sql`and (${column}, rate_plan.id) >= (${given.fromValue}, ${given.fromId})`)}
      order by ${column}, rate_plan.id limit ${given.limit}`.compile(db);
  });
}

export const insert = defineStatement(
  'rate-plan.insert',
  insertBeneath<RatePlanRow>('rate_plan', columns, [{ table: 'api_product', column: 'product_id' }]),
);

export const update = defineStatement('rate-plan.update', (db, given: RatePlanRow & { expected: number }) =>
  db
    .updateTable('rate_plan')
    .set(pick(given, ['state', 'start_time', 'end_time', 'content', ...changedStampColumns]))
    .where('id', '=', given.id)
    .where('version', '=', given.expected),
);

export const remove = defineStatement('rate-plan.delete', (db, given: { id: string; expected: number }) =>
  db.deleteFrom('rate_plan').where('id', '=', given.id).where('version', '=', given.expected),
);

export const removeOfProduct = defineStatement('rate-plan.delete-of-product', (db, given: { productId: string }) =>
  db.deleteFrom('rate_plan').where('product_id', '=', given.productId),
);
