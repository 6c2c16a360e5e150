import type { CompanyRecord, CompanyWriter } from '../ports/store.ts';
import type { Executor } from './engine.ts';
import { requireOrganization } from './owner.ts';
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

const insert = defineStatement(
  'company.insert',
  insertBeneath<CompanyRow>('company', ['id', 'organization_id', 'name', 'version']),
);

const insertMember = defineStatement(
  'company.insert-member',
  insertBeneath<CompanyMemberRow>('company_member', ['organization_id', 'company_id', 'developer_id', 'version']),
);

/** Rows of companies and of who belongs to them. */
export class CompanyTable implements CompanyWriter {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async insert({ id, organizationId, name }: CompanyRecord): Promise<boolean> {
    const row = { id, organization_id: organizationId, name, version: 1 };
    if ((await this.#executor.run(insert, row)) === 1) return true;
    await requireOrganization(this.#executor, organizationId);
    return false;
  }

  async addMember({ id, organizationId }: CompanyRecord, developerId: string): Promise<boolean> {
    const row = { organization_id: organizationId, company_id: id, developer_id: developerId, version: 1 };
    if ((await this.#executor.run(insertMember, row)) === 1) return true;
    await requireOrganization(this.#executor, organizationId);
    return false;
  }
}
