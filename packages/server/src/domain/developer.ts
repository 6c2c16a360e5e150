import { type Attribute, type AttributeDraft, parseAttributes } from './attribute.ts';
import type { DialectRules } from './dialect.ts';
import { Problem } from './problem.ts';
import { type Stamp, stampChanged, stampNew } from './stamp.ts';
import { parseText } from './text.ts';

export type DeveloperStatus = 'active' | 'inactive';
const developerStatuses: readonly DeveloperStatus[] = ['active', 'inactive'];

/** Somebody who registers apps. `id` is a UUIDv4; the e-mail is unique in the organization by its lower-cased form. */
export interface Developer extends Stamp {
  readonly id: string;
  readonly organizationId: string;
  /** As it was given. */
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Absent stays absent in both dialects. */
  readonly userName: string | undefined;
  readonly status: DeveloperStatus;
  readonly attributes: readonly Attribute[];
  /** Known to X only; kept as sent (request/001). */
  readonly accessType: string | undefined;
  readonly appFamily: string | undefined;
}

/** A developer with what other rows say of him. */
export interface DeveloperView extends Developer {
  /** Names of his apps in bytewise order, the first 100 (compat/edge.md §3.1). */
  readonly apps: readonly string[];
  /** Names of the companies that he belongs to. */
  readonly companies: readonly string[];
}

/** Members a client may set, as they come from a body. */
export interface DeveloperDraft {
  readonly email?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly userName?: string | undefined;
  readonly attributes?: readonly AttributeDraft[] | undefined;
  readonly accessType?: string | undefined;
  readonly appFamily?: string | undefined;
}

/** A draft that has been checked against a dialect's rules. */
export interface DeveloperProfile {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly userName: string | undefined;
  readonly attributes: readonly Attribute[];
  readonly accessType: string | undefined;
  readonly appFamily: string | undefined;
}

const nameLengthMax = 255;
const emailLengthMax = 254;
// One @ with something on both sides, and nothing that a URL path or a mail header could read differently.
const emailShape = /^[^\s@/\\?#<>"(),;:[\]]+@[^\s@/\\?#<>"(),;:[\]]+$/;

/** The form under which an e-mail is unique and sorted. */
export function keyOfEmail(email: string): string {
  return email.toLowerCase();
}

/** @throws Problem request.missing, request.invalid */
export function parseEmail(value: string, rules: Pick<DialectRules, 'emailCapitals'>): string {
  const email = parseText(value, { field: 'email', lengthMax: emailLengthMax });
  if (!emailShape.test(email)) {
    throw new Problem('request.invalid', { field: 'email', reason: 'is not an e-mail address' });
  }
  if (rules.emailCapitals === 'refused' && email !== keyOfEmail(email)) {
    throw new Problem('request.invalid', { field: 'email', reason: 'has to be in lower case' });
  }
  return email;
}

/**
 * Checks every member against the dialect's rules.
 * @throws Problem request.missing, request.invalid, attribute.too-many
 */
export function parseDeveloperProfile(draft: DeveloperDraft, rules: DialectRules): DeveloperProfile {
  for (const field of rules.developerRequired) {
    if (draft[field] === undefined || draft[field] === '') throw new Problem('request.missing', { field });
  }
  return {
    email: parseEmail(draft.email ?? '', rules),
    firstName: parseText(draft.firstName ?? '', { field: 'firstName', lengthMax: nameLengthMax }),
    lastName: parseText(draft.lastName ?? '', { field: 'lastName', lengthMax: nameLengthMax }),
    userName: parseOptional(draft.userName, 'userName'),
    attributes: parseAttributes(draft.attributes ?? [], rules, 'attributes'),
    accessType: parseOptional(draft.accessType, 'accessType'),
    appFamily: parseOptional(draft.appFamily, 'appFamily'),
  };
}

function parseOptional(value: string | undefined, field: string): string | undefined {
  return value === undefined ? undefined : parseText(value, { field, lengthMax: nameLengthMax, empty: 'allowed' });
}

export interface Authorship {
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** E-mail of the account. */
  readonly by: string;
}

/** A new developer is always active (compat/edge.md §3.2). */
export function createDeveloperFrom(
  profile: DeveloperProfile,
  identity: { readonly id: string; readonly organizationId: string },
  { at, by }: Authorship,
): Developer {
  return { ...profile, ...identity, status: 'active', ...stampNew(at, by) };
}

/** What an update leaves: the profile is replaced whole, the status is not touched. */
export function replaceDeveloperProfile(
  developer: Developer,
  profile: DeveloperProfile,
  { at, by }: Authorship,
): Developer {
  return { ...developer, ...profile, ...stampChanged(developer, at, by) };
}

export function withDeveloperStatus(developer: Developer, status: DeveloperStatus, { at, by }: Authorship): Developer {
  return { ...developer, status, ...stampChanged(developer, at, by) };
}

/** @throws Problem request.unknown-action */
export function parseDeveloperStatus(action: string): DeveloperStatus {
  if (action === 'active' || action === 'inactive') return action;
  throw new Problem('request.unknown-action', { action, allowed: developerStatuses });
}
