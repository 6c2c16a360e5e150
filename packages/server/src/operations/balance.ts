import {
  adjustWallet,
  type CreditDraft,
  createEmptyWallet,
  creditWallet,
  parseAdjustment,
  parseCredit,
  type Wallet,
} from '../domain/balance.ts';
import { isSameMoney, type Money, type MoneyDraft } from '../domain/money.ts';
import { Problem } from '../domain/problem.ts';
import type { StoreTransaction } from '../ports/store.ts';
import { type AppOwnerRef, type LoadedOwner, loadAppOwner } from './app-owner.ts';
import { authorship, type Call, commit, recordChange } from './call.ts';
import type { Plane } from './plane.ts';

const below = ['balance'];

/**
 * What the owner has left, a wallet for each currency.
 * @throws Problem auth.forbidden, developer.not-found, company.not-found, company.inactive
 */
export async function getBalance(plane: Plane, call: Call, owner: AppOwnerRef): Promise<readonly Wallet[]> {
  const loaded = await loadAppOwner(plane.store, call, { verb: 'get', owner, below });
  return plane.store.balances.listWallets(loaded.owner);
}

/**
 * Adds to the balance once, however often the same `transactionId` is sent.
 * @returns the balance as it is now
 * @throws Problem auth.forbidden, developer.not-found, company.not-found, company.inactive, request.missing,
 *   request.invalid, balance.transaction-exists
 */
export async function creditBalance(
  plane: Plane,
  call: Call,
  owner: AppOwnerRef,
  draft: CreditDraft,
): Promise<readonly Wallet[]> {
  const holding = holdingOf(plane, call);
  return commit(plane, call, async (transaction) => {
    const loaded = await loadAppOwner(transaction, call, { verb: 'put', owner, below });
    const { amount, transactionId } = parseCredit(draft);
    // Held before the credit is written: who comes with the same credit waits here, and for nothing else.
    const wallet = await holding(transaction, loaded, amount);
    const by = authorship(plane, call);
    const credit = { organizationId: call.organization.id, owner: loaded.owner, transactionId, amount, at: by.at };
    const present = await transaction.balances.insertCredit(credit);
    if (present === undefined) {
      const next = creditWallet(wallet, amount, by);
      await saveWallet(transaction, call, next, { loaded, request: { transactionAmount: amount, transactionId } });
    } else if (!isSameMoney(present.amount, amount)) {
      throw new Problem('balance.transaction-exists', { transactionId });
    }
    return transaction.balances.listWallets(loaded.owner);
  });
}

/**
 * Takes from the balance, or gives some back with an amount below nothing: never above what the last credit made it.
 * @returns the balance as it is now
 * @throws Problem auth.forbidden, developer.not-found, company.not-found, company.inactive, request.missing,
 *   request.invalid
 */
export async function adjustBalance(
  plane: Plane,
  call: Call,
  owner: AppOwnerRef,
  draft: MoneyDraft | undefined,
): Promise<readonly Wallet[]> {
  const holding = holdingOf(plane, call);
  return commit(plane, call, async (transaction) => {
    const loaded = await loadAppOwner(transaction, call, { verb: 'put', owner, below });
    const adjustment = parseAdjustment(draft, loaded.owner.kind);
    const wallet = await holding(transaction, loaded, adjustment);
    const next = adjustWallet(wallet, adjustment, authorship(plane, call));
    await saveWallet(transaction, call, next, { loaded, request: { adjustment } });
    return transaction.balances.listWallets(loaded.owner);
  });
}

type Holding = (transaction: StoreTransaction, loaded: LoadedOwner, amount: Money) => Promise<Wallet>;

/** The id of a new wallet is drawn once, so that the work can be run again. */
function holdingOf(plane: Plane, call: Call): Holding {
  const id = plane.random.rowId();
  return (transaction, { owner }, { currencyCode }) => {
    const identity = { id, organizationId: call.organization.id, owner };
    return transaction.balances.holdWallet(createEmptyWallet(identity, currencyCode, authorship(plane, call)));
  };
}

async function saveWallet(
  transaction: StoreTransaction,
  call: Call,
  wallet: Wallet,
  { loaded, request }: { readonly loaded: LoadedOwner; readonly request: object },
): Promise<void> {
  const { id, organizationId, version, lastModifiedAt } = wallet;
  await transaction.balances.update(wallet);
  recordChange(transaction, call, {
    organizationId,
    change: { noun: 'balance', entityId: id, kind: 'put', version },
    takesAway: false,
    resource: `/${loaded.path.join('/')}`,
    request,
    at: lastModifiedAt,
  });
}
