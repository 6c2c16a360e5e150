import { type Check, faults, listVariables, type RefusalReason, type Refused, type Verdict } from '@claviger/verify';
import type { Ruling } from '../ports/verifier.ts';

export interface RulingContext {
  readonly checks: readonly Check[] | undefined;
  readonly organization: string;
  /** Whose flow variables are wanted; undefined: none are. */
  readonly policy: string | undefined;
}

/** Makes rulings of verdicts, and counts them. */
export class Rulings {
  readonly #counts = new Map<RefusalReason | 'allowed', number>();

  get counts(): ReadonlyMap<RefusalReason | 'allowed', number> {
    return this.#counts;
  }

  count(verdict: { readonly allowed: true } | Refused): void {
    const name = verdict.allowed ? 'allowed' : verdict.reason;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  rule(verdict: Verdict, { checks, organization, policy }: RulingContext): Ruling {
    this.count(verdict);
    return {
      verdict,
      fault: verdict.allowed ? undefined : faults[verdict.reason],
      checks,
      variables: verdict.allowed && policy !== undefined ? listVariables(verdict, { organization, policy }) : undefined,
    };
  }
}
