import type { App } from '../domain/app.ts';
import { type AttributeDraft, parseAttributes } from '../domain/attribute.ts';
import { parseKeyText, readKeyLengths } from '../domain/consumer-key.ts';
import { type Credential, createCredentialFrom, parseScopeTexts } from '../domain/credential.ts';
import { parseLifetime } from '../domain/expiry.ts';
import type { StoreTransaction } from '../ports/store.ts';
import { type AppRef, type LoadedApp, loadApp } from './app-owner.ts';
import { appendBeside, authorship, type Call, commit } from './call.ts';
import { recordCredential } from './credential.ts';
import { addCredential, generateKeyText } from './credential-issue.ts';
import type { Plane } from './plane.ts';

/** A key that a client brings. Products are attached afterwards (compat/edge.md §5). */
export interface CredentialImport {
  readonly consumerKey?: string | undefined;
  /** Generated where absent, as clients do that send none (compat/edge.md §5). */
  readonly consumerSecret?: string | undefined;
  /** -1 or absent: never ends. */
  readonly expiresInSeconds?: number | undefined;
  readonly attributes?: readonly AttributeDraft[] | undefined;
  /** Kept as sent: the products that offer them are not attached yet. */
  readonly scopes?: readonly string[] | undefined;
}

/**
 * @throws Problem auth.forbidden, credential.exists, app.too-many-credentials, attribute.too-many, request.missing,
 *   request.invalid, or that app or owner is not found
 */
export async function importCredential(
  plane: Plane,
  call: Call,
  ref: AppRef,
  draft: CredentialImport,
): Promise<Credential> {
  return commit(plane, call, async (transaction) => {
    const loaded = await loadApp(transaction, call, { verb: 'put', ref, below: ['keys'] });
    const credential = createImported(plane, call, loaded, draft);
    await addCredential(transaction, credential);
    await touchApp(transaction, loaded.app);
    const { attributes, scopes, expiresAt } = credential;
    const request = { attributes, scopes, expiresAt };
    recordCredential(transaction, call, { loaded, credential }, { takesAway: false, request });
    return credential;
  });
}

/** Nothing of the app changes but its version: see addCredential. */
export async function touchApp(transaction: StoreTransaction, app: App): Promise<void> {
  const version = app.version + 1;
  await transaction.apps.update({ ...app, version });
  appendBeside(transaction, 'app', { ...app, version });
}

function createImported(plane: Plane, call: Call, { app }: LoadedApp, draft: CredentialImport): Credential {
  const by = authorship(plane, call);
  const lengths = readKeyLengths(call.organization.properties);
  const identity = {
    id: plane.random.rowId(),
    organizationId: app.organizationId,
    appId: app.id,
    consumerKey: parseKeyText(draft.consumerKey, 'consumerKey'),
    consumerSecret: draft.consumerSecret
      ? parseKeyText(draft.consumerSecret, 'consumerSecret')
      : generateKeyText(plane.random, lengths.secret),
  };
  const lifetime = { field: 'expiresInSeconds', length: draft.expiresInSeconds, unit: 'seconds' } as const;
  const content = {
    products: [],
    attributes: parseAttributes(draft.attributes ?? [], call.rules, 'attributes'),
    scopes: parseScopeTexts(draft.scopes ?? []),
    expiresAt: parseLifetime(lifetime, by.at),
  };
  return createCredentialFrom(identity, content, by);
}
