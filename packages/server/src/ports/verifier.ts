import type { CallRequest, Check, Fault, RefusalReason, Verdict } from '@claviger/verify';
import type { RuntimeCredential } from '../domain/runtime-credential.ts';

/** One call that a gateway asks about. */
export interface Question extends Omit<CallRequest, 'path'> {
  /** Absent or empty: the call came without a key. */
  readonly key: string | undefined;
  /** As the call's request line has it: it is normalized here. Beneath the API's base path, unless one is given. */
  readonly path?: string | undefined;
  /** Where the API begins: cut off the normalized path, and a path that is not beneath it is refused. */
  readonly basePath?: string | undefined;
  /** Whether every step is told with its facts. */
  readonly explain?: boolean | undefined;
  /** Name of the policy whose flow variables are wanted; absent: none are. */
  readonly policy?: string | undefined;
}

/** What a question is answered. It holds no key and no secret. */
export interface Ruling {
  readonly verdict: Verdict;
  /** Apigee's words for a refusal. */
  readonly fault: Fault | undefined;
  readonly checks: readonly Check[] | undefined;
  readonly variables: ReadonlyMap<string, string> | undefined;
}

/** How a verifier does, for metrics and readiness. */
export interface VerifierState {
  readonly verdicts: ReadonlyMap<RefusalReason | 'allowed', number>;
  /** Since it last heard all that the store knew; 0 where it holds nothing that could be out of date. */
  readonly staleMilliseconds: number;
  /** Whether it may answer from what it holds. */
  readonly fresh: boolean;
  /** Changes that the log had when it was last asked, and that are not applied. */
  readonly lag: number;
  readonly organizations: number;
  readonly keys: number;
  readonly bytes: number;
}

/** Decides on keys. MUST NOT throw: what can't be decided is refused (G6). */
export interface Verifier {
  verify(organizationId: string, question: Question): Ruling | Promise<Ruling>;
  state(): VerifierState;
}

/** Runtime credentials, by the SHA-256 of their text in hex. */
export interface RuntimeCredentials {
  /** One that is remembered and was not revoked, as far as was heard. */
  recall(hash: string): RuntimeCredential | undefined;
  /** Asks the store. */
  find(hash: string): Promise<RuntimeCredential | undefined>;
}
