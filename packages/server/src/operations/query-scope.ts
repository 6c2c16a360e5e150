import type { Account } from '../domain/account.ts';
import { includesAll, type Permission } from '../domain/permission.ts';
import { RecentMap } from '../domain/recent-map.ts';
import { builtInRoles } from '../domain/role.ts';
import { sqlResources } from '../domain/sql-resource-table.ts';
import type { QueryGrant, QueryScope } from '../ports/query.ts';
import type { OrganizationName } from '../ports/store.ts';
import { operator } from './operator.ts';
import type { Plane } from './plane.ts';

const everything: readonly string[] = sqlResources.map(({ name }) => name);
const nothing: QueryScope = { organizations: [] };

/** Scopes and roles that were lately judged: the same account asks again and again. */
const recentMax = 500;

/**
 * What accounts may read by SQL. An account that is gone or disabled may read nothing. A resource is granted in an
 * organization where one role lets all of it be read: where a custom role forbids a part below, the resource is left
 * out, since rows are not judged one by one.
 */
export class QueryScopes {
  readonly #plane: Pick<Plane, 'store'>;
  readonly #byRoles = new RecentMap<string, readonly string[]>(recentMax);
  readonly #scopes = new RecentMap<string, QueryScope>(recentMax);
  /** Of all organizations, as they were lately. */
  #whole: QueryScope = nothing;

  constructor(plane: Pick<Plane, 'store'>) {
    this.#plane = plane;
  }

  /**
   * As it is now. The same scope is the same object, by which an engine knows it again.
   * @param now the account, where it was read for this very question; absent: it is read
   */
  async find({ id, sysadmin: wasSysadmin }: Pick<Account, 'id' | 'sysadmin'>, now?: Account): Promise<QueryScope> {
    // Who stands in no store.
    const account = id === operator.id ? operator : (now ?? (await this.#plane.store.accounts.find(id)));
    if (account?.status !== 'active') return nothing;
    if (account.sysadmin && wasSysadmin) return this.#findWhole();
    return this.#know(await this.#listGranted(id));
  }

  async #findWhole(): Promise<QueryScope> {
    const names = await this.#plane.store.organizations.listNames();
    if (!isOf(this.#whole, names)) this.#whole = this.#know(names.map((each) => grant(each, everything)));
    return this.#whole;
  }

  #know(organizations: readonly QueryGrant[]): QueryScope {
    const mark = JSON.stringify(organizations.map(markGrant));
    const known = this.#scopes.get(mark);
    if (known !== undefined) return known;
    const scope = { organizations };
    this.#scopes.set(mark, scope);
    return scope;
  }

  async #listGranted(accountId: string): Promise<QueryGrant[]> {
    const { organizations, roles } = this.#plane.store;
    const memberships = await roles.listMemberships(accountId);
    const names = [...new Set(memberships.map(({ organization }) => organization))];
    const grants = await Promise.all(
      names.map(async (name) => {
        const organization = await organizations.findByName(name);
        if (organization === undefined) return [];
        const held = await roles.listOfAccount(organization.id, accountId);
        const resources = this.#judge(held.map((role) => role.permissions ?? builtInRoles[role.name] ?? []));
        return resources.length === 0 ? [] : [grant(organization, resources)];
      }),
    );
    return grants.flat();
  }

  #judge(roles: readonly (readonly Permission[])[]): readonly string[] {
    const mark = JSON.stringify(roles);
    const known = this.#byRoles.get(mark);
    if (known !== undefined) return known;
    const granted = sqlResources.filter(({ paths }) => includesAll(roles, paths.map(readPermission)));
    const names = granted.map(({ name }) => name);
    this.#byRoles.set(mark, names);
    return names;
  }
}

/** All of it is granted the most often, and is long. */
function markGrant({ id, name, resources }: QueryGrant): readonly string[] {
  return [id, name, ...(resources === everything ? ['*'] : resources)];
}

function isOf({ organizations }: QueryScope, names: readonly OrganizationName[]): boolean {
  if (organizations.length !== names.length) return false;
  return names.every(({ id, name }, at) => organizations[at]?.id === id && organizations[at].name === name);
}

function grant({ id, name }: OrganizationName, resources: readonly string[]): QueryGrant {
  return { id, name, resources };
}

function readPermission(path: readonly string[]): Permission {
  return { path: `/${path.join('/')}`, verbs: ['get'] };
}
