import { RecentMap } from '../../domain/recent-map.ts';
import type { RuntimeCredential } from '../../domain/runtime-credential.ts';
import type { RuntimeAccess } from '../../operations/runtime-access.ts';
import { readBearer } from '../http/presented.ts';

/** Gateways that are told apart without hashing, at most. */
const callersMax = 256;

/**
 * Gateways that asked lately, by the Authorization header that they sent: each sends the same one with every question, so that
 * its hash is worked out once. Whether that hash is still one of a credential is looked up each time, and what is none (any more)
 * is forgotten. A map compares two texts only where their hashes are equal, under a seed of this process, so how long a
 * look takes tells nothing of a token. It holds texts in clear, which stand in each of those requests anyway, and none
 * that let nobody in.
 */
export class KnownCallers {
  readonly #access: Pick<RuntimeAccess, 'hash' | 'recall'>;
  readonly #hashes = new RecentMap<string, string>(callersMax);

  constructor(access: Pick<RuntimeAccess, 'hash' | 'recall'>) {
    this.#access = access;
  }

  /** Without asking anybody. Undefined: who knows. */
  recall(authorization: string | undefined): RuntimeCredential | undefined {
    if (authorization === undefined) return undefined;
    const known = this.#hashes.get(authorization);
    return known === undefined ? this.#recallNew(authorization) : this.#recallAgain(authorization, known);
  }

  #recallNew(authorization: string): RuntimeCredential | undefined {
    const token = readBearer({ authorization });
    if (token === undefined) return undefined;
    const hash = this.#access.hash(token);
    const credential = this.#access.recall(hash);
    if (credential !== undefined) this.#hashes.set(authorization, hash);
    return credential;
  }

  #recallAgain(authorization: string, hash: string): RuntimeCredential | undefined {
    const credential = this.#access.recall(hash);
    if (credential === undefined) this.#hashes.delete(authorization);
    return credential;
  }
}
