import { type AccountCall, authorizeSysadmin } from './call.ts';
import type { Plane } from './plane.ts';
import { recordTask } from './task.ts';

/** Sealed anew in one transaction: small, so that no writer waits long behind it. */
const stepMax = 200;

/**
 * Seals anew, with the master key that this node seals with, all that a former one still seals. Every node has to know
 * both keys before; afterwards none needs the former one.
 * @returns how many keys and secrets were sealed anew
 * @throws Problem auth.forbidden, store.unavailable; what was done until then stays done
 */
export async function rotateMasterKey(plane: Plane, call: AccountCall): Promise<{ resealed: number }> {
  authorizeSysadmin(call, '/master-key');
  let resealed = 0;
  for (let step = -1; step !== 0; resealed += step) step = await plane.store.rewrapKeys(stepMax);
  await recordTask(plane, call, '/master-key');
  return { resealed };
}
