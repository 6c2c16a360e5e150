import { type Environment, parseEnvironmentName } from '../domain/environment.ts';
import { type Property, parseProperties } from '../domain/organization.ts';
import { Problem } from '../domain/problem.ts';
import { stampNew } from '../domain/stamp.ts';
import type { StoreTransaction, StoreView } from '../ports/store.ts';
import { type AccountCall, authorize, authorship, type Call, commit, recordChange } from './call.ts';
import type { Plane } from './plane.ts';
import { requireVersion } from './precondition.ts';

export interface EnvironmentDraft {
  readonly name: string;
  readonly properties?: readonly Property[] | undefined;
}

/** In order of creation. @throws Problem auth.forbidden */
export async function listEnvironments(plane: Plane, call: Call): Promise<Environment[]> {
  authorize(call, 'get', ['environments']);
  return plane.store.environments.list(call.organization.id);
}

/** @throws Problem auth.forbidden, environment.not-found */
export async function getEnvironment(plane: Plane, call: Call, name: string): Promise<Environment> {
  authorize(call, 'get', ['environments', name]);
  return findEnvironment(plane.store, call, name);
}

/** @throws Problem auth.forbidden, environment.exists, request.invalid, request.missing */
export async function createEnvironment(plane: Plane, call: Call, draft: EnvironmentDraft): Promise<Environment> {
  authorize(call, 'put', ['environments']);
  const { at, by } = authorship(plane, call);
  const environment: Environment = {
    id: plane.random.rowId(),
    organizationId: call.organization.id,
    name: parseEnvironmentName(draft.name),
    properties: parseProperties(draft.properties ?? []),
    ...stampNew(at, by),
  };
  const { name, properties } = environment;
  await commit(plane, call, async (transaction) => {
    if (!(await transaction.environments.insert(environment))) {
      throw new Problem('environment.exists', { environment: name, organization: call.organization.name });
    }
    recordEnvironment(transaction, call, { environment, kind: 'put', at, request: { name, properties } });
  });
  return environment;
}

/**
 * @param version what the caller has seen; absent: he does not care
 * @throws Problem auth.forbidden, environment.not-found, entity.changed
 */
export async function deleteEnvironment(
  plane: Plane,
  call: Call,
  name: string,
  version?: number | undefined,
): Promise<Environment> {
  authorize(call, 'delete', ['environments', name]);
  const { at } = authorship(plane, call);
  return commit(plane, call, async (transaction) => {
    const environment = await findEnvironment(transaction, call, name);
    requireVersion('environment', environment, version);
    await transaction.environments.delete(environment);
    recordEnvironment(transaction, call, { environment, kind: 'delete', at });
    return environment;
  });
}

async function findEnvironment(view: StoreView, call: Call, name: string): Promise<Environment> {
  const environment = await view.environments.find(call.organization.id, name);
  if (environment !== undefined) return environment;
  throw new Problem('environment.not-found', { environment: name, organization: call.organization.name });
}

interface EnvironmentChange {
  readonly environment: Environment;
  readonly kind: 'put' | 'delete';
  readonly at: number;
  readonly request?: object;
}

export function recordEnvironment(transaction: StoreTransaction, call: AccountCall, recorded: EnvironmentChange): void {
  const { environment, kind, at, request } = recorded;
  recordChange(transaction, call, {
    organizationId: environment.organizationId,
    change: { noun: 'environment', entityId: environment.id, kind, version: environment.version },
    takesAway: false,
    resource: `/environments/${environment.name}`,
    request,
    at,
  });
}
