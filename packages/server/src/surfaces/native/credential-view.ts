import { hintOfKey } from '../../domain/consumer-key.ts';
import type { Credential } from '../../domain/credential.ts';
import type { RotatedCredential } from '../../operations/credential-rotation.ts';
import type { CredentialStanding } from '../../operations/credential-standing.ts';
import { formatStamp, formatTime } from './route.ts';

/** A credential without key and secret. */
function formatBare(credential: Credential): object {
  const { id, status, issuedAt, expiresAt, products, rotation } = credential;
  return {
    id,
    status,
    issuedAt: formatTime(issuedAt),
    expiresAt: expiresAt === undefined ? null : formatTime(expiresAt),
    products: products.map((product) => ({ name: product.name, status: product.status })),
    successorId: rotation?.successorId ?? null,
  };
}

/** Neither key nor secret: who asks has the key, and needs no secret to know whether it works. */
export function formatStanding({ credential, app, owner, standing }: CredentialStanding): object {
  return {
    ...formatBare(credential),
    effective: standing.effective,
    reason: standing.effective ? null : standing.reason,
    app: { id: app.id, name: app.name, status: app.status },
    owner: { ...owner },
    ...formatStamp(credential),
  };
}

/** With so much of the key as a person needs to tell it from the others of its app. */
export function formatExpiring(found: CredentialStanding): object {
  return { ...formatStanding(found), keyHint: hintOfKey(found.credential.consumerKey) };
}

export function formatRotated({ successor, former, app, replayed }: RotatedCredential): object {
  const { consumerKey, consumerSecret, scopes, attributes } = successor;
  return {
    credential: {
      ...formatBare(successor),
      consumerKey,
      consumerSecret,
      scopes,
      attributes,
      ...formatStamp(successor),
    },
    former: { ...formatBare(former), ...formatStamp(former) },
    app: { id: app.app.id, name: app.app.name },
    owner: { kind: app.owner.kind, name: app.ownerName },
    replayed,
  };
}
