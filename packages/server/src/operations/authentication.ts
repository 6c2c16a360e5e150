import { type Account, passwordLengthMax } from '../domain/account.ts';
import { partyOfAddress } from '../domain/address.ts';
import { keyOfEmail } from '../domain/developer.ts';
import { Problem } from '../domain/problem.ts';
import { parseToken } from '../domain/token-text.ts';
import type { AccountSecrets } from '../ports/store.ts';
import type { Plane } from './plane.ts';

/** What a request brought to say who it is. */
export type Presented =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly login: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

const loginLengthMax = 254;

/**
 * The account behind a request. It is read from the store every time, so that a changed password or a disabled
 * account counts at once, on every node.
 * @param address the client's IP address, behind trusted proxies
 * @throws Problem auth.missing, auth.wrong-credentials, auth.throttled
 */
export async function authenticate(plane: Plane, presented: Presented, address: string): Promise<Account> {
  switch (presented.kind) {
    case 'none':
      throw new Problem('auth.missing', {});
    case 'basic':
      return await signIn(plane, presented, address);
    case 'bearer':
      return withoutSecrets(await findBearer(plane, presented.token));
  }
}

/**
 * Checks a login (an account's e-mail, in any case) and its password.
 * @throws Problem auth.wrong-credentials, auth.throttled
 */
export async function signIn(
  plane: Plane,
  { login, password }: { readonly login: string; readonly password: string },
  address: string,
): Promise<Account> {
  // No account can have such a login or password: saying so tells nothing.
  if (login === '' || login.length > loginLengthMax) throw new Problem('auth.wrong-credentials', {});
  if (password === '' || password.length > passwordLengthMax) throw new Problem('auth.wrong-credentials', {});
  const emailKey = keyOfEmail(login);
  const party = { emailKey, address: partyOfAddress(address) };
  const account = usable(await plane.store.accounts.findByEmail(emailKey));
  plane.signIns.admit(party);
  if (account !== undefined && plane.signIns.remembers(account, password)) {
    plane.signIns.welcome(party);
    return withoutSecrets(account);
  }
  const check = async () => {
    const isRight = await plane.passwords.verify(password, account?.passwordHash);
    if (isRight && account !== undefined) await renewVerifier(plane, account, password);
    return isRight;
  };
  const right = await plane.signIns.try(party, password, check);
  if (!right || account === undefined) throw plane.signIns.refusal(party);
  plane.signIns.remember(party, account, password);
  return withoutSecrets(account);
}

/** Whether somebody can prove what a verifier was made of, to every client that proves it. */
export function isCurrentVerifier({ passwords }: Plane, verifier: string | undefined): verifier is string {
  return verifier !== undefined && passwords.isCurrent(verifier);
}

/**
 * Makes a new verifier where there is none, or one of an older version: of a password that was sent and is right. It is
 * something on the side, and nobody is kept out because of it.
 */
async function renewVerifier(plane: Plane, account: Account & AccountSecrets, password: string): Promise<void> {
  if (isCurrentVerifier(plane, account.scramVerifier)) return;
  try {
    const verifier = await plane.passwords.makeVerifier(password);
    await plane.store.write((transaction) => transaction.accounts.setVerifier(account, verifier));
  } catch (error) {
    plane.log.warn({ err: error, account: account.email }, 'the SCRAM verifier of a password was not made anew');
  }
}

/** The account that a bearer token stands for. @throws Problem auth.wrong-credentials */
export async function findBearer(plane: Plane, token: string): Promise<Account & AccountSecrets> {
  const account = token.startsWith('clv_') ? await findByToken(plane, token) : await findByJwt(plane, token);
  if (account === undefined) throw new Problem('auth.wrong-credentials', {});
  return account;
}

async function findByToken(plane: Plane, text: string): Promise<(Account & AccountSecrets) | undefined> {
  if (parseToken(text)?.kind !== 'acc') return undefined;
  const token = await plane.store.accounts.findToken(plane.digests.sha256Hex(text));
  if (token === undefined) return undefined;
  if (token.expiresAt !== undefined && token.expiresAt <= plane.clock.now()) return undefined;
  return usable(await plane.store.accounts.find(token.accountId));
}

async function findByJwt(plane: Plane, token: string): Promise<(Account & AccountSecrets) | undefined> {
  const claims = await plane.tokens.verify(token);
  if (claims?.kind === 'access') return findHolder(plane, claims);
  if (claims !== undefined) return undefined;
  const foreign = await plane.foreignTokens?.verify(token);
  return foreign && usable(await plane.store.accounts.findByEmail(keyOfEmail(foreign.email)));
}

/** The account that a token of ours was made for, as long as its password is the one of that time. */
export async function findHolder(
  plane: Plane,
  claims: { readonly accountId: string; readonly passwordVersion: number },
): Promise<(Account & AccountSecrets) | undefined> {
  const account = usable(await plane.store.accounts.find(claims.accountId));
  return account?.passwordVersion === claims.passwordVersion ? account : undefined;
}

/** Undefined where it may do nothing. */
export function usable<A extends Account>(account: A | undefined): A | undefined {
  return account?.status === 'active' ? account : undefined;
}

/** What operations may see of an account. */
export function withoutSecrets(account: Account & Partial<AccountSecrets>): Account {
  // Member by member, since it runs for each request: leaving two out of a copy costs five times as much.
  return {
    id: account.id,
    email: account.email,
    firstName: account.firstName,
    lastName: account.lastName,
    status: account.status,
    sysadmin: account.sysadmin,
    passwordVersion: account.passwordVersion,
    createdAt: account.createdAt,
    createdBy: account.createdBy,
    lastModifiedAt: account.lastModifiedAt,
    lastModifiedBy: account.lastModifiedBy,
    version: account.version,
  };
}
