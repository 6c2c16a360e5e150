import { type AppView, appFamilyDefault } from '../../domain/app.ts';
import type { Credential } from '../../domain/credential.ts';
import { keyOfEmail } from '../../domain/developer.ts';
import type { Json } from './json.ts';
import type { MessageOutput } from './message.ts';
import type { appMessage, credentialMessage, developerAppKeyMessage, developerAppMessage } from './schema/app.ts';

/** Never ends, on the wire. */
const never = -1;

/** What a credential says wherever it stands. */
function encodeCommon(credential: Credential) {
  const { attributes, consumerKey, consumerSecret, issuedAt, scopes, status } = credential;
  const expiresAt = credential.expiresAt ?? never;
  return { attributes, consumerKey, consumerSecret, expiresAt, issuedAt, scopes, status };
}

function encodeProducts({ products }: Credential): { readonly apiproduct: string; readonly status: string }[] {
  return products.map(({ name, status }) => ({ apiproduct: name, status }));
}

/** A credential as an app shows it. */
export function encodeCredential(credential: Credential): MessageOutput<typeof credentialMessage> {
  return { ...encodeCommon(credential), apiProducts: encodeProducts(credential) };
}

/** A credential by itself. */
export function encodeDeveloperAppKey(credential: Credential): MessageOutput<typeof developerAppKeyMessage> {
  return { ...encodeCommon(credential), apiProducts: encodeProducts(credential) as readonly Json[] };
}

/** What an app says whoever looks at it. */
function encodeAppParts({ app, credentials }: AppView) {
  const { attributes, callbackUrl, createdAt, lastModifiedAt, name, scopes, status } = app;
  return {
    appId: app.id,
    attributes,
    callbackUrl,
    createdAt,
    credentials: credentials.map(encodeCredential),
    lastModifiedAt,
    name,
    scopes,
    status,
  };
}

/** An app beneath its developer. */
export function encodeDeveloperApp(view: AppView): MessageOutput<typeof developerAppMessage> {
  const { owner, appFamily = appFamilyDefault } = view.app;
  return { ...encodeAppParts(view), appFamily, developerId: owner.id };
}

/** An app beneath the organization. */
export function encodeOrganizationApp(view: AppView): MessageOutput<typeof appMessage> {
  const { owner } = view.app;
  const belongs =
    owner.kind === 'developer'
      ? { developerId: owner.id, developerEmail: keyOfEmail(view.ownerName) }
      : { appGroup: view.ownerName };
  return { ...encodeAppParts(view), ...belongs };
}
