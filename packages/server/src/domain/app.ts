import type { Attribute } from './attribute.ts';
import { Problem } from './problem.ts';
import type { Stamp } from './stamp.ts';
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

/** Credentials that one app may have (compat/edge.md §4.3). */
export const appCredentialsMax = 100;

const appNameShape = /^[A-Za-z0-9][A-Za-z0-9 ._#$%-]*$/;
const appNameLengthMax = 255;
const callbackUrlLengthMax = 2048;

/** @throws Problem request.missing, app.invalid-name (compat/edge.md §4.3) */
export function parseAppName(value: string | undefined): string {
  if (value === undefined || value === '') throw new Problem('request.missing', { field: 'name' });
  if (value.length <= appNameLengthMax && appNameShape.test(value)) return value;
  throw new Problem('app.invalid-name', { app: value.slice(0, appNameLengthMax) });
}

/** Kept as sent: a scheme of an app's own is as good as https. @throws Problem request.invalid */
export function parseCallbackUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  return parseText(value, { field: 'callbackUrl', lengthMax: callbackUrlLengthMax, empty: 'allowed' });
}

/** @throws Problem request.unknown-action */
export function parseAppAction(action: string): AppStatus {
  if (action === 'approve') return 'approved';
  if (action === 'revoke') return 'revoked';
  throw new Problem('request.unknown-action', { action, allowed: ['approve', 'revoke'] });
}
