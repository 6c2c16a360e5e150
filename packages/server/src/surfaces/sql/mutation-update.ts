import type { Assignment, UpdateMutation } from '../../language/mutation.ts';
import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { SqlRow, SqlValue } from '../../ports/query.ts';
import { callMethod } from './mutation-call.ts';
import { completeParameters, refuseOperation } from './mutation-choice.ts';
import { unlessGone } from './mutation-delete.ts';
import { bareName, isBodyName, needSlot, refuseTwice, type Slot } from './mutation-field.ts';
import { type Callable, type CallableTable, plainName } from './mutation-method.ts';
import type { Returning } from './mutation-returning.ts';
import { type FoundRow, findRows } from './mutation-row.ts';
import { actionOf } from './mutation-status.ts';
import type { Changed } from './mutation-target.ts';
import { isJsonObject, type Json, type JsonObject, toField } from './mutation-value.ts';
import { forEachRow, type Work } from './mutation-work.ts';

export interface UpdatePlan {
  readonly mutation: UpdateMutation;
  readonly changed: Changed;
  /** What may be called for a row, and what then becomes of each assignment. */
  readonly ways: ReadonlyMap<Callable, Way>;
}

interface Way {
  readonly slots: readonly UpdateSlot[];
  /** What sets a status. */
  readonly action: Callable | undefined;
}

/** `action`: it is a call of its own. */
type UpdateSlot = Slot | { readonly kind: 'action' | 'status'; readonly name: string };

/** @throws SqlError 42883, 42703, 428C9, 42701 */
export function planUpdate(mutation: UpdateMutation, changed: Changed, table: CallableTable): UpdatePlan {
  const writers = table.list(changed.name, 'replace');
  // What has nothing but a status to change.
  const callables = writers.length > 0 ? writers : table.listActions(changed.name);
  if (callables.length === 0) throw refuseOperation(changed.shown, `there is no method for ${mutation.kind}`);
  const ways = new Map<Callable, Way>();
  let refusal: unknown;
  for (const callable of callables) {
    try {
      ways.set(callable, planWay(mutation, changed, { callable, action: table.findAction(callable) }));
    } catch (error) {
      refusal ??= error;
    }
  }
  if (ways.size === 0 && refusal !== undefined) throw refusal;
  return { mutation, changed, ways };
}

interface Means {
  readonly callable: Callable;
  readonly action: Callable | undefined;
}

function planWay({ set, target }: UpdateMutation, { name }: Changed, means: Means): Way {
  const slots = set.map((assignment) => planSlot(assignment, name, means));
  refuseTwice(slots as readonly Slot[], target.position);
  return { slots, action: means.action };
}

function planSlot({ column, position }: Assignment, resource: string, { callable, action }: Means): UpdateSlot {
  const plain = plainName(bareName(column));
  if (action !== undefined && plain === 'status') return { kind: 'status', name: 'status' };
  if (action !== undefined && plain === 'action' && !isBodyName(column)) return { kind: 'action', name: 'action' };
  const slot = needSlot(callable, { name: column, position }, resource);
  if (slot.kind === 'field' && slot.schema.readOnly !== true) return slot;
  const reason = slot.kind === 'field' ? 'the server sets it' : 'it says which row is meant, and belongs to WHERE';
  throw new SqlError('428C9', `column "${column}" of "${resource}" can not be set: ${reason}`, { position });
}

/** @returns how many were changed */
export async function runUpdate(work: Work, plan: UpdatePlan, returning: Returning | undefined): Promise<number> {
  const { mutation, changed, ways } = plan;
  const expressions = mutation.set.map(({ value }) => value);
  const rows = await findRows(work, { mutation, changed, callables: [...ways.keys()], expressions });
  const act = async (row: FoundRow) => {
    const parameters = await completeParameters(work, row.callable, row.parameters);
    const whole = { ...row, parameters };
    const answered = await unlessGone(row.named, () =>
      changeRow(work, plan, { row: whole, shows: returning !== undefined }),
    );
    if (answered !== undefined) {
      returning?.add(work, { callable: answered.callable, parameters, json: answered.json });
    }
    return answered !== undefined;
  };
  return forEachRow(work, rows, { done: mutation.kind === 'update' ? 'updated' : 'replaced', act });
}

interface Change {
  readonly row: FoundRow;
  /** Whether somebody wants to see what became of it. */
  readonly shows: boolean;
}

async function changeRow(
  work: Work,
  { mutation, ways }: UpdatePlan,
  { row, shows }: Change,
): Promise<{ readonly callable: Callable; readonly json: Json | undefined }> {
  const { callable, parameters, values } = row;
  const { slots = [], action } = ways.get(callable) ?? {};
  const status = readStatus(slots, values);
  let json: Json | undefined;
  if (slots.some(({ kind }) => kind === 'field')) {
    const before = mutation.kind === 'update' ? await readBefore(work, callable, parameters) : {};
    const body = mergeBody(callable, before, { slots, values });
    ({ json } = await callMethod(work.caller, callable, { parameters, body }));
  }
  if (status === undefined || action === undefined) return { callable, json };
  const acted = new Map([...parameters, ['action', status] as const]);
  ({ json } = await callMethod(work.caller, action, { parameters: acted, body: undefined }));
  const reader = shows ? work.table.findReader(callable) : undefined;
  if (reader === undefined) return { callable, json };
  return { callable: reader, json: (await callMethod(work.caller, reader, { parameters, body: undefined })).json };
}

async function readBefore(
  work: Work,
  callable: Callable,
  parameters: ReadonlyMap<string, SqlValue>,
): Promise<JsonObject> {
  const reader = work.table.findReader(callable);
  if (reader === undefined)
    throw new SqlError(sqlStates.notSupported, `${callable.name} has nothing that reads before it`);
  const { json } = await callMethod(work.caller, reader, { parameters, body: undefined });
  return isJsonObject(json) ? json : {};
}

interface Assigned {
  readonly slots: readonly UpdateSlot[];
  readonly values: SqlRow;
}

/** What is not named stays; what is null is left out, and so emptied. */
function mergeBody({ body = {} }: Callable, before: JsonObject, { slots, values }: Assigned): JsonObject {
  const kept = Object.entries(before).filter(([name]) => body[name] !== undefined && body[name].readOnly !== true);
  const merged = new Map<string, Json>(kept);
  slots.forEach((slot, at) => {
    if (slot.kind !== 'field') return;
    const value = values[at] ?? null;
    if (value === null) merged.delete(slot.name);
    else merged.set(slot.name, toField(value, slot.schema));
  });
  return Object.fromEntries(merged);
}

function readStatus(slots: readonly UpdateSlot[], values: SqlRow): string | undefined {
  const at = slots.findIndex(({ kind }) => kind === 'action' || kind === 'status');
  if (at < 0) return undefined;
  const value = String(values[at] ?? '');
  return slots[at]?.kind === 'status' ? actionOf(value) : value;
}
