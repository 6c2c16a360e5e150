import type { Account } from '../../../domain/account.ts';
import type { SqlHolder } from '../../../operations/sql-sign-in.ts';
import type { Log } from '../../../ports/log.ts';
import type { CatalogQueries } from '../catalog/catalog.ts';
import type { SqlSession } from '../session.ts';
import { type ClientMessage, readClientMessage } from './client-message.ts';
import { Desk } from './desk.ts';
import { type Diagnosis, diagnose, type ErrorPlace, internalFault, WireFault, wireStates } from './fault.ts';
import type { ColumnTypes } from './parameter-type.ts';
import { type Peer, PeerGone } from './peer.ts';
import { writeDiagnosis, writeReady } from './server-message.ts';
import { TransactionState } from './transaction.ts';

export interface ConversationParts {
  readonly peer: Peer;
  readonly holder: SqlHolder;
  readonly session: SqlSession;
  /** Undefined: nobody answers for PostgreSQL's own catalog. */
  readonly catalog: CatalogQueries | undefined;
  readonly columnTypes: ColumnTypes;
  readonly log: Log;
  readonly idleMs: number;
  readonly onStatement: (outcome: 'done' | 'failed') => void;
}

/** What a message does. */
export type Act = (talk: Conversation, message: ClientMessage) => Promise<void>;

/** One client's statements, from its first to its last: one after another, as they come. */
export class Conversation {
  readonly parts: ConversationParts;
  readonly desk = new Desk();
  readonly transaction = new TransactionState();
  readonly #acts: Readonly<Record<'query' | 'extended', Act>>;
  /** Of what runs now. */
  #running: AbortController | undefined;
  /** After an error everything is left out until the client asks where things stand. */
  #isSkipping = false;
  #isDraining = false;
  #isIdle = false;
  /** What the error's position counts in. */
  place: ErrorPlace | undefined;

  constructor(parts: ConversationParts, acts: Readonly<Record<'query' | 'extended', Act>>) {
    this.parts = parts;
    this.#acts = acts;
    parts.peer.gone.addEventListener('abort', () => this.cancel(), { once: true });
  }

  /** Ends what runs now, if anything does. */
  cancel(): void {
    this.#running?.abort();
  }

  /** Lets what runs come to its end, and ends the conversation then. */
  drain(): void {
    this.#isDraining = true;
    if (this.#isIdle) this.#sayShutdown();
  }

  /** Until the client leaves. @throws PeerGone, WireFault */
  async run(): Promise<void> {
    const { peer } = this.parts;
    this.#writeReady();
    await peer.flush();
    try {
      for (;;) {
        const message = this.#readNow() ?? (await this.#read());
        if (message.kind === 'terminate') return;
        await this.#take(message);
        if (peer.isLaden) await peer.flush();
      }
    } finally {
      this.cancel();
      await this.desk.clear();
    }
  }

  /** Runs something that can be cancelled. */
  async during<T>(abort: AbortController, work: () => Promise<T>): Promise<T> {
    this.#running = abort;
    if (this.parts.peer.gone.aborted) abort.abort();
    try {
      return await work();
    } finally {
      this.#running = undefined;
    }
  }

  /** Whose rights count, as it is now. @throws WireFault where what the client signed in with counts no more */
  async findAccount(): Promise<Account> {
    const account = await this.parts.holder.find();
    if (account !== undefined) return account;
    const message = 'what this connection signed in with counts no more: sign in again';
    throw new WireFault(wireStates.authorization, message);
  }

  /** Most messages come several at once: whoever has one there already is not idle. */
  #readNow(): ClientMessage | undefined {
    const raw = this.parts.peer.readNow();
    return raw && readClientMessage(raw);
  }

  async #read(): Promise<ClientMessage> {
    const { peer, idleMs } = this.parts;
    if (this.#isDraining && !peer.hasMore) throw shutdown();
    this.#isIdle = true;
    const timer = setTimeout(() => this.#sayIdle(), idleMs);
    try {
      return readClientMessage(await peer.read());
    } finally {
      this.#isIdle = false;
      clearTimeout(timer);
    }
  }

  async #take(message: ClientMessage): Promise<void> {
    if (message.kind === 'sync') {
      this.#isSkipping = false;
      await this.#finish();
      return;
    }
    if (this.#isSkipping) return;
    const isSimple = message.kind === 'query' || message.kind === 'function-call';
    try {
      this.place = undefined;
      await (isSimple ? this.#acts.query : this.#acts.extended)(this, message);
    } catch (error) {
      await this.#fail(error);
      this.#isSkipping = !isSimple;
    }
    if (isSimple) await this.#finish();
  }

  async #fail(error: unknown): Promise<void> {
    const { peer, log } = this.parts;
    if (error instanceof PeerGone || error instanceof WireFault) throw error;
    const diagnosis = diagnose(error, this.place);
    if (diagnosis === undefined) log.error({ err: error }, 'bug: a statement of a SQL client failed');
    this.transaction.fail();
    writeDiagnosis(peer.writer, diagnosis ?? internalFault);
    // What was begun with it is over, as a failed transaction is.
    await this.desk.endTransaction();
  }

  async #finish(): Promise<void> {
    if (this.transaction.status === 'I') await this.desk.endTransaction();
    this.#writeReady();
    // As PostgreSQL: here and where a client asks for it, so that an answer goes out whole.
    await this.parts.peer.flush();
  }

  #writeReady(): void {
    writeReady(this.parts.peer.writer, this.transaction.status);
  }

  #sayShutdown(): void {
    this.#sayLast({ severity: 'FATAL', state: wireStates.shutdown, message: shutdown().message });
  }

  #sayIdle(): void {
    const message = 'terminating connection due to idle-session timeout';
    this.#sayLast({ severity: 'FATAL', state: wireStates.idle, message });
  }

  /** To a client that says nothing. */
  #sayLast(diagnosis: Diagnosis): void {
    const { peer } = this.parts;
    writeDiagnosis(peer.writer, diagnosis);
    peer.end();
  }
}

function shutdown(): WireFault {
  return new WireFault(wireStates.shutdown, 'terminating connection due to administrator command');
}
