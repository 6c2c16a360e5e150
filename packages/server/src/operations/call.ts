import type { Account } from '../domain/account.ts';
import type { AuditOperation } from '../domain/audit.ts';
import type { ChangeDraft } from '../domain/change.ts';
import type { Authorship } from '../domain/developer.ts';
import type { DialectRules } from '../domain/dialect.ts';
import type { Noun } from '../domain/noun.ts';
import type { Organization } from '../domain/organization.ts';
import { type Permission, permits, type Verb } from '../domain/permission.ts';
import { Problem } from '../domain/problem.ts';
import { builtInRoles } from '../domain/role.ts';
import type { StoreTransaction } from '../ports/store.ts';
import type { Effects } from './effect.ts';
import type { Plane } from './plane.ts';

/** What a surface tells of the request that a call came with: for the audit log and the logs, never for a decision. */
export interface RequestFacts {
  readonly id: string;
  /** As called, without secrets. */
  readonly uri: string;
  readonly operation: AuditOperation;
  /** The status that success is answered with. */
  readonly responseCode: number;
}

/** An account at work, in no organization yet. */
export interface AccountCall {
  readonly account: Account;
  readonly request: RequestFacts;
  readonly effects: Effects;
}

/** An account at work in one organization. Every operation on an organization's content takes one. */
export interface Call extends AccountCall {
  readonly organization: Organization;
  /** Rules of the view that the call came through. */
  readonly rules: DialectRules;
  /** Permissions of each role held; empty for a sysadmin, who needs none. */
  readonly roles: readonly (readonly Permission[])[];
}

/** Where a call goes. */
export interface Place {
  /** The organization's name as the caller gave it. */
  readonly name: string;
  /** Its row, where the surface has read it for this very request. */
  readonly organization?: Organization | undefined;
  readonly rules: DialectRules;
}

/**
 * Enters an organization.
 * @throws Problem auth.no-organization: unknown organization and no role in it look alike;
 *   organization.not-found for a sysadmin, who may know
 */
export async function openCall(plane: Plane, entering: AccountCall, place: Place): Promise<Call> {
  const { account } = entering;
  const { name, rules } = place;
  const organization = place.organization ?? (await plane.store.organizations.findByName(name));
  if (account.sysadmin) {
    if (organization === undefined) throw new Problem('organization.not-found', { organization: name });
    return { ...entering, organization, rules, roles: [] };
  }
  const held = organization && (await plane.store.roles.listOfAccount(organization.id, account.id));
  if (organization === undefined || held === undefined || held.length === 0) {
    throw new Problem('auth.no-organization', { organization: name });
  }
  const roles = held.map((role) => role.permissions ?? builtInRoles[role.name] ?? []);
  return { ...entering, organization, rules, roles };
}

/** @param path segments below the organization, e.g. `['developers', 'ann@example.com']` */
export function isAllowed({ account, roles }: Call, verb: Verb, path: readonly string[]): boolean {
  return account.sysadmin || roles.some((role) => permits(role, verb, path));
}

/** @throws Problem auth.forbidden */
export function authorize(call: Call, verb: Verb, path: readonly string[]): void {
  if (isAllowed(call, verb, path)) return;
  throw new Problem('auth.forbidden', { account: call.account.email, permission: verb, path: `/${path.join('/')}` });
}

/** @throws Problem auth.forbidden */
export function authorizeSysadmin(call: AccountCall, path: string): void {
  if (call.account.sysadmin) return;
  throw new Problem('auth.forbidden', { account: call.account.email, permission: 'sysadmin', path });
}

export function authorship(plane: Plane, call: AccountCall): Authorship {
  return { at: plane.clock.now(), by: call.account.email };
}

export interface Recorded {
  readonly organizationId: string | undefined;
  readonly change: Omit<ChangeDraft, 'organizationId'>;
  /** Whether some key may do less after it (domain/revocation.ts): then the call waits for the verifiers (G4). */
  readonly takesAway: boolean;
  /** Canonical path below the organization (or below the plane), for the audit. */
  readonly resource: string;
  /** What was asked for, without secrets. */
  readonly request?: object | undefined;
  readonly at: number;
}

const auditRequestLengthMax = 4096;

/**
 * Runs `work` in a transaction, and notes what it did for who answers the call. Every write of an operation goes through
 * here, and returns what `work` did.
 * @throws Problem as the store and `work` do
 */
export async function commit<T>(
  plane: Plane,
  { effects }: AccountCall,
  work: (transaction: StoreTransaction) => Promise<T>,
): Promise<T> {
  const { value, sequence } = await plane.store.write(work);
  if (sequence !== undefined) effects.sequence = sequence;
  return value;
}

/** Appends the change and its audit entry in the writing transaction. Every write ends with it. */
export function recordChange(transaction: StoreTransaction, call: AccountCall, recorded: Recorded): void {
  const { organizationId, change, takesAway, resource, request, at } = recorded;
  // A run of the work that comes to nothing leaves it noted: then a call waits that need not.
  if (takesAway) call.effects.takenFrom = organizationId;
  transaction.append({ organizationId, ...change });
  transaction.record({
    organizationId,
    at,
    account: call.account.email,
    operation: call.request.operation,
    requestUri: call.request.uri,
    responseCode: call.request.responseCode,
    requestId: call.request.id,
    resource,
    request: request === undefined ? '' : boundText(JSON.stringify(request)),
  });
}

/** Appends a change that comes with another one, stands in its audit entry, and takes nothing away. */
export function appendBeside(transaction: StoreTransaction, noun: Noun, entity: Entity): void {
  const { organizationId, id: entityId, version } = entity;
  transaction.append({ organizationId, noun, entityId, kind: 'put', version });
}

interface Entity {
  readonly id: string;
  readonly organizationId: string;
  readonly version: number;
}

function boundText(text: string): string {
  return text.length <= auditRequestLengthMax ? text : `${text.slice(0, auditRequestLengthMax)}…`;
}
