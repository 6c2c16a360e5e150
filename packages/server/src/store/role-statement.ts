import { sql } from 'kysely';
import type { RoleMemberRow, RoleRow } from './schema.ts';
import { changedStampColumns, stampColumns } from './stamp.ts';
import { defineStatement, insertBeneath, pick } from './statement.ts';

const columns = ['id', 'organization_id', 'name', 'permissions', ...stampColumns] as const;
const memberColumns = ['organization_id', 'role', 'account_id', 'version'] as const;

export const find = defineStatement('role.find', (db, given: { organizationId: string; name: string }) =>
  db
    .selectFrom('role')
    .select(columns)
    .where('organization_id', '=', given.organizationId)
    .where('name', '=', given.name),
);

export const list = defineStatement('role.list', (db, given: { organizationId: string }) =>
  db.selectFrom('role').select(columns).where('organization_id', '=', given.organizationId).orderBy('name'),
);

export const listMembers = defineStatement('role.list-members', (db, given: { organizationId: string; role: string }) =>
  db
    .selectFrom('role_member')
    .innerJoin('account', 'account.id', 'role_member.account_id')
    .select('account.email')
    .where('role_member.organization_id', '=', given.organizationId)
    .where('role_member.role', '=', given.role)
    .orderBy('account.email_key'),
);

export const listOfAccount = defineStatement(
  'role.list-of-account',
  (db, given: { organizationId: string; accountId: string }) =>
    db
      .selectFrom('role_member')
      .leftJoin('role', (join) =>
        join
          .onRef('role.organization_id', '=', 'role_member.organization_id')
          .onRef('role.name', '=', 'role_member.role'),
      )
      .select(['role_member.role as name', 'role.permissions'])
      .where('role_member.account_id', '=', given.accountId)
      .where('role_member.organization_id', '=', given.organizationId)
      .orderBy('role_member.role'),
);

/** The join leaves out organizations that are gone while their memberships wait to be swept. */
export const listMemberships = defineStatement('role.list-memberships', (db, given: { accountId: string }) =>
  db
    .selectFrom('role_member')
    .innerJoin('organization', 'organization.id', 'role_member.organization_id')
    .select(['organization.name as organization', 'role_member.role'])
    .where('role_member.account_id', '=', given.accountId)
    .orderBy('organization.name')
    .orderBy('role_member.role'),
);

export const hold = defineStatement('role.hold', (db, given: { organizationId: string; name: string }, grammar) =>
  sql<{ id: string }>`select id from role
      where organization_id = ${given.organizationId} and name = ${given.name} ${grammar.keyShare}`.compile(db),
);

export const insert = defineStatement('role.insert', insertBeneath<RoleRow>('role', columns));

export const update = defineStatement('role.update', (db, given: RoleRow & { expected: number }) =>
  db
    .updateTable('role')
    .set(pick(given, ['permissions', ...changedStampColumns]))
    .where('id', '=', given.id)
    .where('version', '=', given.expected),
);

export const remove = defineStatement('role.delete', (db, given: { id: string; expected: number }) =>
  db.deleteFrom('role').where('id', '=', given.id).where('version', '=', given.expected),
);

export const addMember = defineStatement('role.add-member', insertBeneath<RoleMemberRow>('role_member', memberColumns));

export const findMember = defineStatement('role.find-member', (db, given: RoleMemberRow) =>
  db
    .selectFrom('role_member')
    .select('role')
    .where('organization_id', '=', given.organization_id)
    .where('role', '=', given.role)
    .where('account_id', '=', given.account_id),
);

export const removeMember = defineStatement(
  'role.remove-member',
  (db, given: { organizationId: string; role: string; accountId: string }) =>
    db
      .deleteFrom('role_member')
      .where('organization_id', '=', given.organizationId)
      .where('role', '=', given.role)
      .where('account_id', '=', given.accountId),
);

export const removeMembers = defineStatement(
  'role.remove-members',
  (db, given: { organizationId: string; role: string }) =>
    db.deleteFrom('role_member').where('organization_id', '=', given.organizationId).where('role', '=', given.role),
);
