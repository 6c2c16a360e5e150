import type { Account, AccountToken } from '../domain/account.ts';
import { partyOfAddress } from '../domain/address.ts';
import { keyOfEmail } from '../domain/developer.ts';
import { Problem } from '../domain/problem.ts';
import { parseToken } from '../domain/token-text.ts';
import type { AccountSecrets, TokenSecrets } from '../ports/store.ts';
import { findBearer, signIn, usable, withoutSecrets } from './authentication.ts';
import type { Plane } from './plane.ts';
import type { SignInParty } from './sign-in.ts';

/** Who wants to sign in where a password is proved and not sent (SCRAM). */
export interface SqlLogin {
  /** An e-mail; an e-mail, `/` and a token's label or id; or `token` for a token that is sent. */
  readonly user: string;
  /** The client's IP address. */
  readonly address: string;
  /** Nobody else hears what is sent. */
  readonly isEncrypted: boolean;
  /** It stays on this machine. */
  readonly isLocal: boolean;
}

/** How somebody has to show who he is. */
export type SqlChallenge =
  | {
      readonly kind: 'scram';
      /** Undefined: nobody can prove it, which MUST NOT show. */
      readonly verifier: string | undefined;
      /**
       * @param proof what the client sent: the same twice is one guess
       * @throws Problem auth.wrong-credentials, auth.throttled
       */
      finish(proof: string, isRight: boolean): Promise<SqlHolder>;
    }
  | {
      readonly kind: 'clear';
      /** @throws Problem auth.wrong-credentials, auth.throttled */
      finish(password: string): Promise<SqlHolder>;
    };

/** Somebody who has signed in. */
export interface SqlHolder {
  readonly account: Account;
  /** As the store has it now; undefined: what he signed in with counts no more, or gives less or more than then. */
  find(): Promise<Account | undefined>;
}

/** The user name of whoever sends a token in clear: it says itself whose it is. No e-mail is without an @. */
const bearerUser = 'token';

const userLengthMax = 254 + 1 + 255;
const mockSetting = 'scram-mock-secret';
const mockBytes = 32;

/**
 * What challenges for nobody are made of: the same on every node and after every start, so that they don't differ from
 * those of an account.
 */
export async function loadMockSecret({ store, random }: Pick<Plane, 'store' | 'random'>): Promise<string> {
  const stored = await store.settings.get(mockSetting);
  if (stored !== undefined) return stored;
  const made = [...random.bytes(mockBytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  await store.write((transaction) => transaction.settings.setIfAbsent(mockSetting, made));
  return (await store.settings.get(mockSetting)) ?? made;
}

/**
 * Says how a user has to show who he is. Of somebody unknown it says what it would of an account.
 * @throws Problem auth.throttled, auth.wrong-credentials
 */
export async function challengeSql(plane: Plane, login: SqlLogin): Promise<SqlChallenge> {
  const { user } = login;
  if (user === '' || user.length > userLengthMax) throw new Problem('auth.wrong-credentials', {});
  const mayBeClear = login.isEncrypted || login.isLocal;
  if (user === bearerUser && mayBeClear) return challengeBearer(plane, login);
  const slash = user.indexOf('/', user.indexOf('@') + 1);
  const email = slash === -1 ? user : user.slice(0, slash);
  const emailKey = keyOfEmail(email);
  const account = usable(await plane.store.accounts.findByEmail(emailKey));
  const tokens = slash === -1 ? undefined : await plane.store.accounts.listTokenSecrets(account?.id ?? '');
  const attempt: Attempt = { plane, account, party: { emailKey, address: partyOfAddress(login.address) } };
  plane.signIns.admit(attempt.party);
  if (tokens === undefined) return challengePassword(attempt, { email, login, mayBeClear });
  return challengeToken(attempt, findToken(plane, tokens, user.slice(slash + 1)), mayBeClear);
}

/**
 * Somebody whom the operator lets in by name alone.
 * @throws Problem auth.wrong-credentials where there is no such account, or it may do nothing
 */
export async function admitNamed(plane: Plane, email: string): Promise<SqlHolder> {
  const account = usable(await plane.store.accounts.findByEmail(keyOfEmail(email)));
  if (account === undefined) throw new Problem('auth.wrong-credentials', {});
  return holdAccount(plane, account);
}

interface Attempt {
  readonly plane: Plane;
  readonly account: (Account & AccountSecrets) | undefined;
  readonly party: SignInParty;
}

type KeptToken = AccountToken & TokenSecrets;

/** By its id, or the newest of that label. */
function findToken({ clock }: Plane, tokens: readonly KeptToken[], name: string): KeptToken | undefined {
  const live = tokens.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > clock.now());
  return live.find(({ id }) => id === name) ?? live.findLast(({ label }) => label === name);
}

function challengePassword(
  attempt: Attempt,
  { email, login, mayBeClear }: { readonly email: string; readonly login: SqlLogin; readonly mayBeClear: boolean },
): SqlChallenge {
  const { plane, account } = attempt;
  if (account?.passwordHash !== undefined && account.scramVerifier === undefined && mayBeClear) {
    const finish = async (password: string) => {
      const holder = await signIn(plane, { login: email, password }, login.address);
      const verifier = await plane.passwords.makeVerifier(password);
      await plane.store.write((transaction) => transaction.accounts.setVerifier(holder, verifier));
      return holdAccount(plane, holder);
    };
    return { kind: 'clear', finish };
  }
  return challengeProof(attempt, account?.scramVerifier, (holder) => holdAccount(plane, holder));
}

function challengeToken(attempt: Attempt, token: KeptToken | undefined, mayBeClear: boolean): SqlChallenge {
  const { plane } = attempt;
  const hold = (holder: Account) => holdToken(plane, holder, token?.id ?? '');
  if (token === undefined || token.scramVerifier !== undefined || !mayBeClear) {
    return challengeProof(attempt, token?.scramVerifier, hold);
  }
  // One that was made before there were verifiers.
  const finish = async (text: string) => {
    const hash = plane.digests.sha256Hex(text);
    const holder = await judge(
      attempt,
      text,
      async () => (await plane.store.accounts.findToken(hash))?.id === token.id,
    );
    const verifier = await plane.passwords.makeVerifier(text);
    await plane.store.write((transaction) => transaction.accounts.setTokenVerifier(hash, verifier));
    return hold(holder);
  };
  return { kind: 'clear', finish };
}

function challengeProof(
  attempt: Attempt,
  verifier: string | undefined,
  hold: (account: Account) => SqlHolder,
): SqlChallenge {
  const finish = async (proof: string, isRight: boolean) =>
    hold(await judge(attempt, proof, async () => isRight && verifier !== undefined));
  return { kind: 'scram', verifier, finish };
}

/** Counts a guess. @throws Problem auth.wrong-credentials, auth.throttled */
async function judge(
  { plane, account, party }: Attempt,
  guess: string,
  check: () => Promise<boolean>,
): Promise<Account> {
  // Once more: others may have failed while the client was thinking.
  plane.signIns.admit(party);
  const isRight = await plane.signIns.try(party, guess, check);
  if (!isRight || account === undefined) throw plane.signIns.refusal(party);
  plane.signIns.welcome(party);
  return withoutSecrets(account);
}

/** A token of ours, or a JWT, sent as it is. Whoever hears a JWT may use it, so it never goes in clear. */
function challengeBearer(plane: Plane, { isEncrypted }: SqlLogin): SqlChallenge {
  const find = async (text: string) => withoutSecrets(await findBearer(plane, text));
  const finish = async (text: string): Promise<SqlHolder> => {
    if (!isEncrypted && parseToken(text)?.kind !== 'acc') throw new Problem('auth.wrong-credentials', {});
    const account = await find(text);
    const findNow = async () => {
      try {
        return whereSame(await find(text), account);
      } catch (error) {
        if (error instanceof Problem && error.code === 'auth.wrong-credentials') return undefined;
        throw error;
      }
    };
    return { account, find: findNow };
  };
  return { kind: 'clear', finish };
}

function holdAccount(plane: Plane, account: Account): SqlHolder {
  const find = async () => whereSame(await plane.store.accounts.find(account.id), account);
  return { account: withoutSecrets(account), find };
}

function holdToken(plane: Plane, account: Account, tokenId: string): SqlHolder {
  const find = async () => {
    // A token outlives the password that was set when it was made.
    const now = await plane.store.accounts.find(account.id);
    if (now === undefined || !isSame({ ...now, passwordVersion: account.passwordVersion }, account)) return undefined;
    const token = (await plane.store.accounts.listTokens(account.id)).find(({ id }) => id === tokenId);
    const isLive = token !== undefined && (token.expiresAt === undefined || token.expiresAt > plane.clock.now());
    return isLive ? now : undefined;
  };
  return { account: withoutSecrets(account), find };
}

function whereSame(now: Account | undefined, then: Account): Account | undefined {
  return isSame(now, then) ? now : undefined;
}

function isSame(now: Account | undefined, then: Account): boolean {
  return now?.status === 'active' && now.sysadmin === then.sysadmin && now.passwordVersion === then.passwordVersion;
}
