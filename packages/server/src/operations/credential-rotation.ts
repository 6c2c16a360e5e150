import { hintOfKey, parseKeyText, readKeyLengths } from '../domain/consumer-key.ts';
import type { Credential } from '../domain/credential.ts';
import {
  createSuccessor,
  decideOverlapEnd,
  decideSuccessorExpiry,
  requireRotatable,
  retireCredential,
} from '../domain/credential-rotation.ts';
import type { Authorship } from '../domain/developer.ts';
import { Problem } from '../domain/problem.ts';
import { takesFromCredential } from '../domain/revocation.ts';
import { parseText } from '../domain/text.ts';
import type { StoreTransaction, StoreView } from '../ports/store.ts';
import { type LoadedApp, placeApp } from './app-owner.ts';
import { appendBeside, authorize, authorship, type Call, commit, isAllowed } from './call.ts';
import { type FoundCredential, recordCredential } from './credential.ts';
import { touchApp } from './credential-import.ts';
import { addCredential, generateKeyText } from './credential-issue.ts';
import type { Plane } from './plane.ts';
import { requireVersion } from './precondition.ts';

/** A key by what the caller knows of it. */
export type CredentialName = { readonly consumerKey: string } | { readonly id: string };

/** What a rotation is asked to do. All may be absent. */
export interface RotationWish {
  /** Seconds in which both keys work; 0: the old one ends at once. Absent: a day. */
  readonly overlapSeconds?: number | undefined;
  /** How long the new key lives; -1: for ever. Absent: as long as the old one was made to. */
  readonly expiresInSeconds?: number | undefined;
  /** Made where absent. */
  readonly newConsumerKey?: string | undefined;
  readonly newConsumerSecret?: string | undefined;
  /** The same again is the same rotation, and makes no second key. */
  readonly idempotencyKey?: string | undefined;
  /** The version of the old key that the caller has seen; absent: any. */
  readonly version?: number | undefined;
}

export interface RotatedCredential {
  readonly successor: Credential;
  /** The old key as it is now. */
  readonly former: Credential;
  readonly app: LoadedApp;
  /** Whether this is the answer to a retry, and nothing was done. */
  readonly replayed: boolean;
}

/**
 * Gives an app a new key beside one that it has, with the same products, scopes and attributes, and lets the old one
 * expire when the overlap is over. One transaction: of two rotations of one key one wins, and what is changed on the
 * old key meanwhile is either on both or on the old one alone.
 * @throws Problem auth.forbidden, credential.not-found, credential.rotated, credential.not-rotatable,
 *   credential.exists, app.too-many-credentials, entity.changed, request.missing, request.invalid
 */
export async function rotateCredential(
  plane: Plane,
  call: Call,
  name: CredentialName,
  wish: RotationWish,
): Promise<RotatedCredential> {
  const by = authorship(plane, call);
  const mark = markOf(plane, wish);
  return commit(plane, call, async (transaction) => {
    const found = await findRotatable(transaction, call, name);
    const former = found.credential;
    const done = await findSuccessor(transaction, former, { mark, wish });
    if (done !== undefined) return { successor: done, former, app: found.loaded, replayed: true };
    requireVersion('credential', former, wish.version);
    requireRotatable(former, by.at);
    const successor = makeSuccessor(plane, call, { former, wish, by });
    const expiresAt = decideOverlapEnd(former, wish.overlapSeconds, by.at);
    const retired = retireCredential(former, { successorId: successor.id, mark, expiresAt }, by);
    await addCredential(transaction, successor);
    await transaction.credentials.update(retired);
    await touchApp(transaction, found.loaded.app);
    recordRotation(transaction, call, { found, retired, successor, wish });
    return { successor, former: retired, app: found.loaded, replayed: false };
  });
}

/**
 * A key that the caller may not rotate is refused as one that does not exist is, so that nobody learns whose it is.
 * @throws Problem auth.forbidden, credential.not-found
 */
async function findRotatable(view: StoreView, call: Call, name: CredentialName): Promise<FoundCredential> {
  const credential = await findNamed(view, call, name);
  const app = credential && (await view.apps.find(call.organization.id, credential.appId));
  const loaded = app && (await placeApp(view, app));
  if (credential !== undefined && loaded !== undefined && mayRotate(call, { loaded, credential })) {
    return { loaded, credential };
  }
  authorize(call, 'put', ['apps']);
  throw new Problem('credential.not-found', {});
}

const idShape = /^[0-9a-f-]{36}$/;

async function findNamed(
  view: StoreView,
  { organization }: Call,
  name: CredentialName,
): Promise<Credential | undefined> {
  if ('consumerKey' in name) return view.credentials.findByKey(organization.id, name.consumerKey);
  // Not every store may be asked for any text.
  return idShape.test(name.id) ? view.credentials.find(organization.id, name.id) : undefined;
}

/** A rotation makes a key and changes one. */
function mayRotate(call: Call, { loaded: { app, path }, credential }: FoundCredential): boolean {
  const keys = [...path, app.name, 'keys'];
  return isAllowed(call, 'put', keys) && isAllowed(call, 'put', [...keys, hintOfKey(credential.consumerKey)]);
}

interface Retry {
  readonly mark: string | undefined;
  readonly wish: RotationWish;
}

/**
 * What a retry made when it came first. Undefined: the key was not rotated, or its successor was deleted since.
 * @throws Problem credential.rotated
 */
async function findSuccessor(
  view: StoreView,
  former: Credential,
  { mark, wish }: Retry,
): Promise<Credential | undefined> {
  const { rotation } = former;
  if (rotation === undefined) return undefined;
  const successor = await view.credentials.find(former.organizationId, rotation.successorId);
  const isRetry = mark !== undefined && rotation.mark === mark;
  if (successor === undefined && !isRetry) return undefined;
  const wanted = wish.newConsumerKey ?? successor?.consumerKey;
  if (successor === undefined || !isRetry || successor.consumerKey !== wanted) {
    throw new Problem('credential.rotated', {});
  }
  return successor;
}

/** Tells this request from another. Holds neither key nor secret, since its hash has no key (G9). */
function markOf(plane: Plane, { idempotencyKey, overlapSeconds, expiresInSeconds }: RotationWish): string | undefined {
  if (idempotencyKey === undefined) return undefined;
  const text = parseText(idempotencyKey, { field: 'Idempotency-Key', lengthMax: 255 });
  return plane.digests.sha256Hex(JSON.stringify([text, overlapSeconds ?? null, expiresInSeconds ?? null]));
}

interface Making {
  readonly former: Credential;
  readonly wish: RotationWish;
  readonly by: Authorship;
}

function makeSuccessor(plane: Plane, call: Call, { former, wish, by }: Making): Credential {
  const { newConsumerKey: key, newConsumerSecret: secret } = wish;
  const lengths = readKeyLengths(call.organization.properties);
  const own = {
    id: plane.random.rowId(),
    consumerKey: key === undefined ? generateKeyText(plane.random, lengths.key) : parseKeyText(key, 'newConsumerKey'),
    consumerSecret:
      secret === undefined ? generateKeyText(plane.random, lengths.secret) : parseKeyText(secret, 'newConsumerSecret'),
    expiresAt: decideSuccessorExpiry(former, wish.expiresInSeconds, by.at),
  };
  return createSuccessor(former, own, by);
}

interface Rotation {
  readonly found: FoundCredential;
  readonly retired: Credential;
  readonly successor: Credential;
  readonly wish: RotationWish;
}

/** One audit entry, at the old key; a change for each of the two. */
function recordRotation(transaction: StoreTransaction, call: Call, rotation: Rotation): void {
  const { found, retired, successor, wish } = rotation;
  const { overlapSeconds, expiresInSeconds } = wish;
  const request = { rotate: { overlapSeconds, expiresInSeconds, successorId: successor.id } };
  const takesAway = takesFromCredential(found.credential, retired);
  recordCredential(transaction, call, { ...found, credential: retired }, { takesAway, request });
  appendBeside(transaction, 'credential', successor);
}
