import { randomUUID } from 'node:crypto';
import type { ApiProduct } from '../../src/domain/api-product.ts';
import type { AppOwner } from '../../src/domain/app.ts';
import type { Credit, Wallet } from '../../src/domain/balance.ts';
import type { MonetizationConfig } from '../../src/domain/monetization-config.ts';
import { stampNew } from '../../src/domain/stamp.ts';
import type { Subscription } from '../../src/domain/subscription.ts';

const stamp = stampNew(1_700_000_000_000, 'admin@example.com');

/** A wallet of version 0, as it is before its first change. */
export function makeWallet(organizationId: string, owner: AppOwner, given: Partial<Wallet> = {}): Wallet {
  const nothing = { currencyCode: 'EUR', units: '0', nanos: 0 };
  return {
    id: randomUUID(),
    organizationId,
    owner,
    balance: nothing,
    credited: nothing,
    lastCreditAt: undefined,
    ...stamp,
    version: 0,
    ...given,
  };
}

export function makeCredit(organizationId: string, owner: AppOwner, given: Partial<Credit> = {}): Credit {
  const amount = { currencyCode: 'EUR', units: '1', nanos: 5 };
  return { organizationId, owner, transactionId: randomUUID(), amount, at: 1, ...given };
}

export function makeConfig(
  organizationId: string,
  owner: AppOwner,
  given: Partial<MonetizationConfig> = {},
): MonetizationConfig {
  return { organizationId, owner, billingType: 'PREPAID', ...stamp, ...given };
}

export function makeSubscription(
  product: ApiProduct,
  owner: AppOwner,
  given: Partial<Subscription> = {},
): Subscription {
  const { organizationId, id: productId, name: productName } = product;
  return {
    id: randomUUID(),
    organizationId,
    owner,
    productId,
    productName,
    startTime: 1,
    endTime: 0,
    ...stamp,
    ...given,
  };
}
