import type { AppOwner } from '../domain/app.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { SubscriptionReader, SubscriptionWriter } from '../ports/monetization-store.ts';
import type { Page } from '../ports/store.ts';
import { type Executor, Rerun } from './engine.ts';
import type { SubscriptionRow } from './schema.ts';
import { fromStamp, toStamp } from './stamp.ts';
import * as statements from './subscription-statement.ts';

/** Rows of subscriptions. */
export class SubscriptionTable implements SubscriptionReader, SubscriptionWriter {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async find(owner: AppOwner, id: string): Promise<Subscription | undefined> {
    const row = await this.#executor.first(statements.find, { ownerId: owner.id, id });
    return row && toSubscription(row);
  }

  async list(owner: AppOwner, { from, after, limit }: Page): Promise<Subscription[]> {
    const statement = after === undefined ? statements.listFrom : statements.listAfter;
    const rows = await this.#executor.rows(statement, { ownerId: owner.id, key: after ?? from ?? '', limit });
    return rows.map(toSubscription);
  }

  async insert(subscription: Subscription): Promise<void> {
    const { kind } = subscription.owner;
    const inserted = await this.#executor.run(statements.insertOf[kind], fromSubscription(subscription));
    if (inserted === 0) throw new Rerun(kind);
  }

  async update(subscription: Subscription): Promise<void> {
    const args = { ...fromSubscription(subscription), expected: subscription.version - 1 };
    if ((await this.#executor.run(statements.update, args)) === 0) throw new Rerun('subscription');
  }
}

function toSubscription(row: SubscriptionRow): Subscription {
  return {
    id: row.id,
    organizationId: row.organization_id,
    owner: { kind: row.owner_kind as AppOwner['kind'], id: row.owner_id },
    productId: row.product_id,
    productName: row.product,
    startTime: row.start_time,
    endTime: row.end_time,
    ...toStamp(row),
  };
}

function fromSubscription(subscription: Subscription): SubscriptionRow {
  return {
    id: subscription.id,
    organization_id: subscription.organizationId,
    owner_kind: subscription.owner.kind,
    owner_id: subscription.owner.id,
    product_id: subscription.productId,
    product: subscription.productName,
    start_time: subscription.startTime,
    end_time: subscription.endTime,
    ...fromStamp(subscription),
  };
}
