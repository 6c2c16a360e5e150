import type { InsertMutation } from '../../language/mutation.ts';
import { refuseWidth } from '../../language/mutation-insert.ts';
import type { SqlRow, SqlValue } from '../../ports/query.ts';
import { callMethod, type Given, listEntries, MethodRefusal } from './mutation-call.ts';
import { chooseCallable, completeParameters, naturalKeyOf } from './mutation-choice.ts';
import { bareName, fillSlots, findSlot, isBodyName, needSlot, refuseTwice, type Slot } from './mutation-field.ts';
import { type Callable, type CallableTable, plainName } from './mutation-method.ts';
import type { Entity, Returning } from './mutation-returning.ts';
import { setStatus } from './mutation-status.ts';
import type { Changed } from './mutation-target.ts';
import { isJsonObject, type Json, type JsonObject, toField } from './mutation-value.ts';
import { evaluate, evaluatePlain, forEachRow, queryRowsAhead, type Work } from './mutation-work.ts';

/** How rows are made. */
export interface InsertPlan {
  readonly mutation: InsertMutation;
  readonly changed: Changed;
  readonly callable: Callable;
  /** What takes the place of an entity that is there. */
  readonly replacing: Callable | undefined;
  /** What sets the status of the new entity. */
  readonly action: Callable | undefined;
  readonly slots: readonly Slot[];
}

/** @throws SqlError 42883, 42703, 42701 */
export function planInsert(mutation: InsertMutation, changed: Changed, table: CallableTable): InsertPlan {
  const { columns, target } = mutation;
  const names = new Set(columns.filter(({ name }) => !isBodyName(name)).map(({ name }) => plainName(name)));
  const [key, field] = naturalKeyOf(changed.name) ?? [];
  // Of what is set by its name, the name stands in the path too.
  if (key !== undefined && columns.some(({ name }) => plainName(bareName(name)) === plainName(field ?? ''))) {
    names.add(plainName(key));
  }
  const makers = table.list(changed.name, 'insert');
  const setters = table.list(changed.name, 'replace');
  const usable = makers.length > 0 ? makers : setters.filter(({ httpMethod }) => httpMethod === 'POST');
  const callable = chooseCallable(usable, names, { shown: changed.shown, verb: 'insert' });
  const setter = findSetter(callable, setters);
  const replacing = mutation.conflict === 'replace' ? setter : undefined;
  const slots = columns.map((column) => {
    const own = findSlot(callable, column.name);
    const other = own === undefined && replacing !== undefined ? findSlot(replacing, column.name) : undefined;
    return other?.kind === 'parameter' ? other : needSlot(callable, column, changed.name);
  });
  refuseTwice(slots, target.position);
  return { mutation, changed, callable, replacing, action: setter && table.findAction(setter), slots };
}

/** Its path is that of the new entity. */
function findSetter({ url }: Callable, setters: readonly Callable[]): Callable | undefined {
  return setters.find((each) => each.url === url || each.url.replace(/\/\{[^{}/]+\}$/, '') === url);
}

/** @returns how many were made */
export function runInsert(work: Work, plan: InsertPlan, returning: Returning | undefined): Promise<number> {
  const { mutation, slots, action } = plan;
  tellIgnored(work, action === undefined ? slots : slots.filter(({ name }) => name !== 'status'));
  const act = async (values: SqlRow) => {
    if (values.length !== slots.length) throw refuseWidth(slots.length, values.length, mutation.target.position);
    const given = fillSlots(plan.callable, slots, values);
    const made = await makeEntity(work, plan, given);
    if (made === undefined) return false;
    const wanted = { resource: plan.changed.name, action, status: given.body?.['status'] };
    const entity = await setStatus(work, made, wanted);
    returning?.add(work, entity);
    return true;
  };
  return forEachRow(work, listRows(work, mutation), { done: 'inserted', act });
}

/** The server sets some fields itself, and does not say so to who sends them. */
function tellIgnored({ notices }: Work, slots: readonly Slot[]): void {
  const ignored = slots.filter((slot) => slot.kind === 'field' && slot.schema.readOnly === true);
  if (ignored.length > 0)
    notices.add(`ignored, since the server sets it: ${ignored.map(({ name }) => name).join(', ')}`);
}

async function* listRows(work: Work, { source }: InsertMutation): AsyncGenerator<SqlRow, void, undefined> {
  if ('query' in source) {
    yield* queryRowsAhead(work, source.query.text);
    return;
  }
  for (const row of source.rows) yield evaluatePlain(work, row) ?? (await evaluate(work, row));
}

/** Undefined where there is one already, and that is fine. */
async function makeEntity(work: Work, plan: InsertPlan, filled: Given): Promise<Entity | undefined> {
  const { callable, changed, mutation, replacing } = plan;
  const given = nameEntity(plan, filled);
  const parameters = await completeParameters(work, callable, given.parameters);
  const whole = { ...given, parameters };
  // What sets, sets over: whether there is one has to be asked.
  const sets = callable.verb === 'replace' || callable.listed !== undefined;
  if (sets && mutation.conflict !== 'replace' && (await isThere(work, callable, whole))) {
    if (mutation.conflict === 'ignore') return undefined;
    throw new MethodRefusal(
      409,
      'insert over HTTP error: 409 Conflict',
      `There is one of that name in ${changed.name} already.`,
    );
  }
  try {
    const { json } = await callMethod(work.caller, callable, whole);
    return { callable, parameters, json };
  } catch (error) {
    if (!(error instanceof MethodRefusal) || error.status !== 409) throw error;
    if (mutation.conflict === 'ignore') return undefined;
    if (replacing === undefined) throw error;
    const { json } = await callMethod(work.caller, replacing, whole);
    return { callable: replacing, parameters, json };
  }
}

/** With the name of the new entity as it will stand in its path, where nothing else says it, and the other way round. */
function nameEntity({ callable, changed, replacing }: InsertPlan, { parameters, body }: Given): Given {
  const [key = '', field = ''] = naturalKeyOf(changed.name) ?? [];
  const inPath = [callable, replacing].some((each) => each?.url.endsWith(`/{${key}}`) === true);
  if (!inPath) return { parameters, body };
  const named = body?.[field];
  const name: SqlValue = parameters.get(key) ?? (typeof named === 'string' ? named : null);
  const schema = callable.body?.[field];
  return {
    parameters: name === null ? parameters : new Map([...parameters, [key, name]]),
    body:
      schema === undefined || name === null || named !== undefined ? body : { ...body, [field]: toField(name, schema) },
  };
}

async function isThere(work: Work, callable: Callable, { parameters, body }: Given): Promise<boolean> {
  const reader = work.table.findReader(callable);
  if (reader === undefined) return false;
  try {
    const { json } = await callMethod(work.caller, reader, { parameters, body: undefined });
    return callable.listed === undefined || listEntries(json, callable.listed).some((each) => isSameMember(each, body));
  } catch (error) {
    if (error instanceof MethodRefusal && error.status === 404) return false;
    throw error;
  }
}

/** Members are called by their e-mails, in any case. */
function isSameMember(one: Json, other: JsonObject | undefined): boolean {
  const email = isJsonObject(one) ? one['email'] : undefined;
  const wanted = other?.['email'];
  return typeof email === 'string' && typeof wanted === 'string' && email.toLowerCase() === wanted.toLowerCase();
}
