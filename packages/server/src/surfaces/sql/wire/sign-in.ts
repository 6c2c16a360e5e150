import { Problem } from '../../../domain/problem.ts';
import type { Plane } from '../../../operations/plane.ts';
import { admitNamed, challengeSql, type SqlChallenge, type SqlHolder } from '../../../operations/sql-sign-in.ts';
import { WireFault, wireStates } from './fault.ts';
import { PayloadReader } from './payload-reader.ts';
import type { Peer } from './peer.ts';
import { ScramExchange } from './scram.ts';
import { writeAuthenticationClear, writeAuthenticationSasl, writeSaslStep } from './server-message.ts';

export interface SignInParts {
  readonly plane: Plane;
  readonly mockSecret: string;
  /** For SCRAM-SHA-256-PLUS. */
  readonly binding: Buffer | undefined;
  /** E-mails of the accounts that these users are let in as, without a password and from this machine alone. */
  readonly anonymous: ReadonlyMap<string, string>;
}

const passwordMessage = 'p'.charCodeAt(0);

/** Finds out who the client is. @throws WireFault, PeerGone, Problem auth.throttled, store.unavailable */
export async function signInPeer(peer: Peer, user: string, parts: SignInParts): Promise<SqlHolder> {
  const { plane, anonymous } = parts;
  const isLocal = isLoopback(peer.address);
  try {
    const email = anonymous.get(user);
    if (email !== undefined && isLocal) return await admitNamed(plane, email);
    const login = { user, address: peer.address, isEncrypted: peer.isEncrypted, isLocal };
    const challenge = await challengeSql(plane, login);
    return challenge.kind === 'clear'
      ? await askPassword(peer, challenge)
      : await askProof(peer, challenge, { user, parts });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'auth.wrong-credentials') throw error;
    throw new WireFault(wireStates.password, `password authentication failed for user "${user}"`);
  }
}

/** Whether an address is one of this machine's own. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address);
}

type Challenge<K extends SqlChallenge['kind']> = Extract<SqlChallenge, { kind: K }>;

async function askPassword(peer: Peer, challenge: Challenge<'clear'>): Promise<SqlHolder> {
  writeAuthenticationClear(peer.writer);
  await peer.flush();
  const reader = await readAnswer(peer);
  const password = reader.text();
  reader.end();
  if (password === '') throw new WireFault(wireStates.password, 'empty password returned by client');
  return challenge.finish(password);
}

async function askProof(
  peer: Peer,
  challenge: Challenge<'scram'>,
  { user, parts }: { readonly user: string; readonly parts: SignInParts },
): Promise<SqlHolder> {
  const binding = peer.isEncrypted ? parts.binding : undefined;
  const exchange = new ScramExchange({ verifier: challenge.verifier, user, mockSecret: parts.mockSecret, binding });
  writeAuthenticationSasl(peer.writer, exchange.mechanisms);
  await peer.flush();
  const first = await readAnswer(peer);
  const mechanism = first.text();
  const length = first.int32();
  const clientFirst = length === -1 ? '' : first.bytes(length).toString('utf8');
  first.end();
  writeSaslStep(peer.writer, 'continue', exchange.begin(mechanism, clientFirst));
  await peer.flush();
  const last = await readAnswer(peer);
  const { proof, isRight, message } = exchange.finish(last.bytes(last.left).toString('utf8'));
  const holder = await challenge.finish(proof, isRight);
  writeSaslStep(peer.writer, 'final', message);
  return holder;
}

async function readAnswer(peer: Peer): Promise<PayloadReader> {
  const { type, body } = await peer.read();
  if (type !== passwordMessage) {
    throw new WireFault(wireStates.protocol, `expected an authentication response, got message type ${type}`);
  }
  return new PayloadReader(body);
}
