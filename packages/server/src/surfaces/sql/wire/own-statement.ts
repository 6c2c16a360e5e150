import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import { foldName, type Token, tokenize } from '../../../language/token.ts';
import type { CursorWorld } from './cursor-statement.ts';
import { readCursorStatement } from './cursor-statement.ts';
import type { Desk } from './desk.ts';
import { readFirstWords } from './transaction.ts';
import { actOnly, type WireStatement } from './wire-statement.ts';

/** Statements about the connection itself, which no session knows. */
const readers: Readonly<
  Record<string, (tokens: readonly Token[], world: CursorWorld) => WireStatement | Promise<WireStatement>>
> = {
  deallocate: readDeallocate,
  discard: readDiscard,
  declare: readCursorStatement,
  fetch: readCursorStatement,
  move: readCursorStatement,
  close: readCursorStatement,
  copy: refuseCopy,
  listen: () => actOnly('LISTEN', () => {}, [nobodyNotifies]),
  unlisten: () => actOnly('UNLISTEN', () => {}),
  notify: () => {
    throw new SqlError(sqlStates.notSupported, 'NOTIFY is not supported', { position: 0 });
  },
};

const nobodyNotifies = 'Nothing is ever notified here: a change of the plane is told of by its feed.';

/** Undefined where the session or the catalog is to answer. @throws SqlError */
export function readOwnStatement(text: string, world: CursorWorld): Promise<WireStatement> | WireStatement | undefined {
  const word = readFirstWords(text, 1);
  const read = Object.hasOwn(readers, word) ? readers[word] : undefined;
  return read?.(tokenize(text), world);
}

function refuseCopy(): never {
  throw new SqlError(sqlStates.notSupported, 'COPY is not supported', {
    position: 0,
    hint: 'Use SELECT, or INSERT with several rows; claviger import and export move whole organizations.',
  });
}

function readDeallocate(tokens: readonly Token[], { desk }: { readonly desk: Desk }): WireStatement {
  const rest = tokens.slice(foldName(tokens[1]?.text ?? '') === 'prepare' ? 2 : 1);
  const [token] = rest;
  if (token === undefined || rest.length > 1) throw new SqlError(sqlStates.syntax, 'syntax error in DEALLOCATE');
  if (token.kind === 'word' && foldName(token.text) === 'all')
    return actOnly('DEALLOCATE ALL', () => desk.dropStatements());
  const name = token.kind === 'word' ? foldName(token.text) : token.value;
  return actOnly('DEALLOCATE', () => {
    desk.getStatement(name);
    desk.dropStatement(name);
  });
}

function readDiscard(tokens: readonly Token[], { desk, discardSession }: CursorWorld): WireStatement {
  const what = foldName(tokens[1]?.text ?? '');
  if (what !== 'all') return actOnly(`DISCARD ${what.toUpperCase()}`, () => {});
  return actOnly('DISCARD ALL', async () => {
    desk.dropStatements();
    await desk.dropCursors();
    await discardSession();
  });
}
