import { encodeFault } from './fault.ts';
import { compileHeaderNames, untrustedHeadersDefault } from './identity-header.ts';
import { findKey, isBearer, type KeyCarrier, type KeySource, nameVariable, removeParameter } from './key-source.ts';
import type { CallOperation } from './request.ts';
import { listVariables } from './variable.ts';
import type { Allowed, RefusalReason } from './verdict.ts';
import type { Freshness, Verifier } from './verifier.ts';

export interface GateOptions {
  readonly verifier: Verifier;
  /** Where the key stands: the first that holds something decides. At least one. */
  readonly keys: readonly [KeySource, ...KeySource[]];
  /** Where calls arrive, and which API they call, as API products name them. */
  readonly environment?: string;
  readonly proxy?: string;
  /** Where the API begins, as `/weather/v1`: products name paths beneath it. A call elsewhere is refused. */
  readonly basePath?: string;
  /** Leave the key in the request. Without it, each of `keys` is taken out. */
  readonly passKey?: boolean;
  /** Headers of clients that are taken out, a `*` at the end for any ending; in place of the default ones. */
  readonly untrustedHeaders?: readonly string[];
  /** What the call does, where its path does not tell. Must not throw. */
  readonly readOperation?: (call: GateCall) => CallOperation | undefined;
  /** Told of each verdict, for metrics. */
  readonly onVerdict?: (reason: 'allowed' | RefusalReason) => void;
}

/** A call as a framework shows it. */
export interface GateCall extends KeyCarrier {
  readonly method: string;
}

/** What an API behind the gate may know of a call: made here, and never by the client. */
export interface Admission {
  readonly verdict: Allowed;
  readonly organization: string;
  /** `stale`: the plane is gone, and this was true once. */
  readonly freshness: Freshness;
  /** Apigee's flow variables, as a policy of this name would set them (compat/edge.md §11.3). */
  variables(policy: string): Map<string, string>;
}

export interface Refusal {
  readonly reason: RefusalReason;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Decision = { readonly admission: Admission } | { readonly refusal: Refusal };

/** How long to leave a verifier alone that has lost its plane. */
const retryAfterSeconds = 5;

/** What every middleware does with a call, apart from how its framework hands it over. */
export class Gate {
  readonly #options: GateOptions;
  readonly #isUntrusted: (header: string) => boolean;
  readonly #keyHeaders: ReadonlySet<string>;
  readonly #takesBearer: boolean;
  readonly #parameters: readonly string[];

  constructor(options: GateOptions) {
    if (options.keys.length === 0) throw new TypeError('a gate needs to know where keys stand');
    const base = options.basePath;
    if (base !== undefined && !/^\/[^?#%\\]*$/.test(base)) throw new TypeError('a base path is a path from its / on');
    this.#options = options;
    this.#isUntrusted = compileHeaderNames(options.untrustedHeaders ?? untrustedHeadersDefault);
    const taken = options.passKey === true ? [] : options.keys;
    this.#keyHeaders = new Set(taken.flatMap((each) => (each.kind === 'header' ? [each.name.toLowerCase()] : [])));
    this.#takesBearer = taken.some(({ kind }) => kind === 'bearer');
    this.#parameters = taken.flatMap((each) => (each.kind === 'query' ? [each.name] : []));
  }

  /** Names of the query parameters that are taken out. */
  get parameters(): readonly string[] {
    return this.#parameters;
  }

  /** Undefined: the call can be decided on now; else when it can. See {@link Verifier.prepare}. */
  prepare(call: GateCall): Promise<void> | undefined {
    const { verifier, keys } = this.#options;
    return verifier.readsThrough ? verifier.prepare(findKey(keys, call)) : undefined;
  }

  decide(call: GateCall): Decision {
    const { verifier, keys, environment, proxy, basePath, readOperation, onVerdict } = this.#options;
    const key = findKey(keys, call);
    const { target, method } = call;
    const operation = readOperation?.(call);
    const verdict = verifier.verify({ key, environment, proxy, target, basePath, method, operation });
    onVerdict?.(verdict.allowed ? 'allowed' : verdict.reason);
    if (!verdict.allowed) return { refusal: encodeRefusal(verdict.reason, nameVariable(keys[0])) };
    const organization = verifier.organization ?? '';
    const variables = (policy: string) =>
      listVariables(verdict, { organization, policy, consumerKey: this.#options.passKey === true ? key : undefined });
    return { admission: { verdict, organization, freshness: verifier.freshness, variables } };
  }

  /** Whether a header of the client stays in the request. */
  keepsHeader(name: string, value: string): boolean {
    const lower = name.toLowerCase();
    if (this.#isUntrusted(lower) || this.#keyHeaders.has(lower)) return false;
    return !(this.#takesBearer && lower === 'authorization' && isBearer(value));
  }

  /** The target without the key. */
  passTarget(target: string): string {
    return this.#parameters.reduce(removeParameter, target);
  }
}

function encodeRefusal(reason: RefusalReason, variable: string): Refusal {
  const { status, body } = encodeFault(reason, variable);
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  if (status !== 503) return { reason, status, headers, body };
  return { reason, status, headers: { ...headers, 'retry-after': String(retryAfterSeconds) }, body };
}
