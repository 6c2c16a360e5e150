import type { Attribute, AttributeDraft } from './attribute.ts';
import type { DialectRules } from './dialect.ts';
import { Problem } from './problem.ts';
import { parseText } from './text.ts';

/** A developer in a company. Roles are free text and are not enforced (compat/edge.md §7). */
export interface CompanyMember {
  readonly developerId: string;
  readonly roles: readonly string[];
}

/** A member with the e-mail that clients know him by. */
export interface NamedMember extends CompanyMember {
  readonly email: string;
}

/** A member as a client names him. */
export interface MemberDraft {
  /** An e-mail in any case, or an id. */
  readonly developer: string;
  readonly roles: readonly string[];
  /** Where it stood in the request, for an error. */
  readonly field: string;
}

/**
 * The attribute in which X's clients keep the members of an app group (compat/x.md §1.1). Here it is a view of the
 * member list, never stored, and counts outside the 18 (design.md, "Dialects").
 */
export const memberAttributeName = '__apigee_reserved__developer_details';

/** Members that one request may name. Ours; no source states one. */
export const membersMax = 1000;
const rolesMax = 50;
const roleLengthMax = 255;
const developerLengthMax = 254;
const memberAttributeLengthMax = 262_144;

/** Where a member stands in a request, and what its two parts are called there. */
export interface MemberPlace {
  readonly field: string;
  readonly developer: 'email' | 'developer';
  readonly role: 'role' | 'roles';
}

/** @throws Problem request.missing, request.invalid */
export function parseMember(developer: string | undefined, roles: readonly string[], place: MemberPlace): MemberDraft {
  const { field } = place;
  if (roles.length > rolesMax) throw refuse(`${field}.${place.role}`, `takes at most ${rolesMax}`);
  const rule = { field: `${field}.${place.role}`, lengthMax: roleLengthMax };
  return {
    developer: parseText(developer ?? '', { field: `${field}.${place.developer}`, lengthMax: developerLengthMax }),
    roles: [...new Set(roles)].map((role) => parseText(role, rule)),
    field,
  };
}

/** @throws Problem request.invalid */
export function checkMemberCount(members: readonly unknown[], field: string): void {
  if (members.length > membersMax) throw refuse(field, `takes at most ${membersMax} members`);
}

export interface SplitAttributes {
  readonly attributes: readonly AttributeDraft[];
  /** Absent where the dialect does not tell members so. */
  readonly members: readonly MemberDraft[] | undefined;
}

/**
 * Takes the members out of a list that replaces all attributes: one without the reserved attribute has none.
 * @throws Problem request.invalid, request.missing
 */
export function splitMembers(
  drafts: readonly AttributeDraft[],
  rules: Pick<DialectRules, 'companyShows'>,
  field: string,
): SplitAttributes {
  const attributes = drafts.filter(({ name }) => name !== memberAttributeName);
  const reserved = drafts.filter(({ name }) => name === memberAttributeName);
  if (rules.companyShows === 'apps') {
    if (reserved.length > 0) throw reservedName(field);
    return { attributes, members: undefined };
  }
  if (reserved.length > 1) throw refuse(field, `names the attribute ${memberAttributeName} twice`);
  return { attributes, members: parseMemberAttribute(reserved[0]?.value, `${field}[${memberAttributeName}]`) };
}

/** What was written by that name would not be seen again. */
export function reservedName(field: string): Problem {
  return refuse(field, `can not hold ${memberAttributeName}: members have a list of their own`);
}

/**
 * `[{"developer":"ann@example.com","roles":["admin"]}]`, as it is or in base64; `developerId` in the place of
 * `developer`, as apigeecli has it (compat/x.md §1.1). Empty or absent: no members. It is a view, so what is no list
 * of members can't be kept, and is refused.
 * @throws Problem request.invalid, request.missing
 */
export function parseMemberAttribute(value: string | undefined, field: string): MemberDraft[] {
  if (value === undefined || value.trim() === '') return [];
  if (value.length > memberAttributeLengthMax)
    throw refuse(field, `is longer than ${memberAttributeLengthMax} characters`);
  const list = readJson(value) ?? readJson(decodeBase64(value));
  if (!Array.isArray(list)) throw notMembers(field);
  checkMemberCount(list, field);
  return list.map((item: unknown, index) => parseAttributeMember(item, `${field}[${index}]`, field));
}

function parseAttributeMember(item: unknown, place: string, field: string): MemberDraft {
  if (typeof item !== 'object' || item === null) throw notMembers(field);
  const { developer, developerId, roles } = item as Readonly<Record<string, unknown>>;
  const named = developer ?? developerId;
  if (typeof named !== 'string' || !isTextList(roles ?? [])) throw notMembers(field);
  const texts = (roles ?? []) as readonly string[];
  return parseMember(named, texts, { field: place, developer: 'developer', role: 'roles' });
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function readJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decodeBase64(text: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The members as X shows them: nothing where there are none. E-mails in lower case, roles always a list. */
export function showMembers(members: readonly NamedMember[]): Attribute[] {
  if (members.length === 0) return [];
  const value = JSON.stringify(members.map(({ email, roles }) => ({ developer: email.toLowerCase(), roles })));
  return [{ name: memberAttributeName, value }];
}

/** Edge gives a member one role: of several, X's, it shows all. Absent: he has none. */
export function roleTextOf(roles: readonly string[]): string | undefined {
  return roles.length === 0 ? undefined : roles.join(',');
}

/** What Edge's one role text leaves of the roles. Who writes back what he has read changes nothing. */
export function rolesOfText(role: string | undefined, current: readonly string[]): readonly string[] {
  if (role === undefined || role === '') return [];
  return role === roleTextOf(current) ? current : [role];
}

function notMembers(field: string): Problem {
  return refuse(field, 'is no list of members, as [{"developer":"ann@example.com","roles":["admin"]}]');
}

function refuse(field: string, reason: string): Problem {
  return new Problem('request.invalid', { field, reason });
}
