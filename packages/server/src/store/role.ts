import type { Permission } from '../domain/permission.ts';
import { isBuiltInRole, type Role } from '../domain/role.ts';
import type { HeldRole, RoleReader, RoleWriter } from '../ports/store.ts';
import { type Executor, Rerun } from './engine.ts';
import { requireOrganization } from './owner.ts';
import {
  addMember,
  find,
  findMember,
  hold,
  insert,
  list,
  listMembers,
  listMemberships,
  listOfAccount,
  remove,
  removeMember,
  removeMembers,
  update,
} from './role-statement.ts';
import type { RoleRow } from './schema.ts';
import { fromStamp, toStamp } from './stamp.ts';

/** Rows of custom roles, and of who holds a role. */
export class RoleTable implements RoleReader, RoleWriter {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async find(organizationId: string, name: string): Promise<Role | undefined> {
    const row = await this.#executor.first(find, { organizationId, name });
    return row && toRole(row);
  }

  async list(organizationId: string): Promise<Role[]> {
    return (await this.#executor.rows(list, { organizationId })).map(toRole);
  }

  async listMembers(organizationId: string, role: string): Promise<string[]> {
    return (await this.#executor.rows(listMembers, { organizationId, role })).map(({ email }) => email);
  }

  async listOfAccount(organizationId: string, accountId: string): Promise<HeldRole[]> {
    const rows = await this.#executor.rows(listOfAccount, { organizationId, accountId });
    return rows.map(({ name, permissions }) => ({
      name,
      permissions: permissions === null ? undefined : (JSON.parse(permissions) as Permission[]),
    }));
  }

  async listMemberships(accountId: string): Promise<{ organization: string; role: string }[]> {
    const rows = await this.#executor.rows(listMemberships, { accountId });
    return rows.map(({ organization, role }) => ({ organization, role }));
  }

  async insert(role: Role): Promise<boolean> {
    if ((await this.#executor.run(insert, fromRole(role))) === 1) return true;
    await requireOrganization(this.#executor, role.organizationId);
    return false;
  }

  async update(role: Role): Promise<void> {
    const args = { ...fromRole(role), expected: role.version - 1 };
    if ((await this.#executor.run(update, args)) === 0) throw new Rerun('role');
  }

  /** Its members go at once: they must not hold a role that is later made anew under the same name. */
  async delete({ id, organizationId, name, version }: Role): Promise<void> {
    if ((await this.#executor.run(remove, { id, expected: version })) === 0) throw new Rerun('role');
    await this.#executor.run(removeMembers, { organizationId, role: name });
  }

  async addMember(organizationId: string, role: string, accountId: string): Promise<boolean> {
    if (!isBuiltInRole(role)) await this.#requireRole(organizationId, role);
    const row = { organization_id: organizationId, role, account_id: accountId, version: 1 };
    if ((await this.#executor.run(addMember, row)) === 1) return true;
    if ((await this.#executor.first(findMember, row)) === undefined) throw new Rerun('organization');
    return false;
  }

  async removeMember(organizationId: string, role: string, accountId: string): Promise<boolean> {
    return (await this.#executor.run(removeMember, { organizationId, role, accountId })) === 1;
  }

  /** Keeps the role from being deleted until the membership is in. */
  async #requireRole(organizationId: string, name: string): Promise<void> {
    if ((await this.#executor.first(hold, { organizationId, name })) === undefined) throw new Rerun('role');
  }
}

function toRole(row: RoleRow): Role {
  return {
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    permissions: JSON.parse(row.permissions) as Permission[],
    ...toStamp(row),
  };
}

function fromRole(role: Role): RoleRow {
  return {
    id: role.id,
    organization_id: role.organizationId,
    name: role.name,
    permissions: JSON.stringify(role.permissions),
    ...fromStamp(role),
  };
}
