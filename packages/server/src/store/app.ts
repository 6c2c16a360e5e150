import type { App, AppOwner, AppStatus } from '../domain/app.ts';
import type { AppFilter, AppReader, AppWriter, OwnedApp } from '../ports/key-store.ts';
import type { Page } from '../ports/store.ts';
import * as statements from './app-statement.ts';
import { type Executor, Rerun } from './engine.ts';
import { parseList } from './json.ts';
import type { AppRow } from './schema.ts';
import { fromStamp, toStamp } from './stamp.ts';
import { scheduleSweep } from './sweep.ts';
import { findTakenIds } from './taken-id.ts';

/** Rows of apps. */
export class AppTable implements AppReader, AppWriter {
  readonly #executor: Executor;
  readonly #newApps: Set<string>;

  /** @param newApps is told of those that are inserted, and have no credential yet */
  constructor(executor: Executor, newApps: Set<string>) {
    this.#executor = executor;
    this.#newApps = newApps;
  }

  async find(organizationId: string, id: string): Promise<App | undefined> {
    const row = await this.#executor.first(statements.find, { organizationId, id });
    return row && toApp(row);
  }

  async findByName(owner: AppOwner, name: string): Promise<App | undefined> {
    const row = await this.#executor.first(statements.findByName, { ownerId: owner.id, name });
    return row && toApp(row);
  }

  async findOfDeveloper(organizationId: string, emailKey: string, name: string): Promise<OwnedApp | undefined> {
    const row = await this.#executor.first(statements.findOfDeveloper, { organizationId, emailKey, name });
    return row && { app: toApp(row), ownerName: row.owner_name };
  }

  async listOfOwner(owner: AppOwner, { from, after, limit }: Page): Promise<App[]> {
    const statement = after === undefined ? statements.listOfOwnerFrom : statements.listOfOwnerAfter;
    const rows = await this.#executor.rows(statement, { ownerId: owner.id, key: after ?? from ?? '', limit });
    return rows.map(toApp);
  }

  async listOfOwners(ownerIds: readonly string[], limitEach: number): Promise<Map<string, App[]>> {
    const byOwner = new Map<string, App[]>();
    for (const row of await this.#executor.rows(statements.listOfOwners, { ownerIds, limitEach })) {
      const known = byOwner.get(row.owner_id);
      if (known === undefined) byOwner.set(row.owner_id, [toApp(row)]);
      else known.push(toApp(row));
    }
    return byOwner;
  }

  async list(organizationId: string, filter: AppFilter, { from, after, limit }: Page): Promise<App[]> {
    const statement = (after === undefined ? statements.listFrom : statements.listAfter)(statements.variantOf(filter));
    const args = { ...filter, organizationId, key: after ?? from ?? '', limit };
    return (await this.#executor.rows(statement, args)).map(toApp);
  }

  async count(organizationId: string, filter: AppFilter): Promise<number> {
    const statement = statements.count(statements.variantOf(filter));
    return (await this.#executor.first(statement, { ...filter, organizationId }))?.apps ?? 0;
  }

  async ownerNames(apps: readonly App[]): Promise<Map<string, string>> {
    const ids = [...new Set(apps.map(({ owner }) => owner.id))];
    const rows = await this.#executor.rows(statements.ownerNames, { ids });
    const byOwner = new Map(rows.map(({ id, name }) => [id, name]));
    return new Map(
      apps.flatMap(({ id, owner }) => {
        const name = byOwner.get(owner.id);
        return name === undefined ? [] : [[id, name] as const];
      }),
    );
  }

  takenIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return findTakenIds(this.#executor, 'app', ids);
  }

  async insert(app: App): Promise<boolean> {
    const row = fromApp(app);
    const statement = app.owner.kind === 'developer' ? statements.insertForDeveloper : statements.insertForCompany;
    if ((await this.#executor.run(statement, row)) === 1) {
      this.#newApps.add(app.id);
      return true;
    }
    if ((await this.#executor.first(statements.findTaken, row)) === undefined) throw new Rerun(app.owner.kind);
    return false;
  }

  async update(app: App): Promise<void> {
    const args = { ...fromApp(app), expected: app.version - 1 };
    if ((await this.#executor.run(statements.update, args)) === 0) throw new Rerun('app');
  }

  async delete({ id, version }: App): Promise<void> {
    if ((await this.#executor.run(statements.remove, { id, expected: version })) === 0) throw new Rerun('app');
    this.#newApps.delete(id);
    await scheduleSweep(this.#executor, 'app', id);
  }
}

export function toApp(row: AppRow): App {
  return {
    id: row.id,
    organizationId: row.organization_id,
    owner: { kind: row.owner_kind as AppOwner['kind'], id: row.owner_id },
    name: row.name,
    status: row.status as AppStatus,
    callbackUrl: row.callback_url ?? undefined,
    attributes: parseList(row.attributes),
    scopes: parseList(row.scopes),
    appFamily: row.app_family ?? undefined,
    ...toStamp(row),
  };
}

function fromApp(app: App): AppRow {
  return {
    id: app.id,
    organization_id: app.organizationId,
    owner_kind: app.owner.kind,
    owner_id: app.owner.id,
    name: app.name,
    status: app.status,
    callback_url: app.callbackUrl ?? null,
    attributes: JSON.stringify(app.attributes),
    scopes: JSON.stringify(app.scopes),
    app_family: app.appFamily ?? null,
    ...fromStamp(app),
  };
}
