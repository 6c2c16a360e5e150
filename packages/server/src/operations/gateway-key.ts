import { Problem } from '../domain/problem.ts';
import type { NextKey } from '../ports/gateway-signer.ts';
import { authorize, type Call } from './call.ts';
import type { Plane } from './plane.ts';
import { recordOrganizationTask } from './task.ts';

const path = 'gateway-keys';
/** A week: gateways that were switched off so long have to read the keys anew in any case. */
const afterSecondsMax = 604_800;

/**
 * Makes the key that the tokens of Apigee's gateways will be signed with. It is published at once and signs later, so
 * that every gateway has read it by then; the one before stays published until its last token has ended.
 * @throws Problem auth.forbidden, request.invalid, store.unavailable
 */
export async function rotateGatewayKey(plane: Plane, call: Call, afterSeconds: number): Promise<NextKey> {
  authorize(call, 'put', [path]);
  if (!Number.isInteger(afterSeconds) || afterSeconds < 0 || afterSeconds > afterSecondsMax) {
    const reason = `takes whole seconds from 0 to ${afterSecondsMax}`;
    throw new Problem('request.invalid', { field: 'afterSeconds', reason });
  }
  const next = await plane.gatewayKeys.rotate(call.organization.id, afterSeconds);
  await recordOrganizationTask(plane, call, `/${path}`, { afterSeconds, id: next.id });
  return next;
}
