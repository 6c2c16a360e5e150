import type { CompanyMemberRow, CompanyRow } from './schema.ts';
import { defineStatement, insertBeneath } from './statement.ts';

/** The join leaves out companies that are gone while their memberships wait to be swept. */
export const companyNamesOfMany = defineStatement(
  'company.names-of-many',
  (db, given: { developerIds: readonly string[] }, grammar) =>
    db
      .selectFrom('company_member')
      .innerJoin('company', 'company.id', 'company_member.company_id')
      .select(['company_member.developer_id as owner', 'company.name'])
      .where(grammar.isIn('company_member.developer_id', given.developerIds))
      .orderBy('owner')
      .orderBy('company.name'),
);

export const insertCompany = defineStatement(
  'company.insert',
  insertBeneath<CompanyRow>('company', ['id', 'organization_id', 'name', 'version']),
);

export const insertCompanyMember = defineStatement(
  'company.insert-member',
  insertBeneath<CompanyMemberRow>('company_member', ['organization_id', 'company_id', 'developer_id', 'version']),
);
