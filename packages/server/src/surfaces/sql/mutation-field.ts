import { SqlError, sqlStates } from '../../language/sql-error.ts';
import { foldName } from '../../language/token.ts';
import type { SqlValue } from '../../ports/query.ts';
import type { Schema } from '../stackql/open-api.ts';
import type { Given } from './mutation-call.ts';
import { type Callable, plainName } from './mutation-method.ts';
import { type Json, toField } from './mutation-value.ts';

/** What one column of a statement is to a method. */
export type Slot =
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'field'; readonly name: string; readonly schema: Schema };

const bodyPrefix = 'data__';

export function isBodyName(name: string): boolean {
  return foldName(name).startsWith(bodyPrefix);
}

/** The name without what marks a field of the body. */
export function bareName(name: string): string {
  return isBodyName(name) ? name.slice(bodyPrefix.length) : name;
}

/** Undefined where the method knows no such name. */
export function findSlot({ parameters, body }: Callable, name: string): Slot | undefined {
  const plain = plainName(bareName(name));
  const parameter = isBodyName(name) ? undefined : parameters.find((each) => plainName(each.name) === plain);
  if (parameter !== undefined) return { kind: 'parameter', name: parameter.name };
  const field = Object.entries(body ?? {}).find(([each]) => plainName(each) === plain);
  return field === undefined ? undefined : { kind: 'field', name: field[0], schema: field[1] };
}

/** @throws SqlError 42703 */
export function needSlot(
  callable: Callable,
  { name, position }: { readonly name: string; readonly position: number },
  resource: string,
): Slot {
  const slot = findSlot(callable, name);
  if (slot !== undefined) return slot;
  const { parameters, body = {} } = callable;
  const fields = Object.entries(body).flatMap(([field, { readOnly }]) => (readOnly === true ? [] : [field]));
  const known = [...parameters.map((each) => each.name), ...fields];
  throw new SqlError(sqlStates.undefinedColumn, `column "${name}" of "${resource}" can not be set`, {
    position,
    hint: `${callable.name} takes ${known.join(', ')}.`,
  });
}

/** @throws SqlError 42701 where two columns are the same */
export function refuseTwice(slots: readonly Slot[], position: number): void {
  const names = new Set<string>();
  for (const { kind, name } of slots) {
    if (names.has(`${kind} ${name}`)) throw new SqlError('42701', `column "${name}" is given twice`, { position });
    names.add(`${kind} ${name}`);
  }
}

/** Values in their places. Of null nothing is sent. @throws SqlError 22023 */
export function fillSlots({ body }: Callable, slots: readonly Slot[], values: readonly SqlValue[]): Given {
  const parameters = new Map<string, SqlValue>();
  const fields: Record<string, Json> = {};
  slots.forEach((slot, at) => {
    const value = values[at] ?? null;
    if (value === null) return;
    if (slot.kind === 'parameter') parameters.set(slot.name, value);
    else fields[slot.name] = toField(value, slot.schema);
  });
  return { parameters, body: body === undefined ? undefined : fields };
}
