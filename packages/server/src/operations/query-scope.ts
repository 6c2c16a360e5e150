import type { Account } from '../domain/account.ts';
import type { Organization } from '../domain/organization.ts';
import { includesAll, type Permission } from '../domain/permission.ts';
import { RecentMap } from '../domain/recent-map.ts';
import { builtInRoles } from '../domain/role.ts';
import { sqlResources } from '../domain/sql-resource-table.ts';
import type { QueryGrant, QueryScope } from '../ports/query.ts';
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

  constructor(plane: Pick<Plane, 'store'>) {
    this.#plane = plane;
  }

  /** As it is now. The same scope is the same object, by which an engine knows it again. */
  async find({ id, sysadmin: wasSysadmin }: Pick<Account, 'id' | 'sysadmin'>): Promise<QueryScope> {
    // Who stands in no store.
    const account = id === operator.id ? operator : await this.#plane.store.accounts.find(id);
    if (account?.status !== 'active') return nothing;
    const organizations = account.sysadmin && wasSysadmin ? await this.#listAll() : await this.#listGranted(id);
    const mark = JSON.stringify(organizations.map(markGrant));
    const known = this.#scopes.get(mark);
    if (known !== undefined) return known;
    const scope = { organizations };
    this.#scopes.set(mark, scope);
    return scope;
  }

  async #listAll(): Promise<QueryGrant[]> {
    const limit = 1000;
    const all: QueryGrant[] = [];
    for (;;) {
      const page = await this.#plane.store.organizations.list({ after: all.at(-1)?.name, limit });
      all.push(...page.map((organization) => grant(organization, everything)));
      if (page.length < limit) return all;
    }
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

function grant({ id, name }: Organization, resources: readonly string[]): QueryGrant {
  return { id, name, resources };
}

function readPermission(path: readonly string[]): Permission {
  return { path: `/${path.join('/')}`, verbs: ['get'] };
}
