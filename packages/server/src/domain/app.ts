import { type Attribute, type AttributeDraft, parseAttributes } from './attribute.ts';
import type { Credential } from './credential.ts';
import type { Authorship } from './developer.ts';
import type { DialectRules } from './dialect.ts';
import { Problem } from './problem.ts';
import { type Stamp, stampChanged, stampNew } from './stamp.ts';
import { parseText } from './text.ts';

export type AppStatus = 'approved' | 'revoked';

/** Who an app belongs to. */
export interface AppOwner {
  readonly kind: 'developer' | 'company';
  readonly id: string;
}

/** What a developer or company registers to call APIs. Its name is unique under its owner. */
export interface App extends Stamp {
  readonly id: string;
  readonly organizationId: string;
  readonly owner: AppOwner;
  readonly name: string;
  readonly status: AppStatus;
  /** Absent: never set; `""`: set empty (compat/edge.md §4.1). */
  readonly callbackUrl: string | undefined;
  readonly attributes: readonly Attribute[];
  readonly scopes: readonly string[];
  readonly appFamily: string | undefined;
}

/** An app with what other rows say of it. */
export interface AppView {
  readonly app: App;
  /** Newest first. */
  readonly credentials: readonly Credential[];
  /** E-mail of the developer, or name of the company. */
  readonly ownerName: string;
}

/** Members a client may set, as they come from a body. What applies to a new credential alone is not here. */
export interface AppDraft {
  readonly name?: string | undefined;
  readonly callbackUrl?: string | undefined;
  readonly attributes?: readonly AttributeDraft[] | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly appFamily?: string | undefined;
  readonly status?: string | undefined;
}

/** What an update replaces whole (compat/edge.md §4.3). */
export interface AppProfile {
  readonly callbackUrl: string | undefined;
  readonly attributes: readonly Attribute[];
}

/** What a new app says of itself besides. */
export interface NewAppProfile extends AppProfile {
  readonly name: string;
  readonly status: AppStatus;
  readonly appFamily: string;
}

/** The family of an app that names none, as both dialects show it (compat/edge.md §4.1). */
export const appFamilyDefault = 'default';

/** Credentials that one app may have (compat/edge.md §4.3). */
export const appCredentialsMax = 100;

const appNameShape = /^[A-Za-z0-9][A-Za-z0-9 ._#$%-]*$/;
const appNameLengthMax = 255;
const callbackUrlLengthMax = 2048;
const appFamilyLengthMax = 255;

/** @throws Problem request.missing, app.invalid-name (compat/edge.md §4.3) */
function parseAppName(value: string | undefined): string {
  if (value === undefined || value === '') throw new Problem('request.missing', { field: 'name' });
  if (value.length <= appNameLengthMax && appNameShape.test(value)) return value;
  throw new Problem('app.invalid-name', { app: value.slice(0, appNameLengthMax) });
}

/** Kept as sent: a scheme of an app's own is as good as https. @throws Problem request.invalid */
function parseCallbackUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  return parseText(value, { field: 'callbackUrl', lengthMax: callbackUrlLengthMax, empty: 'allowed' });
}

/** @throws Problem request.invalid, request.missing, attribute.too-many */
export function parseAppProfile(draft: AppDraft, rules: DialectRules): AppProfile {
  return {
    callbackUrl: parseCallbackUrl(draft.callbackUrl),
    attributes: parseAttributes(draft.attributes ?? [], rules, 'attributes'),
  };
}

/**
 * Of a body, creation alone heeds name, status and family (compat/edge.md §4.3).
 * @throws Problem request.invalid, request.missing, attribute.too-many, app.invalid-name
 */
export function parseNewAppProfile(draft: AppDraft, rules: DialectRules): NewAppProfile {
  const name = parseAppName(draft.name);
  const rule = { field: 'appFamily', lengthMax: appFamilyLengthMax } as const;
  return {
    ...parseAppProfile(draft, rules),
    name,
    status: parseAppStatus(draft.status || 'approved', 'status'),
    appFamily: parseText(draft.appFamily || appFamilyDefault, rule),
  };
}

/** @throws Problem request.invalid with `field` as the member's name */
export function parseAppStatus(value: string, field: string): AppStatus {
  if (value === 'approved' || value === 'revoked') return value;
  throw new Problem('request.invalid', { field, reason: 'takes approved or revoked' });
}

export function createAppFrom(
  profile: NewAppProfile & Pick<App, 'scopes'>,
  identity: Pick<App, 'id' | 'organizationId' | 'owner'>,
  { at, by }: Authorship,
): App {
  return { ...profile, ...identity, ...stampNew(at, by) };
}

/** The app with these members changed. */
export function changeApp(
  app: App,
  changed: Partial<Pick<App, 'status' | 'callbackUrl' | 'attributes'>>,
  { at, by }: Authorship,
): App {
  return { ...app, ...changed, ...stampChanged(app, at, by) };
}

/** @throws Problem request.unknown-action */
export function parseAppAction(action: string): AppStatus {
  if (action === 'approve') return 'approved';
  if (action === 'revoke') return 'revoked';
  throw new Problem('request.unknown-action', { action, allowed: ['approve', 'revoke'] });
}
