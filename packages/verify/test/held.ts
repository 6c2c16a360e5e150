import type { AppRecord, HeldKey, OwnerRecord } from '../src/index.ts';

/** What the views of a held key hold, as plain values. */
export function readHeld(held: HeldKey | undefined): unknown {
  if (held === undefined) return undefined;
  const { credential: key, app: its, owner } = held;
  const { status, expiresAt, products, id, appId, issuedAt, attributes, scopes } = key;
  const ownerValues =
    owner.kind === 'developer'
      ? { email: owner.email, userName: owner.userName, firstName: owner.firstName, lastName: owner.lastName }
      : { name: owner.name, displayName: owner.displayName };
  return {
    credential: { status, expiresAt, products, id, appId, issuedAt, attributes, scopes },
    app: {
      id: its.id,
      owner: its.owner,
      name: its.name,
      status: its.status,
      callbackUrl: its.callbackUrl,
      appFamily: its.appFamily,
      attributes: its.attributes,
      scopes: its.scopes,
      ...stampOf(its),
    },
    owner: {
      kind: owner.kind,
      id: owner.id,
      status: owner.status,
      attributes: owner.attributes,
      ...ownerValues,
      ...stampOf(owner),
    },
  };
}

function stampOf({ createdAt, createdBy, lastModifiedAt, lastModifiedBy }: AppRecord | OwnerRecord): object {
  return { createdAt, createdBy, lastModifiedAt, lastModifiedBy };
}
