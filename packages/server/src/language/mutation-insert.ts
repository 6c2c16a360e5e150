import type { InsertMutation, Piece } from './mutation.ts';
import type { MutationReader } from './mutation-reader.ts';
import { SqlError, sqlStates } from './sql-error.ts';
import { isMark, isWord, refuseToken } from './statement.ts';
import type { Token } from './token.ts';

type Source = InsertMutation['source'];
type Conflict = InsertMutation['conflict'];

/** After `INSERT` or, with `conflict` `replace`, after `REPLACE`. @throws SqlError 42601 */
export function readInsert(reader: MutationReader, conflict: Conflict): Omit<InsertMutation, 'parameters' | 'named'> {
  const alternative = reader.takeWord('or') ? readAlternative(reader) : conflict;
  reader.needWord('into');
  const target = reader.takeAlias(reader.needTarget());
  const columns = readColumns(reader);
  const source = readSource(reader);
  const ignored = takeIgnored(reader);
  const returning = reader.takeWord('returning') ? reader.readReturning() : [];
  reader.needEnd();
  checkWidth(columns.length, source);
  return { kind: 'insert', conflict: ignored ? 'ignore' : alternative, target, columns, source, returning };
}

function readAlternative(reader: MutationReader): Conflict {
  if (reader.takeWord('replace')) return 'replace';
  if (reader.takeWord('ignore')) return 'ignore';
  if (reader.takeWord('abort', 'fail')) return 'refuse';
  throw refuseToken(reader.peek(), 'What is there already can be replaced, or ignored.');
}

function readColumns(reader: MutationReader): InsertMutation['columns'] {
  if (!reader.takeMark('(')) throw refuseToken(reader.peek(), 'Name the columns: INSERT INTO t (a, b) VALUES (1, 2).');
  const columns: { readonly name: string; readonly position: number }[] = [];
  do columns.push(reader.needPlainName());
  while (reader.takeMark(','));
  reader.needMark(')');
  return columns;
}

function readSource(reader: MutationReader): Source {
  if (!reader.takeWord('values')) {
    if (!isWord(reader.peek(), 'select', 'with')) throw refuseToken(reader.peek());
    return { query: reader.readPiece((token) => isWord(token, 'returning') || isConflict(token, reader.peek(1))) };
  }
  const rows: Piece[][] = [];
  do {
    reader.needMark('(');
    rows.push(reader.readList(() => false));
    reader.needMark(')');
  } while (reader.takeMark(','));
  return { rows };
}

function isConflict(token: Token, next: Token | undefined): boolean {
  return isWord(token, 'on') && isWord(next, 'conflict');
}

/** `ON CONFLICT DO NOTHING`, with or without its columns. */
function takeIgnored(reader: MutationReader): boolean {
  if (!isWord(reader.peek(), 'on')) return false;
  reader.needWord('on');
  reader.needWord('conflict');
  if (isMark(reader.peek(), '(')) {
    reader.needMark('(');
    reader.readList(() => false);
    reader.needMark(')');
  }
  reader.needWord('do');
  if (isWord(reader.peek(), 'update')) throw refuseUpsert(reader.peek());
  reader.needWord('nothing');
  return true;
}

function refuseUpsert(token: Token | undefined): SqlError {
  return new SqlError(sqlStates.notSupported, 'ON CONFLICT DO UPDATE is not supported', {
    position: token?.start,
    hint: 'INSERT OR REPLACE writes over what is there, ON CONFLICT DO NOTHING leaves it; UPDATE … FROM changes a part of it.',
  });
}

function checkWidth(width: number, source: Source): void {
  const other = 'rows' in source ? source.rows.find((row) => row.length !== width) : undefined;
  if (other !== undefined) throw refuseWidth(width, other.length, other[0]?.position);
}

/** StackQL's words. */
export function refuseWidth(columns: number, values: number, position?: number): SqlError {
  const hint = `There are ${columns} columns and ${values} values.`;
  return new SqlError(sqlStates.syntax, 'disparity in fields to insert and supplied data', { position, hint });
}
