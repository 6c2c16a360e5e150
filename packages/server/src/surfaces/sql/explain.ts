import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { isWord, readStatement } from '../../language/statement.ts';
import { TokenReader } from '../../language/token-reader.ts';
import { hideViewNames } from '../../language/view-name.ts';
import type { SqlRow, SqlValue } from '../../ports/query.ts';
import { KnownTexts } from './known-text.ts';
import type { CallableTable } from './mutation-method.ts';
import { prepareQuery } from './query.ts';
import { answerTable, textColumns } from './result.ts';
import type { RunOptions, SqlStatement } from './session.ts';
import { kindOf, type StatementKind } from './statement-kind.ts';

/** `EXPLAIN QUERY PLAN` answers SQLite's table, `EXPLAIN` the same as PostgreSQL's clients want it: lines. */
export function createExplainKind(table: CallableTable): StatementKind {
  const known = new KnownTexts();
  return kindOf(['EXPLAIN'], async (statement, session) => {
    const reader = new TokenReader(statement, 1);
    const isTable = isWord(reader.peek(), 'query') && isWord(reader.peek(1), 'plan');
    if (isTable) {
      reader.need();
      reader.need();
    } else {
      passOptions(reader);
    }
    const inner = readStatement(reader.needRest());
    if (!['SELECT', 'WITH', 'VALUES'].includes(inner.command)) {
      throw new SqlError(sqlStates.notSupported, `EXPLAIN does not tell of ${inner.command}`);
    }
    const plan = await prepareQuery({ statement: inner, session, table, known, prefix: 'EXPLAIN QUERY PLAN ' });
    return isTable ? showTable(plan) : showLines(plan);
  });
}

function passOptions(reader: TokenReader): void {
  const refuse = () => new SqlError(sqlStates.notSupported, 'EXPLAIN runs nothing: ANALYZE is not supported');
  if (reader.takeMark('(')) {
    while (!reader.takeMark(')')) if (isWord(reader.need(), 'analyze')) throw refuse();
  }
  if (isWord(reader.peek(), 'analyze', 'analyse')) throw refuse();
  reader.takeWord('verbose');
}

async function readPlan(plan: SqlStatement, values: readonly SqlValue[], options: RunOptions): Promise<SqlRow[]> {
  const result = await plan.run(values, options);
  const all: SqlRow[] = [];
  for (let rows = await result.next(); rows !== undefined; rows = await result.next()) all.push(...rows);
  return all.map((row) => row.map((value) => (typeof value === 'string' ? hideViewNames(value) : value)));
}

function showTable(plan: SqlStatement): SqlStatement {
  const columns = plan.columns ?? [];
  return {
    parameters: plan.parameters,
    columns,
    run: async (values, options) =>
      answerTable({ columns, rows: await readPlan(plan, values, options), tag: 'EXPLAIN' }),
  };
}

/** Each step under the one that it belongs to. */
function showLines(plan: SqlStatement): SqlStatement {
  const columns = textColumns('QUERY PLAN');
  return {
    parameters: plan.parameters,
    columns,
    run: async (values, options) => {
      const depths = new Map<SqlValue, number>();
      const rows = (await readPlan(plan, values, options)).map((row) => {
        const [id = null, parent = null] = row;
        const depth = (depths.get(parent) ?? -1) + 1;
        depths.set(id, depth);
        return [`${'  '.repeat(depth)}${String(row.at(-1))}`];
      });
      return answerTable({ columns, rows, tag: 'EXPLAIN' });
    },
  };
}
