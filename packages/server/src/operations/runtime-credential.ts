import { Problem } from '../domain/problem.ts';
import { type RuntimeCredential, runtimeCredentialsMax } from '../domain/runtime-credential.ts';
import { parseText } from '../domain/text.ts';
import { formatToken, tokenRandomBytes } from '../domain/token-text.ts';
import type { StoreTransaction } from '../ports/store.ts';
import { authorize, authorship, type Call, commit, recordChange } from './call.ts';
import type { Plane } from './plane.ts';

export interface MadeRuntimeCredential {
  readonly credential: RuntimeCredential;
  /** The token itself. Nobody can read it again: the store keeps its hash. */
  readonly text: string;
}

const path = 'runtime-credentials';
/** Made and deleted, never changed. */
const onlyVersion = 1;

/** @throws Problem auth.forbidden, request.invalid, request.missing */
export async function createRuntimeCredential(
  plane: Plane,
  call: Call,
  draft: { readonly name: string },
): Promise<MadeRuntimeCredential> {
  authorize(call, 'put', [path]);
  const { at, by } = authorship(plane, call);
  const credential: RuntimeCredential = {
    id: plane.random.uuid(),
    organizationId: call.organization.id,
    name: parseText(draft.name, { field: 'name', lengthMax: 255 }),
    createdAt: at,
    createdBy: by,
  };
  const text = formatToken('runtime', plane.random.bytes(tokenRandomBytes));
  const hash = plane.digests.sha256Hex(text);
  await commit(plane, call, async (transaction) => {
    const present = await transaction.runtimeCredentials.list(credential.organizationId);
    if (present.length >= runtimeCredentialsMax) {
      const reason = `would be runtime credential number ${runtimeCredentialsMax + 1}`;
      throw new Problem('request.invalid', { field: 'name', reason });
    }
    await transaction.runtimeCredentials.insert(credential, hash);
    recordCredential(transaction, call, { credential, kind: 'put', at });
  });
  return { credential, text };
}

/** Oldest first. @throws Problem auth.forbidden */
export async function listRuntimeCredentials(plane: Plane, call: Call): Promise<RuntimeCredential[]> {
  authorize(call, 'get', [path]);
  return plane.store.runtimeCredentials.list(call.organization.id);
}

/** @throws Problem auth.forbidden, runtime-credential.not-found */
export async function deleteRuntimeCredential(plane: Plane, call: Call, id: string): Promise<RuntimeCredential> {
  authorize(call, 'delete', [path, id]);
  const { at } = authorship(plane, call);
  return commit(plane, call, async (transaction) => {
    const all = await transaction.runtimeCredentials.list(call.organization.id);
    const credential = all.find((each) => each.id === id);
    if (credential === undefined) throw new Problem('runtime-credential.not-found', { credential: id });
    await transaction.runtimeCredentials.delete(credential);
    recordCredential(transaction, call, { credential, kind: 'delete', at });
    return credential;
  });
}

interface CredentialChange {
  readonly credential: RuntimeCredential;
  readonly kind: 'put' | 'delete';
  readonly at: number;
}

function recordCredential(transaction: StoreTransaction, call: Call, { credential, kind, at }: CredentialChange): void {
  recordChange(transaction, call, {
    organizationId: credential.organizationId,
    change: { noun: 'runtime-credential', entityId: credential.id, kind, version: onlyVersion },
    takesAway: kind === 'delete',
    resource: `/${path}/${credential.id}`,
    request: kind === 'put' ? { name: credential.name } : undefined,
    at,
  });
}
