import type { SqlState } from '../../../language/sql-error.ts';
import { SqlError } from '../../../language/sql-error.ts';
import type { Answer } from './answer.ts';
import type { BindMessage } from './client-message.ts';
import { type ErrorPlace, wireStates } from './fault.ts';
import type { WireStatement } from './wire-statement.ts';

/** A text that was made ready; without a statement it is empty. */
export interface Prepared {
  readonly text: string;
  /** Where it stands in what the client sent. */
  readonly place: ErrorPlace;
  readonly statement: WireStatement | undefined;
}

/** A statement with its parameters. */
export interface Portal {
  readonly prepared: Prepared;
  readonly bound: BindMessage;
  answer: Answer | undefined;
}

/** DECLARE … CURSOR. */
export interface Cursor {
  readonly answer: Answer;
  /** WITH HOLD: it outlives the transaction. */
  readonly isHeld: boolean;
}

const statementsMax = 1000;
const statementBytesMax = 8 * 1024 * 1024;
const portalsMax = 200;
/** Answers that have begun and not ended: each keeps a query running. */
const openAnswersMax = 8;

/** What one connection has on its desk: statements, portals and cursors by their names, and no more than so many. */
export class Desk {
  readonly #statements = new Map<string, Prepared>();
  readonly #portals = new Map<string, Portal>();
  readonly #cursors = new Map<string, Cursor>();
  #statementBytes = 0;

  /** @throws SqlError 42P05, 53400 */
  addStatement(name: string, prepared: Prepared): void {
    if (name === '') this.dropStatement('');
    else if (this.#statements.has(name)) {
      throw new SqlError(wireStates.duplicateStatement, `prepared statement "${name}" already exists`);
    }
    const bytes = this.#statementBytes + sizeOf(prepared);
    if (this.#statements.size >= statementsMax || bytes > statementBytesMax) throw full('prepared statements');
    this.#statements.set(name, prepared);
    this.#statementBytes = bytes;
  }

  /** @throws SqlError 26000 */
  getStatement(name: string): Prepared {
    const found = this.#statements.get(name);
    if (found === undefined) throw missing(wireStates.noStatement, 'prepared statement', name);
    return found;
  }

  dropStatement(name: string): boolean {
    const prepared = this.#statements.get(name);
    if (prepared !== undefined) this.#statementBytes -= sizeOf(prepared);
    return this.#statements.delete(name);
  }

  dropStatements(): void {
    this.#statements.clear();
    this.#statementBytes = 0;
  }

  /** @throws SqlError 42P03, 53400 */
  async addPortal(name: string, portal: Portal): Promise<void> {
    if (name === '') await this.dropPortal('');
    else if (this.#portals.has(name)) {
      throw new SqlError(wireStates.duplicateCursor, `cursor "${name}" already exists`);
    }
    if (this.#portals.size >= portalsMax) throw full('portals');
    this.#portals.set(name, portal);
  }

  /** @throws SqlError 34000 */
  getPortal(name: string): Portal {
    const found = this.#portals.get(name);
    if (found === undefined) throw missing(wireStates.noCursor, 'portal', name);
    return found;
  }

  async dropPortal(name: string): Promise<void> {
    const portal = this.#portals.get(name);
    this.#portals.delete(name);
    await portal?.answer?.close();
  }

  /** @throws SqlError 42P03 */
  addCursor(name: string, cursor: Cursor): void {
    this.#cursors.set(name, cursor);
  }

  hasCursor(name: string): boolean {
    return this.#cursors.has(name);
  }

  /** @throws SqlError 34000 */
  getCursor(name: string): Cursor {
    const found = this.#cursors.get(name);
    if (found === undefined) throw missing(wireStates.noCursor, 'cursor', name);
    return found;
  }

  async dropCursor(name: string): Promise<void> {
    const cursor = this.getCursor(name);
    this.#cursors.delete(name);
    await cursor.answer.close();
  }

  async dropCursors(): Promise<void> {
    const answers = [...this.#cursors.values()].map(({ answer }) => answer);
    this.#cursors.clear();
    await Promise.all(answers.map((answer) => answer.close()));
  }

  /** @throws SqlError 53400 */
  requireRoom(): void {
    if (this.#portals.size + this.#cursors.size < openAnswersMax) return;
    if (this.#openAnswers().length >= openAnswersMax) throw full('open portals and cursors');
  }

  /** The transaction is over: portals end with it, and cursors that were not to outlive it. */
  async endTransaction(): Promise<void> {
    const ended: Answer[] = [];
    for (const { answer } of this.#portals.values()) if (answer?.isDone === false) ended.push(answer);
    this.#portals.clear();
    for (const [name, { answer, isHeld }] of this.#cursors) {
      if (isHeld) continue;
      this.#cursors.delete(name);
      ended.push(answer);
    }
    if (ended.length > 0) await Promise.all(ended.map((answer) => answer.close()));
  }

  /** The connection is over. */
  async clear(): Promise<void> {
    const answers = this.#openAnswers();
    for (const answer of answers) answer.cancel();
    this.#portals.clear();
    this.#cursors.clear();
    this.dropStatements();
    await Promise.allSettled(answers.map((answer) => answer.close()));
  }

  #openAnswers(): Answer[] {
    const answers = [...this.#portals.values()].flatMap(({ answer }) => answer ?? []);
    return [...answers, ...[...this.#cursors.values()].map(({ answer }) => answer)].filter(({ isDone }) => !isDone);
  }
}

function sizeOf({ place }: Prepared): number {
  return place.text.length * 4;
}

function missing(state: SqlState, what: string, name: string): SqlError {
  return new SqlError(state, name === '' ? `unnamed ${what} does not exist` : `${what} "${name}" does not exist`);
}

function full(what: string): SqlError {
  return new SqlError(wireStates.limit, `the connection has too many ${what}`, { hint: 'Close some of them.' });
}
