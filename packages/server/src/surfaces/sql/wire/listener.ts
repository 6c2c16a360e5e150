import { type AddressInfo, createServer, type Server } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { SqlResource } from '../../../domain/sql-resource.ts';
import type { Plane } from '../../../operations/plane.ts';
import { loadMockSecret } from '../../../operations/sql-sign-in.ts';
import type { SqlTally } from '../../http/sql-metrics.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { CancelRegistry } from './cancel.ts';
import { readServerEndPoint } from './channel-binding.ts';
import { Connection, type ConnectionParts, type OpenSqlSession } from './connection.ts';
import { collectColumnTypes } from './parameter-type.ts';
import { Peer, type PeerLimits } from './peer.ts';

/** What clients may take of this server. */
export interface SqlListenerLimits extends PeerLimits {
  /** Who are signed in. */
  readonly connectionsMax: number;
  /** Who are not yet: from their first byte until they are signed in. */
  readonly handshakesMax: number;
  readonly handshakeMs: number;
  /** Without a statement. */
  readonly idleMs: number;
  /** One message, with a statement or its parameters. */
  readonly messageBytesMax: number;
  /** For statements that run when the server is to stop. */
  readonly patienceMs: number;
}

export const sqlLimitsDefault: SqlListenerLimits = {
  connectionsMax: 256,
  handshakesMax: 128,
  handshakeMs: 15_000,
  idleMs: 24 * 3_600_000,
  openingBytesMax: 10_000,
  messageBytesMax: 1_048_576,
  inboxBytesMax: 1_048_576,
  stallMs: 600_000,
  closeMs: 1000,
  patienceMs: 10_000,
};

export interface SqlListenerParts {
  readonly plane: Plane;
  readonly openSession: OpenSqlSession;
  readonly catalog: Catalog | undefined;
  /** What can be asked for: their columns tell the types of parameters. */
  readonly resources: readonly SqlResource[];
  readonly tally: SqlTally;
}

export interface SqlListenerOptions {
  readonly host: string;
  readonly port: number;
  /** Certificate and key in PEM; absent: no TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly requiresTls: boolean;
  /** User names that are let in from this machine without a password, and the e-mails of the accounts they stand for. */
  readonly anonymous: ReadonlyMap<string, string>;
  readonly limits?: Partial<SqlListenerLimits> | undefined;
}

/** A listener that is up. */
export interface SqlListener {
  readonly host: string;
  readonly port: number;
  /** Lets statements that run come to their end, then closes. */
  close(): Promise<void>;
}

/** Speaks PostgreSQL's protocol (version 3) over sessions. Rejects where the address can't be had. */
export async function listenForSql(parts: SqlListenerParts, options: SqlListenerOptions): Promise<SqlListener> {
  const limits = { ...sqlLimitsDefault, ...options.limits };
  const connectionParts = await prepareConnections(parts, options, limits);
  const running = new Map<Connection, Promise<void>>();
  const server = createServer((socket) => {
    const connection = new Connection(new Peer(socket, limits), connectionParts);
    const ended = connection.run().finally(() => running.delete(connection));
    running.set(connection, ended);
  });
  server.maxConnections = limits.connectionsMax + limits.handshakesMax;
  server.on('drop', () => parts.tally.refuse());
  const port = await listenOn(server, options);
  server.on('error', (error) => parts.plane.log.error({ err: error }, 'the SQL listener failed'));
  return { host: options.host, port, close: () => closeServer(server, running, limits.patienceMs) };
}

async function prepareConnections(
  { plane, tally, resources, ...parts }: SqlListenerParts,
  { tls, requiresTls, anonymous }: SqlListenerOptions,
  { connectionsMax, handshakeMs, idleMs, messageBytesMax }: SqlListenerLimits,
): Promise<ConnectionParts> {
  const enter = () => {
    if (tally.connections >= connectionsMax) {
      tally.refuse();
      return false;
    }
    tally.connections++;
    return true;
  };
  return {
    ...parts,
    plane,
    mockSecret: await loadMockSecret(plane),
    binding: tls && readServerEndPoint(tls.cert),
    anonymous,
    columnTypes: collectColumnTypes(resources),
    cancels: new CancelRegistry(plane.random),
    tls: tls && createSecureContext({ ...tls, minVersion: 'TLSv1.2' }),
    requiresTls,
    handshakeMs,
    idleMs,
    messageBytesMax,
    enter,
    leave: () => {
      tally.connections--;
    },
    onStatement: (outcome) => tally.count(outcome),
  };
}

function listenOn(server: Server, { host, port }: SqlListenerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function closeServer(
  server: Server,
  running: ReadonlyMap<Connection, Promise<void>>,
  patienceMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of running.keys()) connection.drain();
  const end = setTimeout(() => {
    for (const connection of running.keys()) connection.cut();
  }, patienceMs);
  await Promise.all([closed, ...running.values()]);
  clearTimeout(end);
}
