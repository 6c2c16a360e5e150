import type { SecureContext } from 'node:tls';
import type { CancelKey } from './cancel.ts';
import { WireFault, wireStates } from './fault.ts';
import { PayloadReader } from './payload-reader.ts';
import { type Peer, PeerGone } from './peer.ts';

/** What a client says first, once it is settled how it is encrypted. */
export interface Startup {
  readonly kind: 'startup';
  /** Of protocol 3: 0, or 2. */
  readonly minor: number;
  /** The client asked for a newer minor version, or for options that nobody here knows. */
  readonly isNegotiated: boolean;
  /** Names of those options. */
  readonly unknownOptions: readonly string[];
  readonly user: string;
  readonly database: string;
  /** What else it set, by lower-case name: `application_name`. */
  readonly settings: ReadonlyMap<string, string>;
}

export type Opening = Startup | { readonly kind: 'cancel'; readonly key: CancelKey };

/** The newest minor version of protocol 3 that is spoken here (PostgreSQL 18). */
export const minorMax = 2;

const codes = { cancel: 80_877_102, ssl: 80_877_103, gss: 80_877_104 } as const;
const cancelSecretBytesMax = 256;

/**
 * Reads what comes before authentication, and answers what asks for encryption.
 * @param tls undefined: there is no certificate
 * @throws WireFault, PeerGone
 */
export async function open(peer: Peer, tls: SecureContext | undefined): Promise<Opening> {
  if (await peer.beginsWithTls()) {
    if (tls === undefined) {
      peer.cut();
      throw new PeerGone();
    }
    await peer.secure(tls, true);
  }
  // Each kind of encryption may be asked for once.
  const asked = new Set<number>();
  for (;;) {
    const { body } = await peer.read();
    const reader = new PayloadReader(body);
    const code = reader.int32();
    if (code === codes.cancel) return { kind: 'cancel', key: readCancel(reader) };
    if (code !== codes.ssl && code !== codes.gss) return readStartup(code, reader);
    reader.end();
    if (asked.has(code) || (code === codes.ssl && peer.isEncrypted)) throw unsupported(code);
    asked.add(code);
    await answerEncryption(peer, code === codes.ssl ? tls : undefined);
  }
}

async function answerEncryption(peer: Peer, tls: SecureContext | undefined): Promise<void> {
  // Sent before the answer, and so in clear: nothing that was put there by somebody between may be taken for encrypted.
  if (peer.hasMore)
    throw new WireFault(wireStates.protocol, 'received unencrypted data after a request for encryption');
  peer.sendByte(tls === undefined ? 'N' : 'S');
  if (tls !== undefined) await peer.secure(tls, false);
}

function readCancel(reader: PayloadReader): CancelKey {
  const processId = reader.int32();
  if (reader.left > cancelSecretBytesMax) throw new WireFault(wireStates.protocol, 'invalid length of cancel request');
  return { processId, secret: reader.bytes(reader.left) };
}

function readStartup(version: number, reader: PayloadReader): Startup {
  const [major, minor] = [version >>> 16, version & 0xffff];
  if (major !== 3) throw unsupported(version);
  const settings = new Map<string, string>();
  const unknownOptions: string[] = [];
  for (let name = reader.text(); name !== ''; name = reader.text()) {
    const value = reader.text();
    if (name.startsWith('_pq_.')) unknownOptions.push(name);
    else settings.set(name.toLowerCase(), value);
  }
  reader.end();
  const user = settings.get('user') ?? '';
  if (user === '') throw new WireFault(wireStates.authorization, 'no PostgreSQL user name specified in startup packet');
  if (settings.get('replication') !== undefined && !/^(0|false|no|off)$/i.test(settings.get('replication') ?? '')) {
    throw new WireFault('0A000', 'there is no replication here');
  }
  const isNegotiated = minor > minorMax || unknownOptions.length > 0;
  const database = settings.get('database') || user;
  return { kind: 'startup', minor: Math.min(minor, minorMax), isNegotiated, unknownOptions, user, database, settings };
}

/** What says who connects, and to what. */
const places: ReadonlySet<string> = new Set(['user', 'database', 'options', 'replication']);

/** Settings that the client brings along: by their names, and in `options` as `-c name=value`. */
export function listSettings({ settings }: Startup): readonly (readonly [name: string, value: string])[] {
  const words = (settings.get('options') ?? '').match(/(?:\\.|[^\s\\])+/gs) ?? [];
  // `-c x=1`, `-cx=1` and `--x=1` are the same.
  const text = words.map((word) => word.replace(/\\(.)/gs, '$1')).join('\0');
  const given = [...text.matchAll(/(?:^|\0)(?:-c\0?|--)([^=\0]+)=([^\0]*)/g)];
  const options = given.map(([, name = '', value = '']) => [name.replaceAll('-', '_'), value] as const);
  return [...[...settings].filter(([name]) => !places.has(name)), ...options];
}

function unsupported(version: number): WireFault {
  const name = `${version >>> 16}.${version & 0xffff}`;
  return new WireFault('0A000', `unsupported frontend protocol ${name}: server supports 3.0 to 3.${minorMax}`);
}
