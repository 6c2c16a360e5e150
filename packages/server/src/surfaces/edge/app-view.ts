import type { Static } from '@sinclair/typebox';
import { type AppView, appFamilyDefault } from '../../domain/app.ts';
import type { Credential } from '../../domain/credential.ts';
import type * as schema from './app-schema.ts';

/** Whether an answer tells of what was read, or of what was just made or changed. */
export type AppOccasion = 'read' | 'written';

/** Never ends, on the wire. */
const never = -1;

/** `expiresAt` is there even for a key that never ends (compat/edge.md §4.1). */
export function encodeCredential(credential: Credential): Static<typeof schema.credential> {
  const { consumerSecret } = credential;
  return {
    apiProducts: credential.products.map(({ name, status }) => ({ apiproduct: name, status })),
    attributes: [...credential.attributes],
    consumerKey: credential.consumerKey,
    ...(consumerSecret === undefined ? undefined : { consumerSecret }),
    expiresAt: credential.expiresAt ?? never,
    issuedAt: credential.issuedAt,
    scopes: [...credential.scopes],
    status: credential.status,
  };
}

export interface AppEncoding {
  /** Reads show the family, what creation and update answer does not (compat/edge.md §4.1). */
  readonly occasion: AppOccasion;
  readonly withCredentials: boolean;
}

export function encodeApp(
  { app, credentials, ownerName }: AppView,
  { occasion, withCredentials }: AppEncoding,
): Static<typeof schema.app> {
  const { callbackUrl, owner } = app;
  return {
    ...(occasion === 'read' ? { appFamily: app.appFamily ?? appFamilyDefault } : undefined),
    appId: app.id,
    attributes: [...app.attributes],
    ...(callbackUrl === undefined ? undefined : { callbackUrl }),
    ...(owner.kind === 'company' ? { companyName: ownerName } : undefined),
    createdAt: app.createdAt,
    createdBy: app.createdBy,
    ...(withCredentials ? { credentials: credentials.map(encodeCredential) } : undefined),
    ...(owner.kind === 'developer' ? { developerId: owner.id } : undefined),
    lastModifiedAt: app.lastModifiedAt,
    lastModifiedBy: app.lastModifiedBy,
    name: app.name,
    scopes: [...app.scopes],
    status: app.status,
  };
}
