import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Account } from '../../domain/account.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { withoutSecrets } from '../../operations/authentication.ts';
import { operator } from '../../operations/operator.ts';
import type { Plane } from '../../operations/plane.ts';
import type { Identify } from '../http/surface.ts';

/** One call of the management API in an account's name. */
export interface MethodCall {
  /** Who calls. Read anew for each call: what ended since then has ended here too. */
  readonly account: Account;
  readonly httpMethod: string;
  /** From the root, below a surface's prefix, encoded: `/x/v1/organizations/acme/developers`. */
  readonly url: string;
  /** JSON. */
  readonly body?: string | undefined;
  /** Aborted: nobody waits for the answer any more. What the call did, or does yet, stays done. */
  readonly signal?: AbortSignal | undefined;
}

export interface MethodAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Calls the management API inside the process: the same routes, checks, audit and acknowledgement as over the wire.
 * @throws SqlError where the account has ended (42501), the URL is no plain path (22023), or the caller left (57014)
 */
export type CallMethod = (call: MethodCall) => Promise<MethodAnswer>;

export interface MethodCaller {
  readonly callMethod: CallMethod;
  /** Who calls: only what `callMethod` let in. */
  readonly identify: Identify;
}

/** Carries the ticket. What it holds is drawn for one call, and forgotten when it is shown. */
const ticketHeader = 'claviger-ticket';

/**
 * @param app never listens: what comes to it comes from here
 */
export function createMethodCaller(app: FastifyInstance, { store, random }: Plane): MethodCaller {
  const admitted = new Map<string, Account>();
  const identify = async (request: FastifyRequest): Promise<Account> => {
    const ticket = String(request.headers[ticketHeader] ?? '');
    const account = admitted.get(ticket);
    admitted.delete(ticket);
    if (account === undefined) throw new Error('a call without a ticket came to the app of inner calls');
    return account;
  };
  const callMethod = async ({ account, httpMethod, url, body, signal }: MethodCall): Promise<MethodAnswer> => {
    requirePlainUrl(url);
    const caller = await readAnew(store, account);
    if (signal?.aborted === true) throw cancelled();
    const ticket = random.uuid();
    admitted.set(ticket, caller);
    try {
      const answer = await untilLeft(
        app.inject({
          method: httpMethod.toUpperCase() as 'GET',
          url,
          headers: { [ticketHeader]: ticket, ...(body !== undefined && { 'content-type': 'application/json' }) },
          ...(body !== undefined && { payload: body }),
        }),
        signal,
      );
      return { status: answer.statusCode, headers: textsOf(answer.headers), body: answer.body };
    } finally {
      admitted.delete(ticket);
    }
  };
  return { callMethod, identify };
}

/** The account as it is now. One that was disabled, or whose password changed, has no say any more. */
async function readAnew(store: Plane['store'], account: Account): Promise<Account> {
  // Stands in no store.
  if (account === operator) return operator;
  const now = await store.accounts.find(account.id);
  if (now?.status === 'active' && now.passwordVersion === account.passwordVersion) return withoutSecrets(now);
  throw new SqlError(sqlStates.notAllowed, 'The account that signed in has ended, or its password has changed', {
    hint: 'Sign in again.',
  });
}

/**
 * Where a URL is normalized on the way (`..` left out with what is before it), another route would answer than the one
 * that was meant.
 */
function requirePlainUrl(url: string): void {
  const { origin, pathname, search } = new URL(url, 'http://inner');
  if (origin === 'http://inner' && pathname + search === url && !pathname.includes('//')) return;
  throw new SqlError(sqlStates.invalidParameter, 'A parameter of the path is empty, or can be none');
}

async function untilLeft<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = () => reject(cancelled('The call that was under way is not undone.'));
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function cancelled(hint?: string): SqlError {
  return new SqlError(sqlStates.cancelled, 'The statement was cancelled', { hint });
}

function textsOf(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
