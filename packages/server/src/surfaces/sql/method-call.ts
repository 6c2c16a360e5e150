import type { Account } from '../../domain/account.ts';

/** One call of the management API, by somebody who has signed in already. */
export interface MethodCall {
  readonly account: Account;
  /** In any case. */
  readonly httpMethod: string;
  /** Path and query, as `/v1/organizations/acme/developers?count=5`. */
  readonly url: string;
  /** JSON. */
  readonly body?: string;
}

export interface MethodAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Calls the X dialect within the process, with all its rules: whatever it answers, an error as well, is answered. */
export type CallMethod = (call: MethodCall) => Promise<MethodAnswer>;
