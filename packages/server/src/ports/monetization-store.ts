import type { AppOwner } from '../domain/app.ts';
import type { Credit, Wallet } from '../domain/balance.ts';
import type { MonetizationConfig } from '../domain/monetization-config.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { Page } from './page.ts';

/**
 * Monetization of developers and companies. All MUSTs of `Store` hold. Besides, what belongs to an owner that is deleted
 * MUST be invisible to every reader here from that moment, swept or not; a write beneath one reruns the work.
 */
export interface SubscriptionReader {
  find(owner: AppOwner, id: string): Promise<Subscription | undefined>;
  /** By id, which is what `from` and `after` name. */
  list(owner: AppOwner, page: Page): Promise<Subscription[]>;
}

export interface SubscriptionWriter {
  /** Reruns the work too where the product is gone. */
  insert(subscription: Subscription): Promise<void>;
  update(subscription: Subscription): Promise<void>;
}

export interface BalanceReader {
  /** By currency. */
  listWallets(owner: AppOwner): Promise<Wallet[]>;
}

export interface BalanceWriter {
  /**
   * The wallet of the same owner and currency, or `empty` (of version 0) where there was none. Nobody else changes it
   * until this transaction ends, so that credits at the same moment wait for each other rather than run again.
   */
  holdWallet(empty: Wallet): Promise<Wallet>;
  update(wallet: Wallet): Promise<void>;
  /** The credit that the owner has of that `transactionId` already; absent, and this one written, where there is none. */
  insertCredit(credit: Credit): Promise<Credit | undefined>;
}

export interface MonetizationConfigReader {
  find(owner: AppOwner): Promise<MonetizationConfig | undefined>;
}

export interface MonetizationConfigWriter {
  /** Of version 1: the owner had none. */
  put(config: MonetizationConfig): Promise<void>;
}
