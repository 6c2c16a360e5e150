import type { AccountToken } from '../domain/account.ts';
import { Problem } from '../domain/problem.ts';
import { parseText } from '../domain/text.ts';
import { formatToken, tokenRandomBytes } from '../domain/token-text.ts';
import type { StoreTransaction } from '../ports/store.ts';
import { authorizeSelf, findAccount, pathOf } from './account.ts';
import { type AccountCall, authorship, commit, recordChange } from './call.ts';
import type { Plane } from './plane.ts';

export interface AccountTokenDraft {
  readonly email: string;
  /** What it is for, in the words of whoever makes it. */
  readonly label: string;
  /** Milliseconds since 1970 UTC; absent: never. */
  readonly expiresAt?: number | undefined;
}

export interface MadeAccountToken {
  readonly token: AccountToken;
  /** The token itself. Nobody can read it again: the store keeps its hash. */
  readonly text: string;
}

/** Tokens of one account; a bound for clients that make one with every run. */
const accountTokensMax = 100;
/** A token is made and deleted, never changed. */
const tokenVersion = 1;

/**
 * Makes a token for the caller, or for a sysadmin for anybody.
 * @throws Problem auth.forbidden, account.not-found, request.invalid, request.missing, auth.throttled
 */
export async function createAccountToken(
  plane: Plane,
  call: AccountCall,
  draft: AccountTokenDraft,
): Promise<MadeAccountToken> {
  authorizeSelf(call, draft.email);
  const { at, by } = authorship(plane, call);
  const label = parseText(draft.label, { field: 'label', lengthMax: 255 });
  const { expiresAt } = draft;
  if (expiresAt !== undefined && !(expiresAt > at)) {
    throw new Problem('request.invalid', { field: 'expiresAt', reason: 'lies in the past' });
  }
  const text = formatToken('acc', plane.random.bytes(tokenRandomBytes));
  const hash = plane.digests.sha256Hex(text);
  // Slow, and so before the transaction.
  const scramVerifier = await plane.passwords.makeVerifier(text);
  const id = plane.random.rowId();
  const token = await commit(plane, call, async (transaction) => {
    const account = await findAccount(transaction, draft.email);
    if ((await transaction.accounts.listTokens(account.id)).length >= accountTokensMax) {
      throw new Problem('request.invalid', { field: 'label', reason: `would be token number ${accountTokensMax + 1}` });
    }
    const made: AccountToken = { id, accountId: account.id, label, createdAt: at, createdBy: by, expiresAt };
    await transaction.accounts.insertToken(made, hash, scramVerifier);
    recordToken(transaction, call, { token: made, email: draft.email, kind: 'put', at });
    return made;
  });
  return { token, text };
}

/** @throws Problem auth.forbidden, account.not-found */
export async function listAccountTokens(plane: Plane, call: AccountCall, email: string): Promise<AccountToken[]> {
  authorizeSelf(call, email);
  const account = await findAccount(plane.store, email);
  return plane.store.accounts.listTokens(account.id);
}

/**
 * Ends a token at once.
 * @throws Problem auth.forbidden, account.not-found, account-token.not-found
 */
export async function deleteAccountToken(
  plane: Plane,
  call: AccountCall,
  { email, tokenId }: { readonly email: string; readonly tokenId: string },
): Promise<AccountToken> {
  authorizeSelf(call, email);
  const { at } = authorship(plane, call);
  return commit(plane, call, async (transaction) => {
    const account = await findAccount(transaction, email);
    const token = (await transaction.accounts.listTokens(account.id)).find(({ id }) => id === tokenId);
    if (token === undefined) throw new Problem('account-token.not-found', { token: tokenId });
    await transaction.accounts.deleteToken(token);
    recordToken(transaction, call, { token, email, kind: 'delete', at });
    return token;
  });
}

interface TokenChange {
  readonly token: AccountToken;
  readonly email: string;
  readonly kind: 'put' | 'delete';
  readonly at: number;
}

function recordToken(transaction: StoreTransaction, call: AccountCall, { token, email, kind, at }: TokenChange): void {
  recordChange(transaction, call, {
    organizationId: undefined,
    change: { noun: 'account-token', entityId: token.id, kind, version: tokenVersion },
    takesAway: false,
    resource: `${pathOf(email)}/tokens/${token.id}`,
    request: kind === 'put' ? { label: token.label, expiresAt: token.expiresAt } : undefined,
    at,
  });
}
