import { rewriteQuery } from '../../language/query.ts';
import type { SessionView } from '../../language/rewriting.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { readStatement, refuseToken, type Statement } from '../../language/statement.ts';
import { foldName } from '../../language/token.ts';
import { TokenReader } from '../../language/token-reader.ts';
import type { CallableTable } from './mutation-method.ts';
import { listNames } from './query-name.ts';
import { stateDone } from './result.ts';
import type { SqlStatement } from './session.ts';
import type { SessionState } from './session-state.ts';
import { kindOf, type StatementKind } from './statement-kind.ts';

const viewsMax = 200;
const alwaysFresh = 'The view holds nothing: each query asks anew';

/** `CREATE VIEW`, for as long as the session lasts. */
export function createViewKind(table: CallableTable): StatementKind {
  return kindOf(['CREATE'], (statement, session) => prepareCreate(statement, session, table));
}

async function prepareCreate(statement: Statement, session: SessionState, table: CallableTable): Promise<SqlStatement> {
  const { view, replaces, keeps, materialized } = readView(statement);
  const folded = foldName(view.name);
  const query = readStatement(view.text);
  if (!['SELECT', 'WITH', 'VALUES'].includes(query.command)) throw refuseToken(query.tokens[0]);
  const others = new Map(session.views).set(folded, view);
  // Whatever is wrong with it is said now; so is that it is made of itself.
  const { parameters } = rewriteQuery(`SELECT * FROM "${view.name.replaceAll('"', '""')}"`, {
    ...listNames(session, table),
    views: others,
  });
  if (parameters > 0 || query.tokens.some(({ kind }) => kind === 'parameter')) {
    throw new SqlError('42P02', 'a view has no parameters');
  }
  await session.prepare(view.text);
  return stateDone('CREATE VIEW', () => {
    const exists = session.views.has(folded);
    if (exists && keeps) return [`relation "${view.name}" already exists, skipping`];
    if (exists && !replaces) throw new SqlError('42P07', `relation "${view.name}" already exists`);
    if (!exists && session.views.size >= viewsMax)
      throw new SqlError('54000', `a session has at most ${viewsMax} views`);
    session.views.set(folded, view);
    return materialized ? [alwaysFresh] : [];
  });
}

interface ReadView {
  readonly view: SessionView;
  readonly replaces: boolean;
  readonly keeps: boolean;
  readonly materialized: boolean;
}

function readView(statement: Statement): ReadView {
  const reader = new TokenReader(statement, 1);
  const replaces = reader.takeWord('or');
  if (replaces) reader.needWord('replace');
  reader.takeWord('temp', 'temporary');
  const materialized = reader.takeWord('materialized');
  if (!reader.takeWord('view')) throw refuseCreate(reader);
  const keeps = reader.takeWord('if');
  if (keeps) {
    reader.needWord('not');
    reader.needWord('exists');
  }
  const name = readViewName(reader);
  const columns = reader.peek()?.text === '(' ? reader.needNames().map(({ value }) => value) : [];
  reader.needWord('as');
  return { view: { name, columns, text: reader.needRest() }, replaces, keeps, materialized };
}

function readViewName(reader: TokenReader): string {
  const [name, ...others] = reader.needPath();
  if (name === undefined || others.length > 0) {
    throw new SqlError(sqlStates.notSupported, 'a view has a name of one part', { position: name?.start });
  }
  return name.value;
}

function refuseCreate(reader: TokenReader): SqlError {
  const what = reader.peek();
  if (what?.kind !== 'word') return refuseToken(what);
  return new SqlError(
    sqlStates.notSupported,
    `CREATE ${what.text.toUpperCase()} is not supported: the resources are those of the management API`,
    {
      position: what.start,
      hint: 'CREATE VIEW names a query for as long as the session lasts.',
    },
  );
}

export const dropKind: StatementKind = kindOf(['DROP'], (statement, session) => {
  const reader = new TokenReader(statement, 1);
  reader.takeWord('materialized');
  if (!reader.takeWord('view')) throw refuseDrop(reader);
  const forgiving = reader.takeWord('if');
  if (forgiving) reader.needWord('exists');
  const names = [readViewName(reader)];
  while (reader.takeMark(',')) names.push(readViewName(reader));
  reader.takeWord('cascade', 'restrict');
  reader.needEnd();
  return stateDone('DROP VIEW', () => {
    const missing = names.filter((name) => !session.views.has(foldName(name)));
    if (missing.length > 0 && !forgiving) throw noView(missing[0] ?? '');
    for (const name of names) session.views.delete(foldName(name));
    return missing.map((name) => `view "${name}" does not exist, skipping`);
  });
});

function refuseDrop(reader: TokenReader): SqlError {
  const what = reader.peek();
  if (what?.kind !== 'word') return refuseToken(what);
  return new SqlError(sqlStates.notSupported, `DROP ${what.text.toUpperCase()} is not supported`, {
    position: what.start,
  });
}

/** `REFRESH MATERIALIZED VIEW name` */
export const refreshKind: StatementKind = kindOf(['REFRESH'], (statement, session) => {
  const reader = new TokenReader(statement, 1);
  reader.takeWord('materialized');
  reader.takeWord('view');
  reader.takeWord('concurrently');
  const name = readViewName(reader);
  reader.needEnd();
  if (!session.views.has(foldName(name))) throw noView(name);
  return stateDone('REFRESH MATERIALIZED VIEW', () => [alwaysFresh]);
});

function noView(name: string): SqlError {
  return new SqlError(sqlStates.undefinedTable, `view "${name}" does not exist`);
}
