import type { ApiProduct } from '../domain/api-product.ts';
import type { PlanOfProduct, RatePlan, RatePlanOrder } from '../domain/rate-plan.ts';
import type { RatePlanFilter, RatePlanPage, RatePlanReader, RatePlanWriter } from '../ports/rate-plan-store.ts';
import { type Executor, Rerun } from './engine.ts';
import { parseMembers, stringifyMembers } from './json.ts';
import * as statements from './rate-plan-statement.ts';
import type { RatePlanRow } from './schema.ts';
import { fromStamp, toStamp } from './stamp.ts';
import { findTakenIds } from './taken-id.ts';

type Column = 'id' | 'organizationId' | 'productId' | 'state' | 'startTime' | 'endTime';
type Content = Omit<RatePlan, Column | keyof ReturnType<typeof toStamp>>;

const readValue: Readonly<Record<RatePlanOrder, (plan: RatePlan) => string | number>> = {
  name: ({ id }) => id,
  state: ({ state }) => state ?? '',
  startTime: ({ startTime }) => startTime,
  endTime: ({ endTime }) => endTime,
};

/** Rows of rate plans. */
export class RatePlanTable implements RatePlanReader, RatePlanWriter {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async find(organizationId: string, id: string): Promise<RatePlan | undefined> {
    const row = await this.#executor.first(statements.find, { organizationId, id });
    return row && toRatePlan(row);
  }

  async list(
    organizationId: string,
    { productId, state }: RatePlanFilter,
    { order, from, limit }: RatePlanPage,
  ): Promise<PlanOfProduct[]> {
    const fromValue = from && readValue[order](from);
    const args = { organizationId, productId, state, fromValue, fromId: from?.id, limit };
    const rows = await this.#executor.rows(statements.list(statements.variantOf(order, args)), args);
    return rows.map((row) => ({ plan: toRatePlan(row), productName: row.product_name }));
  }

  takenIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return findTakenIds(this.#executor, 'ratePlan', ids);
  }

  async insert(plan: RatePlan): Promise<void> {
    if ((await this.#executor.run(statements.insert, fromRatePlan(plan))) === 0) throw new Rerun('api-product');
  }

  async update(plan: RatePlan): Promise<void> {
    const args = { ...fromRatePlan(plan), expected: plan.version - 1 };
    if ((await this.#executor.run(statements.update, args)) === 0) throw new Rerun('rate-plan');
  }

  async delete({ id, version }: RatePlan): Promise<void> {
    if ((await this.#executor.run(statements.remove, { id, expected: version })) === 0) throw new Rerun('rate-plan');
  }

  async deleteOfProduct({ id }: ApiProduct): Promise<void> {
    await this.#executor.run(statements.removeOfProduct, { productId: id });
  }
}

function toRatePlan(row: RatePlanRow): RatePlan {
  return {
    id: row.id,
    organizationId: row.organization_id,
    productId: row.product_id,
    state: row.state === '' ? undefined : (row.state as RatePlan['state']),
    startTime: row.start_time,
    endTime: row.end_time,
    ...(parseMembers(row.content) as Content),
    ...toStamp(row),
  };
}

function fromRatePlan(plan: RatePlan): RatePlanRow {
  const { id, organizationId, productId, state = '', startTime, endTime, ...rest } = plan;
  const { createdAt, createdBy, lastModifiedAt, lastModifiedBy, version, ...content } = rest;
  return {
    id,
    organization_id: organizationId,
    product_id: productId,
    state,
    start_time: startTime,
    end_time: endTime,
    content: stringifyMembers(content),
    ...fromStamp({ createdAt, createdBy, lastModifiedAt, lastModifiedBy, version }),
  };
}
