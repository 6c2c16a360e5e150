import { type MonetizationConfig, parseBillingType, setBillingType } from '../domain/monetization-config.ts';
import { type AppOwnerRef, loadAppOwner } from './app-owner.ts';
import { authorship, type Call, commit, recordChange } from './call.ts';
import type { Plane } from './plane.ts';

const below = ['monetizationConfig'];

/**
 * How the owner pays; absent where it was never said.
 * @throws Problem auth.forbidden, developer.not-found, company.not-found, company.inactive
 */
export async function findMonetizationConfig(
  plane: Plane,
  call: Call,
  owner: AppOwnerRef,
): Promise<MonetizationConfig | undefined> {
  const loaded = await loadAppOwner(plane.store, call, { verb: 'get', owner, below });
  return plane.store.monetizationConfigs.find(loaded.owner);
}

/**
 * @throws Problem auth.forbidden, developer.not-found, company.not-found, company.inactive, request.missing,
 *   request.invalid
 */
export async function updateMonetizationConfig(
  plane: Plane,
  call: Call,
  ownerRef: AppOwnerRef,
  draft: { readonly billingType?: string | undefined },
): Promise<MonetizationConfig> {
  return commit(plane, call, async (transaction) => {
    const { owner, path } = await loadAppOwner(transaction, call, { verb: 'put', owner: ownerRef, below });
    const billingType = parseBillingType(draft.billingType);
    const organizationId = call.organization.id;
    const current = await transaction.monetizationConfigs.find(owner);
    const next = setBillingType(current, { organizationId, owner, billingType }, authorship(plane, call));
    await transaction.monetizationConfigs.put(next);
    recordChange(transaction, call, {
      organizationId,
      change: { noun: 'monetization-config', entityId: owner.id, kind: 'put', version: next.version },
      takesAway: false,
      resource: `/${path.join('/')}`,
      request: { billingType },
      at: next.lastModifiedAt,
    });
    return next;
  });
}
