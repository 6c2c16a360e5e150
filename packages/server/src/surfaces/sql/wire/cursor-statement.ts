import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import { foldName, type Token } from '../../../language/token.ts';
import { Answer } from './answer.ts';
import type { Desk } from './desk.ts';
import { wireStates } from './fault.ts';
import { actOnly, answerTag, type WireResult, type WireRows, type WireStatement } from './wire-statement.ts';

export interface CursorWorld {
  readonly desk: Desk;
  /** The whole statement. */
  readonly text: string;
  readonly isInTransaction: boolean;
  /** Forgets what the session was told. */
  discardSession(): Promise<void>;
  /** Makes the statement of a cursor ready. */
  prepare(text: string): Promise<WireStatement>;
}

/** DECLARE, FETCH, MOVE and CLOSE of a cursor that goes forward. @throws SqlError */
export function readCursorStatement(
  tokens: readonly Token[],
  world: CursorWorld,
): WireStatement | Promise<WireStatement> {
  const reader = new TokenReader(tokens);
  const command = reader.takeWord();
  if (command === 'declare') return declare(reader, world);
  if (command === 'close') return close(reader, world);
  return fetch(reader, world, command === 'fetch');
}

class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens.filter(({ kind }) => kind !== 'hint');
  }

  get next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  takeWord(): string {
    return foldName(this.#take().text);
  }

  /** Whether one of these words comes next, which is then taken. */
  skip(...words: readonly string[]): string | undefined {
    const { next } = this;
    if (next?.kind !== 'word' || !words.includes(foldName(next.text))) return undefined;
    return this.takeWord();
  }

  takeName(): string {
    const token = this.#take();
    if (token.kind !== 'word' && token.kind !== 'quoted') throw refuse(token);
    return token.kind === 'word' ? foldName(token.text) : token.value;
  }

  takeNumber(): number | undefined {
    if (this.next?.kind !== 'number') return undefined;
    return Number(this.#take().text);
  }

  end(): void {
    if (this.next !== undefined) throw refuse(this.next);
  }

  #take(): Token {
    const token = this.next;
    if (token === undefined) throw refuse(undefined);
    this.#at++;
    return token;
  }
}

function refuse(token: Token | undefined): SqlError {
  if (token === undefined) return new SqlError(sqlStates.syntax, 'syntax error at end of input');
  return new SqlError(sqlStates.syntax, `syntax error at or near "${token.text}"`, { position: token.start });
}

/** DECLARE name [BINARY] [INSENSITIVE] [[NO] SCROLL] CURSOR [{WITH | WITHOUT} HOLD] FOR query */
async function declare(
  reader: TokenReader,
  { desk, text, isInTransaction, prepare }: CursorWorld,
): Promise<WireStatement> {
  const name = reader.takeName();
  let isBinary = false;
  for (;;) {
    const option = reader.skip('binary', 'insensitive', 'asensitive', 'no', 'scroll');
    if (option === undefined) break;
    if (option === 'binary') isBinary = true;
  }
  if (reader.skip('cursor') === undefined) throw refuse(reader.next);
  const isHeld = reader.skip('with') !== undefined;
  const says = isHeld || reader.skip('without') !== undefined;
  if (says && reader.skip('hold') === undefined) throw refuse(reader.next);
  const from = reader.next;
  if (reader.skip('for') === undefined || from === undefined) throw refuse(reader.next);
  const inner = await shift(from.end, () => prepare(text.slice(from.end)));
  if (inner.columns === undefined) throw new SqlError('42P11', 'a cursor takes a statement that answers rows');
  const { parameterTypes } = inner;
  return {
    parameterTypes,
    columns: undefined,
    run: async ({ parameters, account }) => {
      if (!isHeld && !isInTransaction) {
        throw new SqlError(wireStates.noTransaction, 'DECLARE CURSOR can only be used in transaction blocks');
      }
      if (desk.hasCursor(name)) throw new SqlError(wireStates.duplicateCursor, `cursor "${name}" already exists`);
      desk.requireRoom();
      // Its own: what declared it is over when it is read.
      const abort = new AbortController();
      const resultFormats = isBinary ? ([1] as const) : [];
      const result = await inner.run({ parameters, resultFormats, signal: abort.signal, account });
      desk.addCursor(name, { answer: new Answer(result, { formats: resultFormats, abort }), isHeld });
      return answerTag('DECLARE CURSOR');
    },
  };
}

/** Errors of the inner statement are told with their place in the whole. */
async function shift<T>(offset: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SqlError) || error.position === undefined) throw error;
    const { state, message, position, hint } = error;
    throw new SqlError(state, message, { position: position + offset, hint });
  }
}

/** FETCH [NEXT | FORWARD] [count | ALL] [FROM | IN] name */
function fetch(reader: TokenReader, { desk }: CursorWorld, isRead: boolean): WireStatement {
  const backward = reader.skip('prior', 'first', 'last', 'absolute', 'relative', 'backward');
  if (backward !== undefined) {
    throw new SqlError('55000', 'cursor can only scan forward', {
      hint: 'Fetch NEXT, FORWARD or ALL.',
    });
  }
  reader.skip('next');
  reader.skip('forward');
  const all = reader.skip('all') !== undefined;
  const count = all ? Number.POSITIVE_INFINITY : (reader.takeNumber() ?? 1);
  reader.skip('from', 'in');
  const name = reader.takeName();
  reader.end();
  if (!isRead) return { parameterTypes: [], columns: undefined, run: () => move(desk, name, count) };
  const columns = desk.getCursor(name).answer.columns();
  const run: WireStatement['run'] = async ({ signal }) => {
    const { answer } = desk.getCursor(name);
    signal.addEventListener('abort', () => answer.cancel(), { once: true });
    return readCursor(answer, count);
  };
  return { parameterTypes: [], columns, run };
}

async function move(desk: Desk, name: string, count: number): Promise<WireResult> {
  const moved = await desk.getCursor(name).answer.skip(count);
  return answerTag(`MOVE ${moved}`);
}

function readCursor(answer: Answer, rowsMax: number): WireResult {
  let taken = 0;
  const next = async (): Promise<WireRows | undefined> => {
    if (taken >= rowsMax || !(await answer.fill())) return undefined;
    const rows = answer.takeRows(rowsMax - taken);
    taken += rows?.rows.length ?? 0;
    return rows;
  };
  return { ...answerTag(''), columns: () => answer.columns(), next, tag: () => `FETCH ${taken}` };
}

function close(reader: TokenReader, { desk }: CursorWorld): WireStatement {
  const token = reader.next;
  const name = reader.takeName();
  reader.end();
  if (token?.kind === 'word' && name === 'all') return actOnly('CLOSE CURSOR ALL', () => desk.dropCursors());
  return actOnly('CLOSE CURSOR', () => desk.dropCursor(name));
}
