import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { isWord, type Statement } from '../../language/statement.ts';
import { TokenReader } from '../../language/token-reader.ts';
import { stateDone, stateTable, textColumns } from './result.ts';
import type { SqlStatement } from './session.ts';
import type { SessionState } from './session-state.ts';
import { kindOf, type StatementKind } from './statement-kind.ts';

export const setKind: StatementKind = kindOf(['SET'], (statement, session) => prepareSet(statement, session));
export const resetKind: StatementKind = kindOf(['RESET'], (statement, session) => prepareReset(statement, session));

/** `SHOW name`, `SHOW ALL`. Comes after StackQL's (show.ts). */
export const showSettingKind: StatementKind = kindOf(['SHOW'], (statement, { settings }) => {
  const reader = new TokenReader(statement, 1);
  if (isWord(reader.peek(), 'all') && reader.peek(1) === undefined) {
    const rows = () => settings.list().map(({ name, setting, description }) => [name, setting, description]);
    const columns = textColumns('name', 'setting', 'description');
    return stateTable(columns, () => ({ columns, rows: rows(), tag: 'SHOW' }));
  }
  const name = readName(reader);
  reader.needEnd();
  const columns = textColumns(settings.read(name).name);
  return stateTable(columns, () => ({ columns, rows: [[settings.read(name).setting]], tag: 'SHOW' }));
});

/** Settings that SQL has words for. */
function readName(reader: TokenReader): string {
  if (reader.takeWord('transaction')) {
    reader.needWord('isolation');
    reader.needWord('level');
    return 'transaction_isolation';
  }
  if (isWord(reader.peek(), 'time') && isWord(reader.peek(1), 'zone')) {
    reader.need();
    reader.need();
    return 'TimeZone';
  }
  if (reader.takeWord('names')) return 'client_encoding';
  return reader
    .needPath()
    .map(({ value }) => value)
    .join('.');
}

/** `SET [SESSION|LOCAL] name {=|TO} value`, `SET TIME ZONE value`, `SET TRANSACTION …`. */
function prepareSet(statement: Statement, { settings }: SessionState): SqlStatement {
  const reader = new TokenReader(statement, 1);
  if (isWord(reader.peek(), 'session') && isWord(reader.peek(1), 'characteristics')) return ignoreModes();
  reader.takeWord('session', 'local');
  if (isWord(reader.peek(), 'transaction')) return ignoreModes();
  if (isWord(reader.peek(), 'role') || isWord(reader.peek(), 'authorization')) return keepRole(reader);
  const hasWords = isWord(reader.peek(), 'names') || isWord(reader.peek(1), 'zone');
  const name = readName(reader);
  if (!hasWords && !reader.takeMark('=')) reader.needWord('to');
  const value = readValues(reader);
  settings.read(name);
  return stateDone('SET', () => {
    settings.change(name, value);
    return [];
  });
}

function ignoreModes(): SqlStatement {
  return stateDone('SET', () => ['Each statement is a transaction of its own, whatever level is asked for']);
}

/** `SET ROLE NONE`, as connection pools say it. */
function keepRole(reader: TokenReader): SqlStatement {
  reader.need();
  if (!reader.takeWord('none', 'default')) {
    throw new SqlError(sqlStates.notSupported, "a session is its account's, and no other's");
  }
  return stateDone('SET', () => []);
}

/** Undefined: DEFAULT. */
function readValues(reader: TokenReader): string | undefined {
  if (reader.takeWord('default')) {
    reader.needEnd();
    return undefined;
  }
  const values = [readValue(reader)];
  while (reader.takeMark(',')) values.push(readValue(reader));
  reader.needEnd();
  return values.join(', ');
}

function readValue(reader: TokenReader): string {
  const sign = reader.takeMark('-') ? '-' : '';
  return sign + reader.need().value;
}

function prepareReset(statement: Statement, { settings }: SessionState): SqlStatement {
  const reader = new TokenReader(statement, 1);
  const isAll = isWord(reader.peek(), 'all');
  const name = readName(reader);
  reader.needEnd();
  if (!isAll) settings.read(name);
  return stateDone('RESET', () => {
    if (isAll) settings.reset();
    else settings.change(name, undefined);
    return [];
  });
}
