import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlanOfProduct, RatePlan, RatePlanOrder } from '../../src/domain/rate-plan.ts';
import type { Store } from '../../src/ports/store.ts';
import { insertOrganization, insertProduct, insertRatePlan, makeRatePlan, nextVersion } from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { useStore } from './context.ts';

/** What ports/rate-plan-store.ts promises. */
export function ratePlanSuite(engine: StoreEngine): void {
  describe(`${engine.name}: rate plans`, () => {
    const context = useStore(engine);

    it('come back as they were written, also what is absent in them', async () => {
      const product = await insertProduct(context.store, (await insertOrganization(context.store)).id);
      const money = { currencyCode: 'EUR', units: '-9223372036854775808', nanos: -1 };
      const bare = await insertRatePlan(context.store, product);
      const whole = await insertRatePlan(context.store, product, {
        displayName: 'é',
        state: 'PUBLISHED',
        setupFee: money,
        consumptionPricingRates: [{ start: 1, end: 0, fee: undefined }],
        startTime: 1,
        endTime: 2 ** 53 - 1,
      });
      for (const plan of [bare, whole])
        assert.deepEqual(await context.store.ratePlans.find(plan.organizationId, plan.id), plan);
      assert.equal(
        await context.store.ratePlans.find((await insertOrganization(context.store)).id, whole.id),
        undefined,
      );
      const changed = nextVersion(whole, { state: undefined, displayName: undefined, endTime: 7 });
      await context.store.write((t) => t.ratePlans.update(changed));
      assert.deepEqual(await context.store.ratePlans.find(whole.organizationId, whole.id), changed);
      await context.store.write((t) => t.ratePlans.delete(changed));
      assert.equal(await context.store.ratePlans.find(whole.organizationId, whole.id), undefined);
    });

    it('are walked in each order, by product and state', async () => {
      const { id } = await insertOrganization(context.store);
      const [one, other] = [await insertProduct(context.store, id), await insertProduct(context.store, id)];
      const plans: RatePlan[] = [];
      for (const time of [3, 1, 2, 1]) {
        const state = time === 1 ? ('DRAFT' as const) : undefined;
        plans.push(await insertRatePlan(context.store, one, { startTime: time, endTime: 10 - time, state }));
      }
      const foreign = await insertRatePlan(context.store, other);
      for (const order of ['name', 'state', 'startTime', 'endTime'] as const) {
        const walked = await walk(context.store, { organizationId: id, productId: one.id, order });
        assert.deepEqual(walked.toSorted(), plans.map((plan) => plan.id).toSorted(), order);
      }
      const drafts = await context.store.ratePlans.list(id, { state: 'DRAFT' }, { order: 'name', limit: 9 });
      assert.equal(drafts.length, 2);
      const all = await context.store.ratePlans.list(id, {}, { order: 'name', limit: 9 });
      assert.equal(all.length, 5);
      assert.equal(all.find(({ plan }) => plan.id === foreign.id)?.productName, other.name);
    });

    it('are seen no more when their product is gone, and can not be hung on it', async () => {
      const { id } = await insertOrganization(context.store);
      const product = await insertProduct(context.store, id);
      const plan = await insertRatePlan(context.store, product);
      await context.store.write(async (t) => {
        await t.ratePlans.deleteOfProduct(product);
        await t.products.delete(product);
      });
      assert.equal(await context.store.ratePlans.find(id, plan.id), undefined);
      assert.deepEqual(await context.store.ratePlans.list(id, {}, { order: 'name', limit: 9 }), []);
      await assert.rejects(
        context.store.write((t) => t.ratePlans.insert(makeRatePlan(product))),
        { code: 'entity.changed' },
      );
    });

    it('of one version lose no update', async () => {
      const product = await insertProduct(context.store, (await insertOrganization(context.store)).id);
      const plan = await insertRatePlan(context.store, product);
      await context.store.write((t) => t.ratePlans.update(nextVersion(plan)));
      const stale = nextVersion(plan);
      await assert.rejects(
        context.store.write((t) => t.ratePlans.update(stale)),
        { code: 'entity.changed' },
      );
      await assert.rejects(
        context.store.write((t) => t.ratePlans.delete(plan)),
        { code: 'entity.changed' },
      );
    });
  });
}

interface Walk {
  readonly organizationId: string;
  readonly productId: string;
  readonly order: RatePlanOrder;
}

/** Ids in the order met, page by page; checks that they come in that order. */
async function walk(store: Store, { organizationId, productId, order }: Walk): Promise<string[]> {
  const seen: RatePlan[] = [];
  let from: RatePlan | undefined;
  for (let turns = 0; turns < 9; turns++) {
    const page: PlanOfProduct[] = await store.ratePlans.list(organizationId, { productId }, { order, from, limit: 3 });
    seen.push(...page.slice(0, 2).map(({ plan }) => plan));
    from = page[2]?.plan;
    if (from === undefined) break;
  }
  const keyOf = (plan: RatePlan) => (order === 'name' ? plan.id : (plan[order] ?? ''));
  for (const [at, plan] of seen.entries()) {
    const next = seen[at + 1];
    if (next !== undefined) assert.ok(keyOf(plan) <= keyOf(next), order);
  }
  return seen.map(({ id }) => id);
}
