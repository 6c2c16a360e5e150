import type { SecureContext } from 'node:tls';
import type { Account } from '../../../domain/account.ts';
import { Problem } from '../../../domain/problem.ts';
import { SqlError } from '../../../language/sql-error.ts';
import type { SqlHolder } from '../../../operations/sql-sign-in.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { SqlSession } from '../session.ts';
import type { CancelRegistry } from './cancel.ts';
import { Conversation } from './conversation.ts';
import { takeExtended } from './extended-query.ts';
import { diagnose, internalFault, WireFault, wireStates } from './fault.ts';
import { listSettings, minorMax, open, type Startup } from './opening.ts';
import type { ColumnTypes } from './parameter-type.ts';
import { type Peer, PeerGone } from './peer.ts';
import {
  writeAuthenticationOk,
  writeBackendKey,
  writeDiagnosis,
  writeNegotiation,
  writeParameterStatus,
} from './server-message.ts';
import { isLoopback, type SignInParts, signInPeer } from './sign-in.ts';
import { runSimpleQuery } from './simple-query.ts';

export interface SessionRequest {
  /** The client named this database, which stands for an organization; undefined: all that the account may see. */
  readonly organization: string | undefined;
}

/** Begins a session of an account. @throws SqlError 3D000 where it may see no such organization */
export type OpenSqlSession = (account: Account, request: SessionRequest) => Promise<SqlSession>;

export interface ConnectionParts extends SignInParts {
  readonly openSession: OpenSqlSession;
  readonly catalog: Catalog | undefined;
  readonly columnTypes: ColumnTypes;
  readonly cancels: CancelRegistry;
  readonly tls: SecureContext | undefined;
  /** Whether clients elsewhere have to come over TLS. */
  readonly requiresTls: boolean;
  readonly handshakeMs: number;
  readonly idleMs: number;
  readonly messageBytesMax: number;
  /** Takes a place among those who are signed in; false: there is none. MUST be given back. */
  readonly enter: () => boolean;
  readonly leave: () => void;
  readonly onStatement: (outcome: 'done' | 'failed') => void;
}

/** One client's connection, from its first byte to its last. */
export class Connection {
  readonly #peer: Peer;
  readonly #parts: ConnectionParts;
  #talk: Conversation | undefined;

  constructor(peer: Peer, parts: ConnectionParts) {
    this.#peer = peer;
    this.#parts = parts;
  }

  /** Resolves once it is over. Never rejects. */
  async run(): Promise<void> {
    try {
      const timer = setTimeout(() => this.#peer.cut(), this.#parts.handshakeMs);
      let opening: Awaited<ReturnType<typeof open>>;
      let holder: SqlHolder | undefined;
      try {
        opening = await open(this.#peer, this.#parts.tls);
        if (opening.kind === 'startup') holder = await this.#signIn(opening);
      } finally {
        clearTimeout(timer);
      }
      if (opening.kind === 'cancel') this.#parts.cancels.cancel(opening.key);
      else if (holder !== undefined) await this.#enter(opening, holder);
    } catch (error) {
      this.#tellLast(error);
    }
    this.#peer.end();
  }

  /** Lets what runs come to its end. Who is not signed in yet is not waited for. */
  drain(): void {
    if (this.#talk === undefined) this.#peer.cut();
    else this.#talk.drain();
  }

  /** Ends it at once. */
  cut(): void {
    this.#peer.cut();
  }

  async #signIn(startup: Startup): Promise<SqlHolder> {
    if (startup.isNegotiated) writeNegotiation(this.#peer.writer, minorMax, startup.unknownOptions);
    if (this.#parts.requiresTls && !this.#peer.isEncrypted && !isLoopback(this.#peer.address)) {
      const hint = 'Set sslmode=require or above.';
      throw new WireFault(wireStates.authorization, 'clients elsewhere have to come over TLS', hint);
    }
    return signInPeer(this.#peer, startup.user, this.#parts);
  }

  async #enter(startup: Startup, holder: SqlHolder): Promise<void> {
    const { enter, leave } = this.#parts;
    if (!enter()) throw new WireFault(wireStates.tooMany, 'sorry, too many clients already');
    try {
      const session = await this.#parts.openSession(holder.account, { organization: readOrganization(startup) });
      try {
        await this.#converse(startup, holder, session);
      } finally {
        await session.close();
      }
    } finally {
      leave();
    }
  }

  async #converse(startup: Startup, holder: SqlHolder, session: SqlSession): Promise<void> {
    for (const [name, value] of listSettings(startup)) session.settings.begin(name, value);
    const { cancels, catalog, columnTypes, idleMs, onStatement, messageBytesMax, plane } = this.#parts;
    const peer = this.#peer;
    const key = cancels.enter(startup.minor >= 2 ? longSecretBytes : secretBytes, () => this.#talk?.cancel());
    const settings = () => ({ application_name: session.settings.reported().get('application_name') ?? '' });
    const user = holder.account.email;
    const { database } = startup;
    const queries = catalog?.open({ user, database, processId: key.processId, settings });
    try {
      const parts = { peer, holder, session, catalog: queries, columnTypes, log: plane.log, idleMs, onStatement };
      const talk = new Conversation(parts, { query: runSimpleQuery, extended: takeExtended });
      this.#talk = talk;
      peer.allowMessages(messageBytesMax);
      this.#greet(user, session.settings.reported());
      writeBackendKey(peer.writer, key.processId, key.secret);
      await talk.run();
    } finally {
      this.#talk = undefined;
      queries?.close();
      cancels.leave(key);
    }
  }

  #greet(user: string, settings: ReadonlyMap<string, string>): void {
    const { writer } = this.#peer;
    writeAuthenticationOk(writer);
    const told = new Map([...settings, ['is_superuser', 'off'], ['session_authorization', user]]);
    // Clients choose by it what they ask of the catalog.
    const version = this.#parts.catalog?.serverVersion;
    if (version !== undefined) told.set('server_version', version);
    for (const [name, value] of told) writeParameterStatus(writer, name, value);
  }

  #tellLast(error: unknown): void {
    if (error instanceof PeerGone) return;
    const { log } = this.#parts.plane;
    const diagnosis = diagnose(error);
    if (diagnosis === undefined) log.error({ err: error }, 'bug: the connection of a SQL client failed');
    else if (error instanceof WireFault || error instanceof Problem || error instanceof SqlError) {
      log.debug({ state: diagnosis.state, because: diagnosis.message }, 'a SQL client was turned away');
    }
    writeDiagnosis(this.#peer.writer, { ...(diagnosis ?? internalFault), severity: 'FATAL' });
  }
}

const secretBytes = 4;
const longSecretBytes = 32;

const wholeDatabases = new Set(['', 'stackql', 'claviger', 'postgres']);

/** Clients that name no database send the user's name. */
function readOrganization({ database, user }: Startup): string | undefined {
  return wholeDatabases.has(database) || database === user ? undefined : database;
}
