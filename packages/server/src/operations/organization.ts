import type { Dialect } from '../domain/dialect.ts';
import { type Environment, parseEnvironmentName } from '../domain/environment.ts';
import {
  decideSecretsShownOnce,
  type Organization,
  type Property,
  parseOrganizationName,
  parseProperties,
} from '../domain/organization.ts';
import { Problem } from '../domain/problem.ts';
import { takesFromOrganization } from '../domain/revocation.ts';
import { stampChanged, stampNew } from '../domain/stamp.ts';
import { parseText } from '../domain/text.ts';
import type { StoreTransaction } from '../ports/store.ts';
import { type AccountCall, authorize, authorizeSysadmin, authorship, type Call, commit, recordChange } from './call.ts';
import { recordEnvironment } from './environment.ts';
import type { Plane } from './plane.ts';
import { requireVersion } from './precondition.ts';

export interface OrganizationDraft {
  readonly name: string;
  readonly dialect: Dialect;
  /** Absent: the name. */
  readonly displayName?: string | undefined;
  readonly properties?: readonly Property[] | undefined;
  /** Absent: no. */
  readonly secretsShownOnce?: boolean | undefined;
  /** Absent: {@link defaultEnvironments}. */
  readonly environments?: readonly string[] | undefined;
}

export interface OrganizationPatch {
  readonly displayName?: string | undefined;
  /** Replaces all of them. */
  readonly properties?: readonly Property[] | undefined;
  /** Can be switched on, and never off. */
  readonly secretsShownOnce?: boolean | undefined;
  /** The version that the caller has seen; absent: any. */
  readonly version?: number | undefined;
}

/** An organization with the names of its environments, in order of creation. */
export interface OrganizationView {
  readonly organization: Organization;
  readonly environments: readonly string[];
}

const defaultEnvironments: readonly string[] = ['test', 'prod'];

/** @throws Problem auth.forbidden, organization.exists, environment.exists, request.invalid, request.missing */
export async function createOrganization(
  plane: Plane,
  call: AccountCall,
  draft: OrganizationDraft,
): Promise<OrganizationView> {
  authorizeSysadmin(call, '/');
  const { at, by } = authorship(plane, call);
  const name = parseOrganizationName(draft.name);
  const organization: Organization = {
    id: plane.random.rowId(),
    name,
    dialect: draft.dialect,
    displayName: parseDisplayName(draft.displayName ?? name),
    properties: parseProperties(draft.properties ?? []),
    secretsShownOnce: draft.secretsShownOnce ?? false,
    ...stampNew(at, by),
  };
  const environments = (draft.environments ?? defaultEnvironments).map(
    (environment, index): Environment => ({
      id: plane.random.rowId(),
      organizationId: organization.id,
      name: parseEnvironmentName(environment),
      properties: [],
      // A millisecond apart, since lists show them in order of creation.
      ...stampNew(at + index, by),
    }),
  );
  await commit(plane, call, async (transaction) => {
    if (!(await transaction.organizations.insert(organization))) {
      throw new Problem('organization.exists', { organization: name });
    }
    const { displayName, secretsShownOnce } = organization;
    const request = { name, dialect: draft.dialect, displayName, ...(secretsShownOnce && { secretsShownOnce }) };
    recordOrganization(transaction, call, { organization, kind: 'put', takesAway: false, at, request });
    for (const environment of environments) await insertEnvironment(transaction, call, { organization, environment });
  });
  return { organization, environments: environments.map((environment) => environment.name) };
}

async function insertEnvironment(
  transaction: StoreTransaction,
  call: AccountCall,
  { organization, environment }: { readonly organization: Organization; readonly environment: Environment },
): Promise<void> {
  if (!(await transaction.environments.insert(environment))) {
    throw new Problem('environment.exists', { environment: environment.name, organization: organization.name });
  }
  const request = { name: environment.name };
  recordEnvironment(transaction, call, { environment, kind: 'put', at: environment.createdAt, request });
}

/** @throws Problem auth.forbidden */
export async function getOrganization(plane: Plane, call: Call): Promise<OrganizationView> {
  authorize(call, 'get', []);
  return viewOrganization(plane, call.organization);
}

/** All of them for a sysadmin, else those in which the account holds a role; by name. */
export async function listOrganizations(plane: Plane, { account }: AccountCall): Promise<Organization[]> {
  if (account.sysadmin) return listAll(plane);
  const memberships = await plane.store.roles.listMemberships(account.id);
  const names = new Set(memberships.map(({ organization }) => organization));
  const found = await Promise.all([...names].map((name) => plane.store.organizations.findByName(name)));
  return found.filter((organization) => organization !== undefined);
}

async function listAll(plane: Plane): Promise<Organization[]> {
  const limit = 1000;
  return plane.store.snapshot(async (view) => {
    const all: Organization[] = [];
    for (;;) {
      const page = await view.organizations.list({ after: all.at(-1)?.name, limit });
      all.push(...page);
      if (page.length < limit) return all;
    }
  });
}

/** @throws Problem auth.forbidden, organization.not-found, entity.changed, request.invalid, request.missing */
export async function updateOrganization(
  plane: Plane,
  call: Call,
  patch: OrganizationPatch,
): Promise<OrganizationView> {
  authorize(call, 'put', []);
  const { at, by } = authorship(plane, call);
  const displayName = patch.displayName === undefined ? undefined : parseDisplayName(patch.displayName);
  const properties = patch.properties === undefined ? undefined : parseProperties(patch.properties);
  const value = await commit(plane, call, async (transaction) => {
    const before = await transaction.organizations.find(call.organization.id);
    if (before === undefined) throw new Problem('organization.not-found', { organization: call.organization.name });
    requireVersion('organization', before, patch.version);
    const organization: Organization = {
      ...before,
      displayName: displayName ?? before.displayName,
      properties: properties ?? before.properties,
      secretsShownOnce: decideSecretsShownOnce(before.secretsShownOnce, patch.secretsShownOnce),
      ...stampChanged(before, at, by),
    };
    await transaction.organizations.update(organization);
    const request = { displayName, properties, secretsShownOnce: patch.secretsShownOnce };
    const takesAway = takesFromOrganization(before, organization);
    recordOrganization(transaction, call, { organization, kind: 'put', takesAway, at, request });
    return organization;
  });
  return viewOrganization(plane, value);
}

/**
 * Takes all of its content with it. The caller says the name twice, since there is no way back.
 * @throws Problem auth.forbidden, organization.not-found, entity.changed, request.invalid
 */
export async function deleteOrganization(
  plane: Plane,
  call: AccountCall,
  {
    name,
    confirm,
    version,
  }: { readonly name: string; readonly confirm: string; readonly version?: number | undefined },
): Promise<Organization> {
  authorizeSysadmin(call, '/');
  if (confirm !== name) {
    throw new Problem('request.invalid', { field: 'confirm', reason: 'has to be the name of the organization' });
  }
  const { at } = authorship(plane, call);
  return commit(plane, call, async (transaction) => {
    const organization = await transaction.organizations.findByName(name);
    if (organization === undefined) throw new Problem('organization.not-found', { organization: name });
    requireVersion('organization', organization, version);
    await transaction.organizations.delete(organization);
    const takesAway = takesFromOrganization(organization, undefined);
    recordOrganization(transaction, call, { organization, kind: 'delete', takesAway, at });
    return organization;
  });
}

async function viewOrganization(plane: Plane, organization: Organization): Promise<OrganizationView> {
  const environments = await plane.store.environments.list(organization.id);
  return { organization, environments: environments.map(({ name }) => name) };
}

function parseDisplayName(value: string): string {
  return parseText(value, { field: 'displayName', lengthMax: 255 });
}

interface OrganizationChange {
  readonly organization: Organization;
  readonly kind: 'put' | 'delete';
  readonly takesAway: boolean;
  readonly at: number;
  readonly request?: object;
}

function recordOrganization(transaction: StoreTransaction, call: AccountCall, recorded: OrganizationChange): void {
  const { organization, kind, takesAway, at, request } = recorded;
  recordChange(transaction, call, {
    organizationId: organization.id,
    change: { noun: 'organization', entityId: organization.id, kind, version: organization.version },
    takesAway,
    resource: '/',
    request,
    at,
  });
}
