import type { DeleteMutation } from '../../language/mutation.ts';
import { callMethod, MethodRefusal } from './mutation-call.ts';
import { completeParameters, refuseOperation } from './mutation-choice.ts';
import type { Callable, CallableTable } from './mutation-method.ts';
import type { Returning } from './mutation-returning.ts';
import { type FoundRow, findRows } from './mutation-row.ts';
import type { Changed } from './mutation-target.ts';
import { forEachRow, type Work } from './mutation-work.ts';

export interface DeletePlan {
  readonly mutation: DeleteMutation;
  readonly changed: Changed;
  readonly callables: readonly Callable[];
}

/** @throws SqlError 42883 */
export function planDelete(mutation: DeleteMutation, changed: Changed, table: CallableTable): DeletePlan {
  const callables = table.list(changed.name, 'delete');
  if (callables.length === 0) throw refuseOperation(changed.shown, 'there is no method for delete');
  return { mutation, changed, callables };
}

/** @returns how many were deleted */
export async function runDelete(
  work: Work,
  { mutation, changed, callables }: DeletePlan,
  returning: Returning | undefined,
): Promise<number> {
  const rows = await findRows(work, { mutation, changed, callables, expressions: [] });
  const act = async ({ callable, parameters: found, named }: FoundRow) => {
    const parameters = await completeParameters(work, callable, found);
    const answered = await unlessGone(named, () => callMethod(work.caller, callable, { parameters, body: undefined }));
    if (answered !== undefined) returning?.add(work, { callable, parameters, json: answered.json });
    return answered !== undefined;
  };
  return forEachRow(work, rows, { done: 'deleted', act });
}

/** What was found, and is gone since, is no row of the statement's any more. */
export async function unlessGone<T>(named: boolean, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!named && error instanceof MethodRefusal && error.status === 404) return undefined;
    throw error;
  }
}
