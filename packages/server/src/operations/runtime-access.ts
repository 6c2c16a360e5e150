import type { Account } from '../domain/account.ts';
import { Problem } from '../domain/problem.ts';
import type { RuntimeCredential } from '../domain/runtime-credential.ts';
import { stampNew } from '../domain/stamp.ts';
import { parseToken } from '../domain/token-text.ts';
import type { Clock } from '../ports/clock.ts';
import type { Digests } from '../ports/digest.ts';
import type { RuntimeCredentials } from '../ports/verifier.ts';
import type { Presented } from './authentication.ts';
import { Backoff } from './backoff.ts';

const minute = 60_000;
/** Unknown tokens from one address. A gateway that knows its own is never held up by a neighbour that does not. */
const rule = { free: 50, delayMaxMilliseconds: minute, forgetMilliseconds: 15 * minute, partiesMax: 20_000 };

interface Parts {
  readonly credentials: RuntimeCredentials;
  readonly digests: Digests;
  readonly clock: Clock;
}

/** The door of the runtime listener. Accounts do not pass, and runtime credentials pass nowhere else. */
export class RuntimeAccess {
  readonly #parts: Parts;
  readonly #addresses: Backoff;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#addresses = new Backoff(rule, parts.clock);
  }

  /** Of a token's text, as it is looked up by. */
  hash(token: string): string {
    return this.#parts.digests.sha256Hex(token);
  }

  /**
   * One that was used lately, without asking anybody: it waits for nobody and fails nobody. Undefined: who knows.
   * @param hash of the text that came
   */
  recall(hash: string): RuntimeCredential | undefined {
    return this.#parts.credentials.recall(hash);
  }

  /**
   * A token is looked up by its hash, so that no comparison tells how much of a guess was right.
   * @param address where the request comes from
   * @throws Problem auth.missing, auth.wrong-credentials, auth.throttled, store.unavailable
   */
  async identify(presented: Presented, address: string): Promise<RuntimeCredential> {
    if (presented.kind === 'none') throw new Problem('auth.missing', {});
    if (presented.kind !== 'bearer' || parseToken(presented.token)?.kind !== 'runtime') throw wrong();
    const { credentials } = this.#parts;
    const hash = this.hash(presented.token);
    const known = credentials.recall(hash);
    if (known !== undefined) return known;
    const wait = this.#addresses.waitMilliseconds(address);
    if (wait > 0) throw new Problem('auth.throttled', { retryAfterSeconds: Math.max(1, Math.ceil(wait / 1000)) });
    const found = await credentials.find(hash);
    if (found !== undefined) return found;
    this.#addresses.fail(address);
    throw wrong();
  }
}

function wrong(): Problem {
  return new Problem('auth.wrong-credentials', {});
}

/** What stands for a runtime credential in the log of requests. It holds no role, and no store knows it. */
export function actorOf({ id, createdAt, createdBy }: RuntimeCredential): Account {
  return {
    id,
    email: `runtime-credential:${id}`,
    firstName: '',
    lastName: '',
    status: 'active',
    sysadmin: false,
    passwordVersion: 0,
    ...stampNew(createdAt, createdBy),
  };
}
