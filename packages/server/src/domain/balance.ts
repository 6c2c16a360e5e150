import type { AppOwner } from './app.ts';
import type { Authorship } from './developer.ts';
import {
  addMoney,
  compareMoney,
  type Money,
  type MoneyDraft,
  noMoney,
  parseMoney,
  signOfMoney,
  subtractMoney,
} from './money.ts';
import { Problem } from './problem.ts';
import { type Stamp, stampChanged } from './stamp.ts';
import { parseText } from './text.ts';

/** What a developer or company has left in one currency. There is one wallet for each currency. */
export interface Wallet extends Stamp {
  readonly id: string;
  readonly organizationId: string;
  readonly owner: AppOwner;
  readonly balance: Money;
  /** The balance right after the most recent credit: no adjustment raises it further. */
  readonly credited: Money;
  /** Milliseconds since 1970 UTC; absent: never. */
  readonly lastCreditAt: number | undefined;
}

/** A credit that was made. The owner has one of each `transactionId`, however often it is sent. */
export interface Credit {
  readonly organizationId: string;
  readonly owner: AppOwner;
  readonly transactionId: string;
  readonly amount: Money;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
}

export interface CreditDraft {
  readonly transactionAmount?: MoneyDraft | undefined;
  readonly transactionId?: string | undefined;
}

const transactionIdLengthMax = 255;

/** @throws Problem request.missing, request.invalid */
export function parseCredit(draft: CreditDraft): Pick<Credit, 'amount' | 'transactionId'> {
  const { transactionAmount, transactionId } = draft;
  if (transactionId === undefined) throw new Problem('request.missing', { field: 'transactionId' });
  if (transactionAmount === undefined) throw new Problem('request.missing', { field: 'transactionAmount' });
  const amount = parseMoney(transactionAmount, 'transactionAmount');
  if (signOfMoney(amount) <= 0) {
    throw new Problem('request.invalid', { field: 'transactionAmount', reason: 'has to be more than nothing' });
  }
  const rule = { field: 'transactionId', lengthMax: transactionIdLengthMax };
  return { amount, transactionId: parseText(transactionId, rule) };
}

/**
 * What is taken off the balance; less than nothing gives some back, which a company's balance does not know
 * (discovery document, AdjustAppGroupBalanceRequest).
 * @throws Problem request.missing, request.invalid
 */
export function parseAdjustment(draft: MoneyDraft | undefined, kind: AppOwner['kind']): Money {
  if (draft === undefined) throw new Problem('request.missing', { field: 'adjustment' });
  const adjustment = parseMoney(draft, 'adjustment');
  const sign = signOfMoney(adjustment);
  if (sign === 0) throw new Problem('request.invalid', { field: 'adjustment', reason: 'changes nothing' });
  if (sign < 0 && kind === 'company') {
    throw new Problem('request.invalid', { field: 'adjustment', reason: 'is less than nothing: credit it instead' });
  }
  return adjustment;
}

/** A wallet before its first change: there is no row of version 0 for anybody to see. */
export function createEmptyWallet(
  identity: Pick<Wallet, 'id' | 'organizationId' | 'owner'>,
  currencyCode: string,
  { at, by }: Authorship,
): Wallet {
  const nothing = noMoney(currencyCode);
  const stamp = { createdAt: at, createdBy: by, lastModifiedAt: at, lastModifiedBy: by, version: 0 };
  return { ...identity, balance: nothing, credited: nothing, lastCreditAt: undefined, ...stamp };
}

/** @throws Problem request.invalid where the balance would go beyond an int64 */
export function creditWallet(wallet: Wallet, amount: Money, { at, by }: Authorship): Wallet {
  const balance = addMoney(wallet.balance, amount, 'transactionAmount');
  const stamp = stampChanged(wallet, at, by);
  return { ...wallet, balance, credited: balance, lastCreditAt: stamp.lastModifiedAt, ...stamp };
}

/** @throws Problem request.invalid where the balance would go beyond an int64, or above what the last credit made it */
export function adjustWallet(wallet: Wallet, adjustment: Money, { at, by }: Authorship): Wallet {
  const balance = subtractMoney(wallet.balance, adjustment, 'adjustment');
  if (signOfMoney(adjustment) < 0 && compareMoney(balance, wallet.credited) > 0) {
    throw new Problem('request.invalid', {
      field: 'adjustment',
      reason: 'raises the balance above what the most recent credit made it',
    });
  }
  return { ...wallet, balance, ...stampChanged(wallet, at, by) };
}
