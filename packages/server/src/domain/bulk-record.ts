import type { ApiProductDraft } from './api-product.ts';
import type { Attribute } from './attribute.ts';
import type { CompanyStatus } from './company.ts';
import type { CredentialStatus } from './credential.ts';
import type { DeveloperStatus } from './developer.ts';
import type { Dialect } from './dialect.ts';
import type { RatePlanDraft } from './rate-plan.ts';

/**
 * The lines of an export, which are those of an import (docs/bulk.md): one JSON object a line, first a head, last an
 * end, between them records, each after those that it names. An absent member means what it means at creation; `null`
 * is no value. Times are RFC 3339 with milliseconds.
 */
export const bulkVersion = 1;

/** Kinds of records, each after those that it names. */
export const bulkKinds = ['apiProduct', 'ratePlan', 'developer', 'company', 'app', 'credential'] as const;
export type BulkKind = (typeof bulkKinds)[number];

/** Bytes of one line, without its end. The largest honest one, a product with 2000 resources, has less. */
export const bulkLineBytesMax = 8 * 1024 * 1024;

export interface BulkHead {
  readonly kind: 'export';
  readonly version: typeof bulkVersion;
  /** Where it comes from; the import goes where its caller says. */
  readonly organization: string;
  readonly dialect: Dialect;
  readonly exportedAt: string;
  /** False: keys and secrets were left out, so that credentials can't be imported. Absent: true. */
  readonly secrets?: boolean | undefined;
}

/** Tells a file that was cut in half from a whole one. A kind without records may be absent. */
export interface BulkEnd {
  readonly kind: 'end';
  readonly counts: Readonly<Partial<Record<BulkKind, number>>>;
}

/** Absent: the moment of the import, and who imports. */
export interface BulkStamp {
  readonly createdAt?: string | undefined;
  readonly createdBy?: string | undefined;
  readonly lastModifiedAt?: string | undefined;
  readonly lastModifiedBy?: string | undefined;
}

/** An API product, with the members and rules of the X API. */
export interface BulkApiProduct extends Omit<ApiProductDraft, 'name' | 'attributes'>, BulkStamp {
  readonly kind: 'apiProduct';
  readonly name: string;
  readonly attributes?: readonly Attribute[] | undefined;
}

export interface BulkRatePlan extends Omit<RatePlanDraft, 'apiproduct' | 'startTime' | 'endTime'>, BulkStamp {
  readonly kind: 'ratePlan';
  /** Absent: a new plan with each import, since a plan is known by nothing else. */
  readonly id?: string | undefined;
  readonly apiProduct: string;
  readonly startTime?: string | undefined;
  readonly endTime?: string | undefined;
}

/** Known by the e-mail. */
export interface BulkDeveloper extends BulkStamp {
  readonly kind: 'developer';
  /** Absent, or in use elsewhere: a new one is drawn. So with every id here. */
  readonly developerId?: string | undefined;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly userName?: string | undefined;
  /** Absent: active. */
  readonly status?: DeveloperStatus | undefined;
  readonly attributes?: readonly Attribute[] | undefined;
  readonly accessType?: string | undefined;
  readonly appFamily?: string | undefined;
}

export interface BulkMember {
  /** E-mail. */
  readonly developer: string;
  readonly roles?: readonly string[] | undefined;
}

/** Edge's company, X's app group. Known by its name, in any case. */
export interface BulkCompany extends BulkStamp {
  readonly kind: 'company';
  /** X shows it as `appGroupId`. */
  readonly companyId?: string | undefined;
  readonly name: string;
  readonly displayName?: string | undefined;
  /** Absent: active. */
  readonly status?: CompanyStatus | undefined;
  readonly channelId?: string | undefined;
  readonly channelUri?: string | undefined;
  readonly email?: string | undefined;
  /** Without X's reserved one: members have a list of their own. */
  readonly attributes?: readonly Attribute[] | undefined;
  readonly members?: readonly BulkMember[] | undefined;
}

/** The developer by e-mail, or the company by name. */
export type BulkOwner = { readonly developer: string } | { readonly company: string };

/** Known by its owner and name. */
export interface BulkApp extends BulkStamp {
  readonly kind: 'app';
  readonly owner: BulkOwner;
  readonly name: string;
  readonly appId?: string | undefined;
  /** Absent: approved. */
  readonly status?: 'approved' | 'revoked' | undefined;
  readonly callbackUrl?: string | undefined;
  /** Absent: default. */
  readonly appFamily?: string | undefined;
  readonly attributes?: readonly Attribute[] | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/** Known by its consumer key. Of one app the oldest comes first. */
export interface BulkCredential extends BulkStamp {
  readonly kind: 'credential';
  readonly owner: BulkOwner;
  /** Name of the app. */
  readonly app: string;
  readonly consumerKey: string;
  /** Absent where the organization shows it once: then it has none. */
  readonly consumerSecret?: string | undefined;
  /** Absent: approved. */
  readonly status?: CredentialStatus | undefined;
  /** Absent: `createdAt`. */
  readonly issuedAt?: string | undefined;
  /** Absent: never. */
  readonly expiresAt?: string | undefined;
  /** In the order in which they were added; without a status: approved. */
  readonly apiProducts?:
    | readonly { readonly name: string; readonly status?: CredentialStatus | undefined }[]
    | undefined;
  readonly attributes?: readonly Attribute[] | undefined;
  readonly scopes?: readonly string[] | undefined;
}

export type BulkRecord = BulkApiProduct | BulkRatePlan | BulkDeveloper | BulkCompany | BulkApp | BulkCredential;
export type BulkLine = BulkHead | BulkRecord | BulkEnd;
