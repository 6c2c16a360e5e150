import type { ExecMutation } from '../../language/mutation.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { QueryColumn, SqlRow, SqlValue } from '../../ports/query.ts';
import { callMethod, type Given } from './mutation-call.ts';
import { completeParameters, refuseOperation } from './mutation-choice.ts';
import { fillSlots, needSlot, refuseTwice, type Slot } from './mutation-field.ts';
import type { Callable, CallableTable } from './mutation-method.ts';
import { resolveChanged } from './mutation-target.ts';
import { fromField, isJsonObject, type Json, type JsonObject, typeOf } from './mutation-value.ts';
import { evaluate, type Work } from './mutation-work.ts';
import type { SessionState } from './session-state.ts';

export interface ExecPlan {
  readonly mutation: ExecMutation;
  readonly callable: Callable;
  readonly slots: readonly Slot[];
}

/** @throws SqlError 42P01, 42883, 42703, 42701 */
export function planExec(mutation: ExecMutation, session: SessionState, table: CallableTable): ExecPlan {
  const { target } = mutation;
  const name = target.parts.at(-1)?.value ?? '';
  if (target.parts.length === 1) throw refuseOperation('google.apigee.<resource>', `${name} names no resource`);
  const changed = resolveChanged({ ...target, parts: target.parts.slice(0, -1) }, session, table);
  const callable = table.find(changed.name, name);
  if (callable === undefined) throw refuseOperation(changed.shown, `there is no method ${name}`);
  const slots = mutation.arguments.map(({ column, position }) =>
    needSlot(callable, { name: column, position }, changed.name),
  );
  refuseTwice(slots, target.position);
  return { mutation, callable, slots };
}

/** What SHOWRESULTS shows of an answer. */
export function describeAnswer({ answer }: Callable): readonly QueryColumn[] {
  if (answer === undefined) return [{ name: 'result', type: 'text' }];
  return Object.entries(answer).map(([name, schema]) => ({ name, type: typeOf(schema) }));
}

/** @returns rows of the answer */
export async function runExec(work: Work, { mutation, callable, slots }: ExecPlan): Promise<SqlRow[]> {
  const values = await evaluate(
    work,
    mutation.arguments.map(({ value }) => value),
  );
  const given = fillSlots(callable, slots, values);
  const body = await readBody(work, mutation, given);
  const parameters = await completeParameters(work, callable, given.parameters);
  const { json } = await callMethod(work.caller, callable, { parameters, body });
  return listRows(callable, json);
}

/** Undefined where nothing of it is given: an action takes none. */
async function readBody(work: Work, { json }: ExecMutation, { body = {} }: Given): Promise<JsonObject | undefined> {
  if (json === undefined) return Object.keys(body).length === 0 ? undefined : body;
  const [value = null] = await evaluate(work, [json]);
  const whole = parseBody(value);
  if (isJsonObject(whole)) return { ...whole, ...body };
  throw new SqlError(sqlStates.invalidParameter, '@@json has to be a JSON object', { position: json.position });
}

function parseBody(value: SqlValue): Json | undefined {
  try {
    return typeof value === 'string' ? (JSON.parse(value) as Json) : undefined;
  } catch {
    return undefined;
  }
}

function listRows(callable: Callable, json: Json | undefined): SqlRow[] {
  const { answer, rowsAt } = callable;
  // StackQL makes the row itself where there is no answer.
  if (answer === undefined || json === undefined) {
    const columns = describeAnswer(callable);
    return [columns.map(({ name }) => (name === 'result' ? 'The Operation Completed Successfully' : null))];
  }
  const whole = isJsonObject(json) ? json : {};
  const rows = rowsAt === undefined ? [whole] : whole[rowsAt];
  const columns = describeAnswer(callable);
  return (Array.isArray(rows) ? rows : []).map((row: Json) =>
    columns.map(({ name, type }) => fromField(isJsonObject(row) ? row[name] : undefined, type)),
  );
}
