import type { AppOwner } from '../domain/app.ts';
import type { Credit, Wallet } from '../domain/balance.ts';
import type { BalanceReader, BalanceWriter } from '../ports/monetization-store.ts';
import * as statements from './balance-statement.ts';
import { type Executor, Rerun } from './engine.ts';
import type { WalletCreditRow, WalletRow } from './schema.ts';
import { fromStamp, toStamp } from './stamp.ts';

/** Rows of wallets, and of the credits that were made to them. */
export class BalanceTable implements BalanceReader, BalanceWriter {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async listWallets(owner: AppOwner): Promise<Wallet[]> {
    return (await this.#executor.rows(statements.list, { ownerId: owner.id })).map(toWallet);
  }

  async holdWallet(empty: Wallet): Promise<Wallet> {
    const { kind } = empty.owner;
    const row = fromWallet(empty);
    const holds = await this.#executor.run(statements.holdOf[kind], row);
    const held = holds === 0 ? undefined : await this.#executor.first(statements.findHeld, row);
    if (held === undefined) throw new Rerun(kind);
    return toWallet(held);
  }

  async update(wallet: Wallet): Promise<void> {
    const args = { ...fromWallet(wallet), expected: wallet.version - 1 };
    if ((await this.#executor.run(statements.update, args)) === 0) throw new Rerun('balance');
  }

  async insertCredit(credit: Credit): Promise<Credit | undefined> {
    const { kind } = credit.owner;
    const row = fromCredit(credit);
    if ((await this.#executor.run(statements.insertCreditOf[kind], row)) === 1) return undefined;
    const present = await this.#executor.first(statements.findCredit, row);
    if (present === undefined) throw new Rerun(kind);
    return toCredit(present);
  }
}

function toWallet(row: WalletRow): Wallet {
  const currencyCode = row.currency;
  return {
    id: row.id,
    organizationId: row.organization_id,
    owner: { kind: row.owner_kind as AppOwner['kind'], id: row.owner_id },
    balance: { currencyCode, units: row.balance_units, nanos: row.balance_nanos },
    credited: { currencyCode, units: row.credited_units, nanos: row.credited_nanos },
    lastCreditAt: row.last_credit_at ?? undefined,
    ...toStamp(row),
  };
}

function fromWallet(wallet: Wallet): WalletRow {
  return {
    id: wallet.id,
    organization_id: wallet.organizationId,
    owner_kind: wallet.owner.kind,
    owner_id: wallet.owner.id,
    currency: wallet.balance.currencyCode,
    balance_units: wallet.balance.units,
    balance_nanos: wallet.balance.nanos,
    credited_units: wallet.credited.units,
    credited_nanos: wallet.credited.nanos,
    last_credit_at: wallet.lastCreditAt ?? null,
    ...fromStamp(wallet),
  };
}

function toCredit(row: WalletCreditRow): Credit {
  return {
    organizationId: row.organization_id,
    owner: { kind: row.owner_kind as AppOwner['kind'], id: row.owner_id },
    transactionId: row.transaction_id,
    amount: { currencyCode: row.currency, units: row.units, nanos: row.nanos },
    at: row.at,
  };
}

function fromCredit({ organizationId, owner, transactionId, amount, at }: Credit): WalletCreditRow {
  return {
    organization_id: organizationId,
    owner_kind: owner.kind,
    owner_id: owner.id,
    transaction_id: transactionId,
    currency: amount.currencyCode,
    units: amount.units,
    nanos: amount.nanos,
    at,
  };
}
