import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import { Problem } from '../domain/problem.ts';
import type { Passwords } from '../ports/password.ts';
import { Turnstile } from './turnstile.ts';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. 2 is Algorithm.Argon2id, a const enum. */
const argon2Parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** The least that is right, and the most that node-postgres takes unless it is told otherwise. */
const scramIterations = 100_000;
const scramKeyBytes = 32;
const scramSaltBytes = 16;

export interface PasswordLimits {
  /** Hashes computed at once: each takes 19 MiB and a core. */
  readonly runningMax: number;
  /** Hashes waiting for a core; past that the caller is told to come back. */
  readonly waitingMax: number;
}

const defaultLimits: PasswordLimits = { runningMax: 2, waitingMax: 64 };
/** A full line of 64 is worked off in about a second. */
const retryAfterSeconds = 1;

const pbkdf2Async = promisify(pbkdf2);

/** Passwords by argon2id, with a SCRAM-SHA-256 verifier beside. */
export async function createPasswords(limits: PasswordLimits = defaultLimits): Promise<Passwords> {
  const turnstile = new Turnstile(limits);
  // What an unknown account is checked against, so that it costs what a known one costs.
  const nobodysHash = await argon2Hash(randomBytes(32), argon2Parameters);

  function enter<T>(work: () => Promise<T>): Promise<T> {
    const entered = turnstile.enter(work);
    if (entered === undefined) throw new Problem('auth.throttled', { retryAfterSeconds });
    return entered;
  }

  return {
    async hash(password) {
      return enter(async () => ({
        passwordHash: await argon2Hash(password, argon2Parameters),
        scramVerifier: await makeScramVerifier(password, randomBytes(scramSaltBytes), scramIterations),
      }));
    },
    async makeVerifier(secret) {
      return enter(() => makeScramVerifier(secret, randomBytes(scramSaltBytes), scramIterations));
    },
    isCurrent: (verifier) => verifier.startsWith(`SCRAM-SHA-256$${scramIterations}:`),
    async verify(password, passwordHash) {
      const right = await enter(() => argon2Verify(passwordHash ?? nobodysHash, password));
      return right && passwordHash !== undefined;
    },
  };
}

/**
 * What PostgreSQL keeps of a password: `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>` (RFC 5802 §3, with
 * RFC 7677's hash). Exported for tests.
 */
export async function makeScramVerifier(password: string, salt: Uint8Array, iterations: number): Promise<string> {
  const salted = await pbkdf2Async(prepareScramPassword(password), salt, iterations, scramKeyBytes, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${Buffer.from(salt).toString('base64')}$${storedKey}:${serverKey}`;
}

const mappedToNothing = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200b-\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/g;
const mappedToSpace = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;

/**
 * SASLprep (RFC 4013) as far as passwords that people type need it: its two mappings and NFKC. What it prohibits is
 * hashed as it is, as PostgreSQL and its clients do with a password that SASLprep refuses.
 */
function prepareScramPassword(password: string): string {
  return password.replaceAll(mappedToSpace, ' ').replaceAll(mappedToNothing, '').normalize('NFKC');
}
