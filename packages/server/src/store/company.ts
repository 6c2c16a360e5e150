import { type Company, type CompanyFilter, type CompanyStatus, keyOfCompany } from '../domain/company.ts';
import type { CompanyMember, NamedMember } from '../domain/company-member.ts';
import type { CompanyReader, CompanyWriter } from '../ports/key-store.ts';
import type { Page } from '../ports/store.ts';
import * as appStatements from './app-statement.ts';
import * as statements from './company-statement.ts';
import { type Executor, Rerun } from './engine.ts';
import { parseList } from './json.ts';
import { groupNames } from './names.ts';
import { requireOrganization } from './owner.ts';
import type { CompanyRow } from './schema.ts';
import { fromStamp, toStamp } from './stamp.ts';
import { scheduleSweep } from './sweep.ts';
import { findTakenIds } from './taken-id.ts';

/** Rows of companies and of who belongs to them. */
export class CompanyTable implements CompanyReader, CompanyWriter {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async findByName(organizationId: string, nameKey: string): Promise<Company | undefined> {
    const row = await this.#executor.first(statements.findByName, { organizationId, nameKey });
    return row && toCompany(row);
  }

  async find(organizationId: string, id: string): Promise<Company | undefined> {
    const row = await this.#executor.first(statements.find, { organizationId, id });
    return row && toCompany(row);
  }

  async list(organizationId: string, filter: CompanyFilter, { from, after, limit }: Page): Promise<Company[]> {
    const statement = (after === undefined ? statements.listFrom : statements.listAfter)(statements.variantOf(filter));
    const args = { ...filter, organizationId, key: after ?? from ?? '', limit };
    return (await this.#executor.rows(statement, args)).map(toCompany);
  }

  async count(organizationId: string, filter: CompanyFilter): Promise<number> {
    const statement = statements.count(statements.variantOf(filter));
    return (await this.#executor.first(statement, { ...filter, organizationId }))?.companies ?? 0;
  }

  async listMembers(companyId: string): Promise<NamedMember[]> {
    return (await this.listMembersOfMany([companyId])).get(companyId) ?? [];
  }

  async listMembersOfMany(companyIds: readonly string[]): Promise<Map<string, NamedMember[]>> {
    const members = new Map<string, NamedMember[]>();
    for (const row of await this.#executor.rows(statements.listMembersOfMany, { companyIds })) {
      const member = { developerId: row.developer_id, roles: parseList<string>(row.roles), email: row.email };
      const present = members.get(row.company_id);
      if (present === undefined) members.set(row.company_id, [member]);
      else present.push(member);
    }
    return members;
  }

  async appNames(companyId: string, limit: number): Promise<string[]> {
    const rows = await this.#executor.rows(appStatements.names, { ownerId: companyId, limit });
    return rows.map(({ name }) => name);
  }

  async appNamesOfMany(companyIds: readonly string[], limitEach: number): Promise<Map<string, string[]>> {
    return groupNames(await this.#executor.rows(appStatements.namesOfMany, { ownerIds: companyIds, limitEach }));
  }

  takenIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return findTakenIds(this.#executor, 'company', ids);
  }

  async insert(company: Company): Promise<boolean> {
    if ((await this.#executor.run(statements.insert, fromCompany(company))) === 1) return true;
    await requireOrganization(this.#executor, company.organizationId);
    return false;
  }

  async update(company: Company): Promise<void> {
    const args = { ...fromCompany(company), expected: company.version - 1 };
    if ((await this.#executor.run(statements.update, args)) === 0) throw new Rerun('company');
  }

  async delete({ id, version }: Company): Promise<void> {
    if ((await this.#executor.run(statements.remove, { id, expected: version })) === 0) throw new Rerun('company');
    await scheduleSweep(this.#executor, 'company', id);
  }

  async setMember({ id, organizationId }: Company, { developerId, roles }: CompanyMember): Promise<void> {
    const row = {
      organization_id: organizationId,
      company_id: id,
      developer_id: developerId,
      roles: JSON.stringify(roles),
      version: 1,
    };
    // Company or developer is gone.
    if ((await this.#executor.run(statements.setMember, row)) === 0) throw new Rerun('company');
  }

  async removeMember({ id }: Company, developerId: string): Promise<boolean> {
    return (await this.#executor.run(statements.removeMember, { companyId: id, developerId })) === 1;
  }

  async removeAllMembers({ id }: Company): Promise<void> {
    await this.#executor.run(statements.removeMembers, { companyId: id });
  }
}

function toCompany(row: CompanyRow): Company {
  return {
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    displayName: row.display_name ?? undefined,
    status: row.status as CompanyStatus,
    attributes: parseList(row.attributes),
    channelId: row.channel_id ?? undefined,
    channelUri: row.channel_uri ?? undefined,
    email: row.email ?? undefined,
    ...toStamp(row),
  };
}

function fromCompany(company: Company): CompanyRow {
  return {
    id: company.id,
    organization_id: company.organizationId,
    name: company.name,
    name_key: keyOfCompany(company.name),
    display_name: company.displayName ?? null,
    status: company.status,
    attributes: JSON.stringify(company.attributes),
    channel_id: company.channelId ?? null,
    channel_uri: company.channelUri ?? null,
    email: company.email ?? null,
    ...fromStamp(company),
  };
}
