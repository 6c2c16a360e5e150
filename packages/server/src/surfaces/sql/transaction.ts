import { isWord, type Statement } from '../../language/statement.ts';
import { TokenReader } from '../../language/token-reader.ts';
import { stateDone } from './result.ts';
import type { SqlStatement } from './session.ts';
import type { SessionState } from './session-state.ts';
import { kindOf, type StatementKind } from './statement-kind.ts';

const kept = 'What was changed stays changed: each statement is a transaction of its own, and nothing was rolled back';

/** BEGIN, COMMIT, ROLLBACK and their kin, with PostgreSQL's tags. */
export const transactionKind: StatementKind = kindOf(
  ['BEGIN', 'START', 'COMMIT', 'END', 'ROLLBACK', 'ABORT', 'SAVEPOINT', 'RELEASE'],
  (statement, session) => {
    if (statement.command === 'BEGIN' || statement.command === 'START') return prepareBegin(statement, session);
    if (statement.command === 'SAVEPOINT' || statement.command === 'RELEASE') return prepareSavepoint(statement);
    return prepareEnd(statement, session);
  },
);

function prepareBegin(statement: Statement, { transaction }: SessionState): SqlStatement {
  const isStart = statement.command === 'START';
  if (isStart) new TokenReader(statement, 1).needWord('transaction');
  return stateDone(isStart ? 'START TRANSACTION' : 'BEGIN', () => {
    const notices = transaction.open ? ['there is already a transaction in progress'] : [];
    transaction.open = true;
    transaction.changed = false;
    return notices;
  });
}

function prepareSavepoint(statement: Statement): SqlStatement {
  const reader = new TokenReader(statement, 1);
  reader.takeWord('savepoint');
  reader.needName();
  reader.needEnd();
  return stateDone(statement.command, () => []);
}

function prepareEnd(statement: Statement, { transaction }: SessionState): SqlStatement {
  const isCommit = statement.command === 'COMMIT' || statement.command === 'END';
  if (statement.tokens.some((token) => isWord(token, 'to'))) {
    return stateDone('ROLLBACK', () => (transaction.changed ? [kept] : []));
  }
  return stateDone(isCommit ? 'COMMIT' : 'ROLLBACK', () => {
    const notices = transaction.open ? [] : ['there is no transaction in progress'];
    if (!isCommit && transaction.changed) notices.push(kept);
    transaction.open = false;
    transaction.changed = false;
    return notices;
  });
}
