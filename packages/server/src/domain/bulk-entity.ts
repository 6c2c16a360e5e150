import { type ApiProductProfile, parseProductName, parseProductProfile } from './api-product.ts';
import { type NewAppProfile, parseNewAppProfile } from './app.ts';
import { parseAttributes } from './attribute.ts';
import type {
  BulkApiProduct,
  BulkApp,
  BulkCompany,
  BulkCredential,
  BulkDeveloper,
  BulkOwner,
  BulkRatePlan,
  BulkRecord,
  BulkStamp,
} from './bulk-record.ts';
import { type CompanyProfile, type CompanyStatus, parseCompanyName, parseCompanyProfile } from './company.ts';
import { type MemberDraft, parseMember } from './company-member.ts';
import { parseMovedKeyText } from './consumer-key.ts';
import {
  type Credential,
  type CredentialProduct,
  parseCredentialProducts,
  parseCredentialStatus,
  parseScopeTexts,
} from './credential.ts';
import { type DeveloperProfile, type DeveloperStatus, parseDeveloperProfile } from './developer.ts';
import { type DialectRules, dialectRules } from './dialect.ts';
import { parseMoment } from './moment.ts';
import { Problem } from './problem.ts';
import { parseRatePlanProfile, type RatePlanProfile } from './rate-plan.ts';
import { parseText } from './text.ts';

/**
 * What an import takes: all that either view can have made, since each shows what the other made (docs/bulk.md).
 */
const bulkRules: DialectRules = {
  ...dialectRules.edge,
  attributeTwice: dialectRules.x.attributeTwice,
  productRequired: dialectRules.x.productRequired,
  companyFields: dialectRules.x.companyFields,
  companyNameZero: dialectRules.x.companyNameZero,
  inactiveCompany: dialectRules.x.inactiveCompany,
};

/** As a record says it; absent: not said. Milliseconds since 1970 UTC. */
export interface StampWish {
  readonly createdAt: number | undefined;
  readonly createdBy: string | undefined;
  readonly lastModifiedAt: number | undefined;
  readonly lastModifiedBy: string | undefined;
}

interface Wish {
  readonly id: string | undefined;
  readonly stamp: StampWish;
}

export interface DeveloperWish extends Wish {
  readonly kind: 'developer';
  readonly profile: DeveloperProfile & { readonly status: DeveloperStatus };
}
export interface CompanyWish extends Wish {
  readonly kind: 'company';
  readonly name: string;
  readonly profile: Required<CompanyProfile> & { readonly status: CompanyStatus };
  readonly members: readonly MemberDraft[];
}
export interface ProductWish extends Wish {
  readonly kind: 'apiProduct';
  readonly profile: ApiProductProfile;
}
export interface RatePlanWish extends Wish {
  readonly kind: 'ratePlan';
  readonly apiProduct: string;
  readonly profile: RatePlanProfile;
}
export interface AppWish extends Wish {
  readonly kind: 'app';
  readonly owner: BulkOwner;
  readonly profile: NewAppProfile & { readonly scopes: readonly string[] };
}
export interface CredentialWish extends Wish {
  readonly kind: 'credential';
  readonly owner: BulkOwner;
  readonly app: string;
  readonly consumerKey: string;
  readonly consumerSecret: string | undefined;
  readonly issuedAt: number | undefined;
  readonly profile: Pick<Credential, 'status' | 'attributes' | 'scopes' | 'expiresAt'> & {
    readonly products: readonly CredentialProduct[];
  };
}

/** What a record asks for, judged by itself: whether what it names is there is not known yet. */
export type BulkWish = DeveloperWish | CompanyWish | ProductWish | RatePlanWish | AppWish | CredentialWish;

/**
 * @throws Problem request.missing, request.invalid, attribute.too-many, and what the parsers of the entities throw; none
 *   repeats a key or secret (G9)
 */
export function parseBulkRecord(record: BulkRecord): BulkWish {
  switch (record.kind) {
    case 'apiProduct':
      return parseProduct(record);
    case 'ratePlan':
      return parsePlan(record);
    case 'developer':
      return parseDeveloper(record);
    case 'company':
      return parseCompany(record);
    case 'app':
      return parseApp(record);
    case 'credential':
      return parseCredential(record);
  }
}

const idShape = /^[A-Za-z0-9_-]{1,128}$/;
const accountLengthMax = 255;
const nameLengthMax = 255;
const rules = {
  developer: { field: 'owner.developer', lengthMax: nameLengthMax },
  company: { field: 'owner.company', lengthMax: nameLengthMax },
} as const;

function parseId(value: string | undefined, field: string): string | undefined {
  if (value === undefined || idShape.test(value)) return value;
  throw new Problem('request.invalid', { field, reason: 'takes at most 128 letters, digits, hyphens and underscores' });
}

function parseOptionalMoment(value: string | undefined, field: string): number | undefined {
  return value === undefined ? undefined : parseMoment(value, field);
}

function parseStamp({ createdAt, createdBy, lastModifiedAt, lastModifiedBy }: BulkStamp): StampWish {
  return {
    createdAt: parseOptionalMoment(createdAt, 'createdAt'),
    createdBy: parseAccount(createdBy, 'createdBy'),
    lastModifiedAt: parseOptionalMoment(lastModifiedAt, 'lastModifiedAt'),
    lastModifiedBy: parseAccount(lastModifiedBy, 'lastModifiedBy'),
  };
}

function parseAccount(value: string | undefined, field: string): string | undefined {
  return value === undefined ? undefined : parseText(value, { field, lengthMax: accountLengthMax });
}

function parseProduct(record: BulkApiProduct): ProductWish {
  return {
    kind: record.kind,
    id: undefined,
    profile: parseProductProfile(record, bulkRules),
    stamp: parseStamp(record),
  };
}

function parsePlan(record: BulkRatePlan): RatePlanWish {
  const startTime = parseOptionalMoment(record.startTime, 'startTime');
  const endTime = parseOptionalMoment(record.endTime, 'endTime');
  return {
    kind: record.kind,
    id: parseId(record.id, 'id'),
    apiProduct: parseProductName(record.apiProduct),
    profile: parseRatePlanProfile({ ...record, startTime, endTime }),
    stamp: parseStamp(record),
  };
}

function parseDeveloper(record: BulkDeveloper): DeveloperWish {
  return {
    kind: record.kind,
    id: parseId(record.developerId, 'developerId'),
    profile: {
      ...parseDeveloperProfile(record, bulkRules),
      status: parseActivity(record.status),
    },
    stamp: parseStamp(record),
  };
}

function parseActivity(value: string | undefined): 'active' | 'inactive' {
  if (value === undefined || value === 'active') return 'active';
  if (value === 'inactive') return value;
  throw new Problem('request.invalid', { field: 'status', reason: 'takes active or inactive' });
}

function parseCompany(record: BulkCompany): CompanyWish {
  const { profile } = parseCompanyProfile(record, bulkRules);
  const { displayName, attributes, channelId, channelUri, email } = profile;
  // As many as a line holds: a company may have come to more than one single call takes.
  const members = record.members ?? [];
  return {
    kind: record.kind,
    id: parseId(record.companyId, 'companyId'),
    name: parseCompanyName(record.name, bulkRules),
    profile: {
      ...{ displayName, attributes, channelId, channelUri, email },
      status: parseActivity(record.status),
    },
    members: members.map(({ developer, roles = [] }, index) =>
      parseMember(developer, roles, { field: `members[${index}]`, developer: 'developer', role: 'roles' }),
    ),
    stamp: parseStamp(record),
  };
}

function parseOwner(owner: BulkOwner): BulkOwner {
  if ('developer' in owner) return { developer: parseText(owner.developer, rules.developer) };
  return { company: parseText(owner.company, rules.company) };
}

function parseApp(record: BulkApp): AppWish {
  return {
    kind: record.kind,
    id: parseId(record.appId, 'appId'),
    owner: parseOwner(record.owner),
    profile: { ...parseNewAppProfile(record, bulkRules), scopes: parseScopeTexts(record.scopes ?? []) },
    stamp: parseStamp(record),
  };
}

function parseCredential(record: BulkCredential): CredentialWish {
  const { owner, app, consumerSecret } = record;
  return {
    kind: record.kind,
    id: undefined,
    owner: parseOwner(owner),
    app: parseText(app, { field: 'app', lengthMax: nameLengthMax }),
    consumerKey: parseMovedKeyText(record.consumerKey, 'consumerKey'),
    consumerSecret: consumerSecret === undefined ? undefined : parseMovedKeyText(consumerSecret, 'consumerSecret'),
    issuedAt: parseOptionalMoment(record.issuedAt, 'issuedAt'),
    profile: {
      status: parseCredentialStatus(record.status ?? 'approved', 'status'),
      products: parseCredentialProducts(record.apiProducts ?? []),
      attributes: parseAttributes(record.attributes ?? [], bulkRules, 'attributes'),
      scopes: parseScopeTexts(record.scopes ?? []),
      expiresAt: parseOptionalMoment(record.expiresAt, 'expiresAt'),
    },
    stamp: parseStamp(record),
  };
}
