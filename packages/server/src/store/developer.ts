import type { Attribute } from '../domain/attribute.ts';
import { type Developer, type DeveloperStatus, type DeveloperView, keyOfEmail } from '../domain/developer.ts';
import type { DeveloperIdentity, DeveloperPage, DeveloperReader, DeveloperWriter } from '../ports/store.ts';
import * as appStatements from './app-statement.ts';
import * as companyStatements from './company-statement.ts';
import {
  find,
  findByEmail,
  findOtherByEmail,
  identify,
  insert,
  listAfter,
  listAfterWithoutCompany,
  listByApp,
  listByIds,
  listFrom,
  listFromWithoutCompany,
  remove,
  update,
} from './developer-statement.ts';
import { type Executor, Rerun } from './engine.ts';
import { parseList } from './json.ts';
import { groupNames } from './names.ts';
import { requireOrganization } from './owner.ts';
import type { DeveloperMarks, DeveloperRow } from './schema.ts';
import { fromStamp, toStamp } from './stamp.ts';
import { scheduleSweep } from './sweep.ts';
import { findTakenIds } from './taken-id.ts';

/** Rows of developers, and what other rows say of them. */
export class DeveloperTable implements DeveloperReader, DeveloperWriter {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async findByEmail(organizationId: string, emailKey: string): Promise<Developer | undefined> {
    const row = await this.#executor.first(findByEmail, { organizationId, emailKey });
    return row && toDeveloper(row);
  }

  identify(organizationId: string, emailKey: string): Promise<DeveloperIdentity | undefined> {
    return this.#executor.first(identify, { organizationId, emailKey });
  }

  async find(organizationId: string, id: string): Promise<Developer | undefined> {
    const row = await this.#executor.first(find, { organizationId, id });
    return row && toDeveloper(row);
  }

  async list(organizationId: string, page: DeveloperPage): Promise<Developer[]> {
    return (await this.#listRows(organizationId, page)).map(toDeveloper);
  }

  async listViews(organizationId: string, page: DeveloperPage, appsEach: number): Promise<DeveloperView[]> {
    const rows = await this.#listRows(organizationId, page);
    const owners = idsOf(rows.filter((row) => row.may_own_apps === 1));
    const members = page.withoutCompany ? [] : idsOf(rows.filter((row) => row.may_be_member === 1));
    const apps = await this.appNamesOfMany(owners, appsEach);
    const companies = await this.companyNamesOfMany(members);
    return rows.map((row) => ({
      ...toDeveloper(row),
      apps: apps.get(row.id) ?? [],
      companies: companies.get(row.id) ?? [],
    }));
  }

  #listRows(
    organizationId: string,
    { from, after, limit, withoutCompany }: DeveloperPage,
  ): Promise<(DeveloperRow & DeveloperMarks)[]> {
    const [fromStatement, afterStatement] = withoutCompany
      ? [listFromWithoutCompany, listAfterWithoutCompany]
      : [listFrom, listAfter];
    const statement = after === undefined ? fromStatement : afterStatement;
    return this.#executor.rows(statement, { organizationId, key: after ?? from ?? '', limit });
  }

  async listByApp(organizationId: string, appName: string, limit: number): Promise<Developer[]> {
    return (await this.#executor.rows(listByApp, { organizationId, appName, limit })).map(toDeveloper);
  }

  async listByIds(organizationId: string, idsOrEmailKeys: readonly string[]): Promise<Developer[]> {
    return (await this.#executor.rows(listByIds, { organizationId, keys: idsOrEmailKeys })).map(toDeveloper);
  }

  async appNames(developerId: string, limit: number): Promise<string[]> {
    const rows = await this.#executor.rows(appStatements.names, { ownerId: developerId, limit });
    return rows.map(({ name }) => name);
  }

  async appNamesOfMany(developerIds: readonly string[], limitEach: number): Promise<Map<string, string[]>> {
    if (developerIds.length === 0) return new Map();
    const rows = await this.#executor.rows(appStatements.namesOfMany, { ownerIds: developerIds, limitEach });
    return groupNames(rows);
  }

  async companyNames(developerId: string): Promise<string[]> {
    const rows = await this.#executor.rows(companyStatements.namesOf, { developerId });
    return rows.map(({ name }) => name);
  }

  async companyNamesOfMany(developerIds: readonly string[]): Promise<Map<string, string[]>> {
    if (developerIds.length === 0) return new Map();
    return groupNames(await this.#executor.rows(companyStatements.namesOfMany, { developerIds }));
  }

  takenIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return findTakenIds(this.#executor, 'developer', ids);
  }

  async insert(developer: Developer): Promise<boolean> {
    if ((await this.#executor.run(insert, fromDeveloper(developer))) === 1) return true;
    await requireOrganization(this.#executor, developer.organizationId);
    return false;
  }

  async update(developer: Developer): Promise<boolean> {
    const row = fromDeveloper(developer);
    if ((await this.#executor.run(update, { ...row, expected: developer.version - 1 })) === 1) return true;
    if ((await this.#executor.first(findOtherByEmail, row)) === undefined) throw new Rerun('developer');
    return false;
  }

  async delete({ id, version }: Developer): Promise<void> {
    if ((await this.#executor.run(remove, { id, expected: version })) === 0) throw new Rerun('developer');
    await scheduleSweep(this.#executor, 'developer', id);
  }
}

function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

function toDeveloper(row: DeveloperRow): Developer {
  return {
    id: row.id,
    organizationId: row.organization_id,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    userName: row.user_name ?? undefined,
    status: row.status as DeveloperStatus,
    attributes: parseList<Attribute>(row.attributes),
    accessType: row.access_type ?? undefined,
    appFamily: row.app_family ?? undefined,
    ...toStamp(row),
  };
}

function fromDeveloper(developer: Developer): DeveloperRow {
  return {
    id: developer.id,
    organization_id: developer.organizationId,
    email: developer.email,
    email_key: keyOfEmail(developer.email),
    first_name: developer.firstName,
    last_name: developer.lastName,
    user_name: developer.userName ?? null,
    status: developer.status,
    attributes: JSON.stringify(developer.attributes),
    access_type: developer.accessType ?? null,
    app_family: developer.appFamily ?? null,
    ...fromStamp(developer),
  };
}
