import type { VerifierLease } from '../ports/verifier-lease.ts';
import { type AccountCall, authorize, authorizeSysadmin, type Call } from './call.ts';
import type { Plane } from './plane.ts';

/** A verifier that may answer from what it holds. */
export interface VerifierView extends VerifierLease {
  /** Name of its organization; undefined: it holds whichever it is asked about. */
  readonly organization: string | undefined;
  /** Changes of the log that it has not applied. */
  readonly behind: number;
  /** Milliseconds since 1970 UTC. */
  readonly heardAt: number;
  /** Until when it may answer without hearing from the plane again; undefined: for ever. */
  readonly answersUntil: number | undefined;
}

/**
 * Those that may answer for the organization, by name.
 * @throws Problem auth.forbidden
 */
export async function listVerifiers(plane: Plane, call: Call): Promise<VerifierView[]> {
  authorize(call, 'get', ['verifiers']);
  const { id, name } = call.organization;
  const leases = await plane.store.leases.list(id);
  return viewAll(plane, leases, new Map([[id, name]]));
}

/** All of them, by name. @throws Problem auth.forbidden */
export async function listAllVerifiers(plane: Plane, call: AccountCall): Promise<VerifierView[]> {
  authorizeSysadmin(call, '/');
  const leases = await plane.store.leases.list(undefined);
  const ids = new Set(leases.flatMap(({ organizationId }) => organizationId ?? []));
  const names = new Map<string, string>();
  for (const id of ids) {
    const organization = await plane.store.organizations.find(id);
    if (organization !== undefined) names.set(id, organization.name);
  }
  return viewAll(plane, leases, names);
}

async function viewAll(
  plane: Plane,
  leases: readonly VerifierLease[],
  names: ReadonlyMap<string, string>,
): Promise<VerifierView[]> {
  const now = plane.clock.now();
  // Afterwards, so that nobody seems to be further than he is.
  const { last } = await plane.store.feed.head();
  return leases.map((lease) => ({
    ...lease,
    organization: lease.organizationId && (names.get(lease.organizationId) ?? lease.organizationId),
    behind: Math.max(0, last - lease.applied),
    heardAt: now - lease.silentMilliseconds,
    answersUntil: lease.remainingMilliseconds === undefined ? undefined : now + lease.remainingMilliseconds,
  }));
}
