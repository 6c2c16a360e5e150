import { type Attribute, type AttributeDraft, parseAttributes } from './attribute.ts';
import { type MemberDraft, splitMembers } from './company-member.ts';
import type { Authorship } from './developer.ts';
import type { DialectRules } from './dialect.ts';
import { Problem } from './problem.ts';
import { type Stamp, stampChanged, stampNew } from './stamp.ts';
import { parseText } from './text.ts';

export type CompanyStatus = 'active' | 'inactive';
const companyStatuses: readonly CompanyStatus[] = ['active', 'inactive'];

/**
 * A group of developers that owns apps: Edge's company and X's app group, one noun with two faces. The name never
 * changes, and is unique by its lower-cased form.
 */
export interface Company extends Stamp {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly displayName: string | undefined;
  readonly status: CompanyStatus;
  /** Without X's reserved one, which is a view of the members. */
  readonly attributes: readonly Attribute[];
  /** Known to X only. */
  readonly channelId: string | undefined;
  readonly channelUri: string | undefined;
  readonly email: string | undefined;
}

/** A company as a dialect shows it. */
export interface CompanyView extends Company {
  /** Names of its first 100 apps in bytewise order; none where the dialect shows none. */
  readonly apps: readonly string[];
  /** With the reserved one at the end, where the dialect shows members so. */
  readonly attributes: readonly Attribute[];
}

/** Members a client may set, as they come from a body. */
export interface CompanyDraft {
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
  readonly attributes?: readonly AttributeDraft[] | undefined;
  readonly channelId?: string | undefined;
  readonly channelUri?: string | undefined;
  readonly email?: string | undefined;
}

/** What an update replaces. It holds what the dialect knows: what an Edge client can't see, it does not take away. */
export type CompanyProfile = Pick<Company, 'displayName' | 'attributes'> &
  Partial<Pick<Company, 'channelId' | 'channelUri' | 'email'>>;

/** A draft that has been checked, and the members that its reserved attribute names; absent where members are not told so. */
export interface ParsedCompany {
  readonly profile: CompanyProfile;
  readonly members: readonly MemberDraft[] | undefined;
}

const companyNameShape = /^[A-Za-z0-9._$% -]{1,255}$/;
const lengthMax = { displayName: 255, channelId: 255, channelUri: 2048, email: 254 } as const;

/**
 * X's characters in both dialects (compat/x.md §1.1), since each shows what the other made. No blank at an end and
 * neither `.` nor `..`, which a path can't name; `0` where the dialect has it (compat/edge.md §7).
 * @throws Problem request.missing, company.invalid-name
 */
export function parseCompanyName(value: string | undefined, rules: Pick<DialectRules, 'companyNameZero'>): string {
  if (value === undefined || value === '') throw new Problem('request.missing', { field: 'name' });
  const named = companyNameShape.test(value) && value.trim() === value && value !== '.' && value !== '..';
  if (named && (value !== '0' || rules.companyNameZero === 'allowed')) return value;
  throw new Problem('company.invalid-name', { company: value.slice(0, 255) });
}

/** The form under which a name is unique, found and sorted. */
export function keyOfCompany(name: string): string {
  return name.toLowerCase();
}

/** @throws Problem request.missing, request.invalid, attribute.too-many */
export function parseCompanyProfile(draft: CompanyDraft, rules: DialectRules): ParsedCompany {
  const { attributes, members } = splitMembers(draft.attributes ?? [], rules, 'attributes');
  const profile = {
    displayName: parseOptional(draft, 'displayName'),
    attributes: parseAttributes(attributes, rules, 'attributes'),
    ...Object.fromEntries(rules.companyFields.map((field) => [field, parseOptional(draft, field)])),
  };
  return { profile, members };
}

function parseOptional(draft: CompanyDraft, field: keyof typeof lengthMax): string | undefined {
  const value = draft[field];
  if (value === undefined) return undefined;
  return parseText(value, { field, lengthMax: lengthMax[field], empty: 'allowed' });
}

/** A new company is always active (compat/edge.md §7). */
export function createCompanyFrom(
  profile: CompanyProfile,
  identity: Pick<Company, 'id' | 'organizationId' | 'name'>,
  { at, by }: Authorship,
): Company {
  const unknown = { channelId: undefined, channelUri: undefined, email: undefined };
  return { ...unknown, ...profile, ...identity, status: 'active', ...stampNew(at, by) };
}

/** The company with these members changed. */
export function changeCompany(
  company: Company,
  changed: Partial<CompanyProfile & Pick<Company, 'status'>>,
  { at, by }: Authorship,
): Company {
  return { ...company, ...changed, ...stampChanged(company, at, by) };
}

/** @throws Problem request.unknown-action */
export function parseCompanyAction(action: string): CompanyStatus {
  const status = companyStatuses.find((candidate) => candidate === action);
  if (status !== undefined) return status;
  throw new Problem('request.unknown-action', { action, allowed: companyStatuses });
}

/** Which companies of an organization. Members that are given all have to hold. */
export interface CompanyFilter {
  readonly status?: CompanyStatus | undefined;
  readonly channelId?: string | undefined;
  readonly channelUri?: string | undefined;
}

/**
 * Reads `channelId=portal` (compat/x.md §1.7). The value may stand in double quotes.
 * @throws Problem request.invalid
 */
export function parseCompanyFilter(text: string): CompanyFilter {
  const equals = text.indexOf('=');
  const member = text.slice(0, Math.max(0, equals)).trim();
  const given = text.slice(equals + 1).trim();
  const value = /^"[^"]*"$/.test(given) ? given.slice(1, -1) : given;
  if (member === 'channelId' || member === 'channelUri') return { [member]: value };
  const status = companyStatuses.find((candidate) => candidate === value);
  if (member === 'status' && status !== undefined) return { status };
  throw new Problem('request.invalid', {
    field: 'filter',
    reason: 'takes one of status=active, status=inactive, channelId=… and channelUri=…',
  });
}
