import { type Account, parseAccountEmail, parsePassword } from '../domain/account.ts';
import { encodeBase62 } from '../domain/base62.ts';
import { stampNew } from '../domain/stamp.ts';
import { recordAccount, type StoredAccount } from './account.ts';
import { withoutSecrets } from './authentication.ts';
import type { RequestFacts } from './call.ts';
import { createEffects } from './effect.ts';
import type { Plane } from './plane.ts';

export interface FirstAccount {
  readonly account: Account;
  /** The password that was made for it, to be shown once; absent where it was given. */
  readonly generatedPassword: string | undefined;
}

/** 24 letters and digits. */
const generatedBytes = 18;
const start: RequestFacts = { id: 'start', uri: '', operation: 'CREATE', responseCode: 201 };

/**
 * Makes the first administrator where there is no account at all. Undefined where there is one already, whoever it is.
 * @throws Problem request.invalid, request.missing
 */
export async function ensureFirstAccount(
  plane: Plane,
  { email, password }: { readonly email: string; readonly password: string | undefined },
): Promise<FirstAccount | undefined> {
  if ((await plane.store.accounts.list({ limit: 1 })).length > 0) return undefined;
  const generatedPassword = password === undefined ? encodeBase62(plane.random.bytes(generatedBytes)) : undefined;
  const at = plane.clock.now();
  const account: StoredAccount = {
    id: plane.random.rowId(),
    email: parseAccountEmail(email),
    firstName: 'First',
    lastName: 'Administrator',
    status: 'active',
    sysadmin: true,
    passwordVersion: 1,
    ...(await plane.passwords.hash(parsePassword(password ?? generatedPassword ?? ''))),
    ...stampNew(at, email),
  };
  const { value: made } = await plane.store.write(async (transaction) => {
    // Another node may have started at the same time.
    if ((await transaction.accounts.list({ limit: 1 })).length > 0) return false;
    if (!(await transaction.accounts.insert(account))) return false;
    const request = { email: account.email, sysadmin: true };
    const call = { account, request: start, effects: createEffects() };
    recordAccount(transaction, call, { account, kind: 'put', at, request });
    return true;
  });
  return made ? { account: withoutSecrets(account), generatedPassword } : undefined;
}
