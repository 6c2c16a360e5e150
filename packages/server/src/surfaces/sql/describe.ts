import type { SqlType } from '../../domain/sql-resource.ts';
import { findResource } from '../../language/resource-name.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { refuseToken } from '../../language/statement.ts';
import { foldName, quoteName, type Token } from '../../language/token.ts';
import { TokenReader } from '../../language/token-reader.ts';
import type { SqlRow } from '../../ports/query.ts';
import type { Schema } from '../stackql/open-api.ts';
import { prepareListing } from './listing.ts';
import { resolveResource } from './method-list.ts';
import type { Callable, CallableTable, Fields } from './mutation-method.ts';
import type { SqlStatement } from './session.ts';
import type { SessionState } from './session-state.ts';
import { kindOf, type StatementKind } from './statement-kind.ts';

/** `DESCRIBE [EXTENDED] resource`, `DESCRIBE METHOD [EXTENDED] resource.method` (compat/stackql.md §2.2). */
export function createDescribeKind(table: CallableTable): StatementKind {
  return kindOf(['DESCRIBE', 'DESC'], async (statement, session) => {
    const reader = new TokenReader(statement, 1);
    if (reader.takeWord('method')) return describeMethod(reader, session, table);
    const extended = reader.takeWord('extended');
    const path = reader.needPath();
    const rows = await listColumns(path, session);
    return answerRows({ reader, session, extended }, ['name', 'type'], rows);
  });
}

interface Answering {
  readonly reader: TokenReader;
  readonly session: SessionState;
  readonly extended: boolean;
}

/** @param rows with a description as their last column */
function answerRows(
  { reader, session, extended }: Answering,
  columns: readonly string[],
  rows: readonly SqlRow[],
): Promise<SqlStatement> {
  const all = extended ? [...columns, 'description'] : columns;
  return prepareListing({ columns: all, rows: extended ? rows : rows.map((row) => row.slice(0, -1)) }, reader, session);
}

/** As StackQL names types. */
const shownTypes: Readonly<Record<SqlType, string>> = {
  text: 'string',
  integer: 'integer',
  real: 'number',
  boolean: 'boolean',
  json: 'json',
};

async function listColumns(path: readonly Token[], session: SessionState): Promise<SqlRow[]> {
  const [first] = path;
  const view = path.length === 1 && first !== undefined ? session.views.get(foldName(first.value)) : undefined;
  if (view === undefined) {
    const { columns } = findResource(session.parts.resources, path);
    return columns.map(({ name, type, description }) => [name, shownTypes[type], description]);
  }
  const { columns = [] } = await session.prepare(`SELECT * FROM ${quoteName(view.name)}`);
  return columns.map(({ name, type }) => [name, type === undefined ? 'any' : shownTypes[type], '']);
}

async function describeMethod(reader: TokenReader, session: SessionState, table: CallableTable): Promise<SqlStatement> {
  const extended = reader.takeWord('extended');
  const path = reader.needPath();
  const method = findMethod(path, session, table);
  return answerRows({ reader, session, extended }, ['name', 'type', 'param_type', 'shape'], listMembers(method));
}

function findMethod(path: readonly Token[], session: SessionState, table: CallableTable): Callable {
  const own = path.at(-1);
  if (own === undefined || path.length < 2)
    throw refuseToken(own, 'A method is named after its resource: developers.organizations_developers_get');
  const resource = resolveResource(session, table, path.slice(0, -1));
  const method = table.find(resource, own.value);
  if (method !== undefined) return method;
  throw new SqlError(sqlStates.undefinedFunction, `${resource} has no method "${own.value}"`, {
    position: own.start,
    hint: `SHOW METHODS IN google.apigee.${resource} lists them.`,
  });
}

function listMembers({ parameters, body, bodyRequired, answer }: Callable): SqlRow[] {
  const inputs = parameters.map(({ name, required, isBoolean }): SqlRow => {
    const type = isBoolean ? 'boolean' : 'string';
    return [name, type, required ? 'input_required' : 'input_optional', type, ''];
  });
  const fields = listFields(body).map(
    ([name, schema]): SqlRow =>
      describeField(`data__${name}`, schema, bodyRequired.includes(name) ? 'input_required' : 'input_optional'),
  );
  const outputs = listFields(answer).map(([name, schema]) => describeField(name, schema, 'output'));
  return [...inputs, ...fields, ...outputs];
}

function listFields(fields: Fields | undefined): [string, Schema][] {
  return Object.entries(fields ?? {});
}

function describeField(name: string, schema: Schema, kind: string): SqlRow {
  const type = schema.type ?? 'object';
  const shape = type === 'array' ? `array of ${schema.items?.type ?? 'object'}` : type;
  return [name, type, kind, shape, schema.description ?? ''];
}
