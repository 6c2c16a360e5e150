import { splitScript } from '../../language/script.ts';
import { readStatement, refuseToken } from '../../language/statement.ts';
import type { QueryScope } from '../../ports/query.ts';
import { createDescribeKind } from './describe.ts';
import { createExplainKind } from './explain.ts';
import { createMutationKind } from './mutation.ts';
import { CallableTable, type ServedDocuments } from './mutation-method.ts';
import { createQueryKind } from './query.ts';
import { registryKind } from './registry-statement.ts';
import type { SqlSession, SqlStatement } from './session.ts';
import type { SessionParts } from './session-part.ts';
import type { SessionState } from './session-state.ts';
import { authKind, discardKind, purgeKind, sleepKind, useKind } from './session-statement.ts';
import { Settings } from './setting.ts';
import { resetKind, setKind, showSettingKind } from './setting-statement.ts';
import { createShowKind } from './show.ts';
import type { StatementKind } from './statement-kind.ts';
import { transactionKind } from './transaction.ts';
import { createViewKind, dropKind, refreshKind } from './view.ts';

/** All kinds of statements that a plane knows, for every session of it. The first that recognizes a statement reads it. */
export interface StatementKinds {
  readonly list: readonly StatementKind[];
}

export function createStatementKinds(documents: ServedDocuments): StatementKinds {
  const table = new CallableTable(documents);
  const list = [
    createQueryKind(table),
    createMutationKind(documents),
    createExplainKind(table),
    createShowKind(table),
    showSettingKind,
    createDescribeKind(table),
    setKind,
    resetKind,
    transactionKind,
    createViewKind(table),
    dropKind,
    refreshKind,
    useKind,
    registryKind,
    authKind,
    purgeKind,
    sleepKind,
    discardKind,
  ];
  return { list };
}

/** Statements after which ROLLBACK has something to say. */
const changing: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'REPLACE', 'DELETE', 'EXEC']);

/** Begins a conversation of one account. */
export function openSession(parts: SessionParts, { list }: StatementKinds): SqlSession {
  const prepare = async (text: string): Promise<SqlStatement> => {
    const statement = readStatement(text);
    const kind = list.find((each) => each.recognizes(statement, state));
    if (kind === undefined) throw refuseToken(statement.tokens[0]);
    const prepared = await kind.prepare(statement, state);
    return changing.has(statement.command) ? noteChange(prepared, state) : prepared;
  };
  let narrow: NarrowScope | undefined;
  const state: SessionState = {
    parts,
    settings: new Settings(),
    transaction: { open: false, changed: false },
    views: new Map(),
    organization: undefined,
    scope: async (account) => {
      narrow = narrowScope(await parts.scope(account), state.organization, narrow);
      return narrow.scope;
    },
    prepare,
  };
  const close = async () => state.views.clear();
  return { split: splitScript, prepare, close };
}

/** An engine knows a scope again by its being the same object. */
function narrowScope(scope: QueryScope, only: string | undefined, last: NarrowScope | undefined): NarrowScope {
  if (last !== undefined && last.of === scope && last.only === only) return last;
  const organizations = scope.organizations.filter(({ name }) => name === only);
  return { of: scope, only, scope: only === undefined ? scope : { organizations } };
}

interface NarrowScope {
  readonly of: QueryScope;
  readonly only: string | undefined;
  readonly scope: QueryScope;
}

function noteChange(statement: SqlStatement, { transaction }: SessionState): SqlStatement {
  const run: SqlStatement['run'] = (values, options) => {
    transaction.changed ||= transaction.open;
    return statement.run(values, options);
  };
  return { ...statement, run };
}
