import type { ExecMutation, Mutation } from '../../language/mutation.ts';
import { mutationCommands, readMutation } from '../../language/mutation-statement.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { Statement } from '../../language/statement.ts';
import { planDelete, runDelete } from './mutation-delete.ts';
import { describeAnswer, planExec, runExec } from './mutation-exec.ts';
import { planInsert, runInsert } from './mutation-insert.ts';
import { CallableTable, type ServedDocuments } from './mutation-method.ts';
import { Returning } from './mutation-returning.ts';
import { type Changed, resolveChanged } from './mutation-target.ts';
import { planUpdate, runUpdate } from './mutation-update.ts';
import { openWork, type Work } from './mutation-work.ts';
import { answerDone, answerTable } from './result.ts';
import type { SqlStatement } from './session.ts';
import type { SessionState } from './session-state.ts';
import { kindOf, type StatementKind } from './statement-kind.ts';

/**
 * Statements that change something: INSERT, UPDATE, REPLACE, DELETE and EXEC. Each row is a call of the management API in
 * the account's name, done before the next one; what was done is not undone where a later one fails.
 */
export function createMutationKind(documents: ServedDocuments): StatementKind {
  const table = new CallableTable(documents);
  return kindOf(mutationCommands, (statement, session) => {
    const mutation = readMutation(statement);
    const place = { session, table, statement };
    return mutation.kind === 'exec' ? prepareExec(mutation, place) : prepareChange(mutation, place);
  });
}

interface Place {
  readonly session: SessionState;
  readonly table: CallableTable;
  readonly statement: Statement;
}

function prepareExec(mutation: ExecMutation, { session, table, statement }: Place): SqlStatement {
  const plan = planExec(mutation, session, table);
  const { parameters } = mutation;
  const shows = hasHint(statement, 'SHOWRESULTS');
  const columns = shows ? describeAnswer(plan.callable) : undefined;
  return {
    parameters,
    columns,
    run: async (values, options) => {
      const work = openWork({ session, table, parameters, verb: 'exec' }, values, options);
      const rows = await runExec(work, plan);
      const notices = tell(statement, work);
      return columns === undefined ? answerDone('EXEC', notices) : answerTable({ columns, rows, tag: 'EXEC', notices });
    },
  };
}

type Change = Exclude<Mutation, ExecMutation>;

function prepareChange(mutation: Change, { session, table, statement }: Place): SqlStatement {
  const changed = resolveChanged(mutation.target, session, table);
  const act = planChange(mutation, changed, table);
  const { parameters, kind, named } = mutation;
  const verb = statement.command === 'REPLACE' ? 'replace' : kind;
  const openReturning = () =>
    mutation.returning.length === 0 ? undefined : new Returning(needResource(changed), mutation.returning);
  return {
    parameters,
    columns: openReturning()?.columns,
    run: async (values, options) => {
      const work = openWork({ session, table, parameters, verb, named }, values, options);
      // Where nothing asks them, nothing else looks at what they say.
      if (named !== undefined) await session.prepare(`${named.text} SELECT 1`);
      const returning = openReturning();
      await returning?.check(work, mutation.target.alias);
      const count = await act(work, returning);
      const tag = formTag(kind, count);
      const rows = await returning?.listRows(work, mutation.target.alias);
      const notices = tell(statement, work);
      if (returning === undefined || rows === undefined) return answerDone(tag, notices);
      return answerTable({ columns: returning.columns, rows, tag, notices });
    },
  };
}

type Act = (work: Work, returning: Returning | undefined) => Promise<number>;

function planChange(mutation: Change, changed: Changed, table: CallableTable): Act {
  if (mutation.kind === 'insert') {
    const plan = planInsert(mutation, changed, table);
    return (work, returning) => runInsert(work, plan, returning);
  }
  if (mutation.kind === 'delete') {
    const plan = planDelete(mutation, changed, table);
    return (work, returning) => runDelete(work, plan, returning);
  }
  const plan = planUpdate(mutation, changed, table);
  return (work, returning) => runUpdate(work, plan, returning);
}

function needResource({ resource, shown }: Changed): NonNullable<Changed['resource']> {
  if (resource !== undefined) return resource;
  throw new SqlError(sqlStates.notSupported, `${shown} has no columns to return`);
}

function formTag(kind: Change['kind'], count: number): string {
  if (kind === 'insert') return `INSERT 0 ${count}`;
  return kind === 'delete' ? `DELETE ${count}` : `UPDATE ${count}`;
}

function hasHint({ hints }: Statement, word: string): boolean {
  return hints.some((hint) =>
    hint
      .toUpperCase()
      .split(/[\s,]+/)
      .includes(word),
  );
}

/** StackQL's words, by whether its client asked to wait. */
function tell(statement: Statement, { notices }: Work): readonly string[] {
  const done = hasHint(statement, 'AWAIT') ? 'completed' : 'was despatched';
  return [`The operation ${done} successfully`, ...notices.list()];
}
