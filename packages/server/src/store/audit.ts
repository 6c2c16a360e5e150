import { sql } from 'kysely';
import type { AuditDraft, AuditEntry, AuditOperation } from '../domain/audit.ts';
import type { AuditQuery, AuditReader } from '../ports/store.ts';
import type { Executor } from './engine.ts';
import type { AuditRow } from './schema.ts';
import { defineStatement, pick } from './statement.ts';

const columns = [
  'organization_id',
  'at',
  'account',
  'operation',
  'request_uri',
  'response_code',
  'request_id',
  'resource',
  'request',
] as const;
const entryColumns = ['id', ...columns] as const;

interface ListArgs {
  organizationId: string;
  from: number;
  to: number;
  account: string | null;
  operation: string | null;
  limit: number;
}
interface ResourceArgs extends ListArgs {
  resource: string;
  /** First and one past the last text that begins with the resource and a slash. */
  beneathFrom: string;
  beneathTo: string;
}

/** A filter that is null lets all pass. The cast tells PostgreSQL the type of a lone null. */
function passes(column: string, value: string | null) {
  return sql<boolean>`(cast(${value} as text) is null or ${sql.ref(column)} = ${value})`;
}

/** Walks the organization's entries by time; for resources so broad that most of them match. */
const listByTime = defineStatement('audit.list-by-time', (db, given: ResourceArgs) =>
  db
    .selectFrom('audit')
    .select(entryColumns)
    .where('organization_id', '=', given.organizationId)
    .where('at', '>=', given.from)
    .where('at', '<', given.to)
    // The empty suffix keeps the planner off the index by resource.
    .where(
      sql<boolean>`(resource || '' = ${given.resource}
        or (resource || '' >= ${given.beneathFrom} and resource || '' < ${given.beneathTo}))`,
    )
    .where(passes('account', given.account))
    .where(passes('operation', given.operation))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(given.limit),
);

/** Walks the entries of one entity by time. */
const listOfResource = defineStatement('audit.list-of-resource', (db, given: ListArgs & { resource: string }) =>
  db
    .selectFrom('audit')
    .select(entryColumns)
    .where('organization_id', '=', given.organizationId)
    .where('resource', '=', given.resource)
    .where('at', '>=', given.from)
    .where('at', '<', given.to)
    .where(passes('account', given.account))
    .where(passes('operation', given.operation))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(given.limit),
);

/** Walks the entries of what lies beneath one entity. */
const listBeneathResource = defineStatement('audit.list-beneath-resource', (db, given: ResourceArgs) =>
  db
    .selectFrom('audit')
    .select(entryColumns)
    .where('organization_id', '=', given.organizationId)
    .where('resource', '>=', given.beneathFrom)
    .where('resource', '<', given.beneathTo)
    .where('at', '>=', given.from)
    .where('at', '<', given.to)
    .where(passes('account', given.account))
    .where(passes('operation', given.operation))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(given.limit),
);

const listOfAccount = defineStatement(
  'audit.list-of-account',
  (db, given: { account: string; from: number; to: number; limit: number }) =>
    db
      .selectFrom('audit')
      .select(entryColumns)
      .where('account', '=', given.account)
      .where('at', '>=', given.from)
      .where('at', '<', given.to)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(given.limit),
);

const listOfAll = defineStatement('audit.list-of-all', (db, given: { from: number; to: number; limit: number }) =>
  db
    .selectFrom('audit')
    .select(entryColumns)
    .where('at', '>=', given.from)
    .where('at', '<', given.to)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(given.limit),
);

export const insertAudit = defineStatement('audit.insert', (db, given: Omit<AuditRow, 'id'>) =>
  db.insertInto('audit').values(pick(given, columns)),
);

export function fromAudit(entry: AuditDraft): Omit<AuditRow, 'id'> {
  return {
    organization_id: entry.organizationId ?? null,
    at: entry.at,
    account: cleanText(entry.account),
    operation: entry.operation,
    request_uri: cleanText(entry.requestUri),
    response_code: entry.responseCode,
    request_id: cleanText(entry.requestId),
    resource: cleanText(entry.resource),
    request: cleanText(entry.request),
  };
}

/** An entry may quote what a client sent, or a part of it; what no engine can store must not undo what it tells of. */
function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** Reads the audit log. */
export class AuditTable implements AuditReader {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async list(query: AuditQuery): Promise<AuditEntry[]> {
    const { organizationId, resource, from, to, limit } = query;
    const account = query.account ?? null;
    const operation = query.operation ?? null;
    const args = { organizationId, resource, from, to, account, operation, limit };
    if (!query.beneath) return (await this.#executor.rows(listOfResource, args)).map(toEntry);
    const range = { ...args, ...rangeBeneath(resource) };
    if (isBroad(resource)) return (await this.#executor.rows(listByTime, range)).map(toEntry);
    const own = (await this.#executor.rows(listOfResource, args)).map(toEntry);
    const beneath = (await this.#executor.rows(listBeneathResource, range)).map(toEntry);
    return [...own, ...beneath].sort(newestFirst).slice(0, limit);
  }

  async listOfAccount(account: string, query: { from: number; to: number; limit: number }): Promise<AuditEntry[]> {
    return (await this.#executor.rows(listOfAccount, { account, ...query })).map(toEntry);
  }

  async listOfAll(query: { from: number; to: number; limit: number }): Promise<AuditEntry[]> {
    return (await this.#executor.rows(listOfAll, query)).map(toEntry);
  }
}

/** `/` and a collection hold so much that a walk by time meets a match soon; an entity holds so little that it sorts. */
function isBroad(resource: string): boolean {
  return resource.lastIndexOf('/') === 0;
}

/** All texts that begin with the resource and a slash; `0` is the character after `/`. */
function rangeBeneath(resource: string): { beneathFrom: string; beneathTo: string } {
  const stem = resource === '/' ? '' : resource;
  return { beneathFrom: `${stem}/`, beneathTo: `${stem}0` };
}

function newestFirst(left: AuditEntry, right: AuditEntry): number {
  return right.at - left.at || right.id - left.id;
}

function toEntry(row: Omit<AuditRow, 'id'> & { id: number }): AuditEntry {
  return {
    id: row.id,
    organizationId: row.organization_id ?? undefined,
    at: row.at,
    account: row.account,
    operation: row.operation as AuditOperation,
    requestUri: row.request_uri,
    responseCode: row.response_code,
    requestId: row.request_id,
    resource: row.resource,
    request: row.request,
  };
}
