import { type RawBuilder, sql } from 'kysely';
import { appIsLive, organizationIsLive } from './live.ts';
import type { ApiProductRow, AppRow, CompanyRow, CredentialRow, DeveloperRow, TableName } from './schema.ts';
import { stampColumns } from './stamp.ts';
import { defineStatement, type Grammar, type Statement } from './statement.ts';

const stamp = stampColumns.filter((column) => column !== 'version');
const columns = {
  developer: ['id', 'email', 'first_name', 'last_name', 'user_name', 'status', 'attributes', ...stamp],
  company: ['id', 'name', 'display_name', 'status', 'attributes', ...stamp],
  app: [
    ...['id', 'owner_kind', 'owner_id', 'name', 'status', 'callback_url', 'attributes', 'scopes', 'app_family'],
    ...stamp,
  ],
  credential: [
    ...['id', 'app_id', 'lookup_hash', 'status', 'products', 'attributes', 'scopes', 'issued_at', 'expires_at'],
  ],
  api_product: ['id', 'name', 'content'],
} as const satisfies Partial<Record<TableName, readonly string[]>>;

/** What each noun is read from. Never a sealed secret. */
export interface SourceRows {
  readonly developer: DeveloperRow;
  readonly company: CompanyRow;
  readonly app: AppRow;
  readonly credential: Omit<CredentialRow, 'sealed'>;
  readonly 'api-product': ApiProductRow;
}

export interface WalkArgs {
  readonly organizationId: string;
  /** Where the last batch ended. */
  readonly mark: string;
  readonly limit: number;
}

interface ReadArgs {
  readonly organizationId: string;
  readonly ids: readonly string[];
}

type Statements<Args> = { readonly [Noun in keyof SourceRows]: Statement<Args, SourceRows[Noun]> };

/** The column that each noun is walked by: an index has it behind the organization. */
export const walkMarks = {
  developer: 'email_key',
  company: 'name_key',
  app: 'id',
  credential: 'lookup_hash',
  'api-product': 'name',
} as const;

const credentialSource = sql`credential join app on app.id = credential.app_id`;

export const walks: Statements<WalkArgs> = {
  developer: defineWalk('developer', 'developer', sql`developer`),
  company: defineWalk('company', 'company', sql`company`),
  app: defineWalk('app', 'app', sql`app`, sql`and ${appIsLive}`),
  credential: defineWalk('credential', 'credential', credentialSource, sql`and ${appIsLive}`),
  'api-product': defineWalk('api-product', 'api_product', sql`api_product`),
};

export const reads: Statements<ReadArgs> = {
  developer: defineRead('developer', 'developer', organizationIsLive('developer')),
  company: defineRead('company', 'company', organizationIsLive('company')),
  app: defineRead('app', 'app', appIsLive),
  credential: defineRead('credential', 'credential', appIsLive),
  'api-product': defineRead('api-product', 'api_product', organizationIsLive('api_product')),
};

interface FindArgs {
  readonly organizationId: string;
  /** In hexadecimal digits. */
  readonly hash: string;
}

export const findByHash: Statement<FindArgs, SourceRows['credential']> = defineStatement(
  'verification.find-credential',
  (db, given: FindArgs) =>
    sql<SourceRows['credential']>`select ${shown('credential')} from ${credentialSource}
      where credential.organization_id = ${given.organizationId} and credential.lookup_hash = ${given.hash}
        and ${appIsLive}`.compile(db),
);

function shown(table: keyof typeof columns, ...more: readonly string[]): RawBuilder<unknown> {
  return sql.join([...new Set([...columns[table], ...more])].map((column) => sql.ref(`${table}.${column}`)));
}

function defineWalk<Noun extends keyof SourceRows>(
  noun: Noun,
  table: keyof typeof columns,
  source: RawBuilder<unknown>,
  filter: RawBuilder<unknown> = sql``,
): Statement<WalkArgs, SourceRows[Noun]> {
  const mark = sql.ref(`${table}.${walkMarks[noun]}`);
  return defineStatement(`verification.walk-${noun}`, (db, given: WalkArgs) =>
    sql<SourceRows[Noun]>`select ${shown(table, walkMarks[noun])} from ${source}
      where ${sql.ref(`${table}.organization_id`)} = ${given.organizationId} and ${mark} > ${given.mark} ${filter}
      order by ${mark} limit ${given.limit}`.compile(db),
  );
}

/** The empty suffix keeps SQLite from walking all of the organization in place of the few that are named. */
function defineRead<Noun extends keyof SourceRows>(
  noun: Noun,
  table: keyof typeof columns,
  isLive: RawBuilder<boolean>,
): Statement<ReadArgs, SourceRows[Noun]> {
  const join = table === 'credential' ? sql`join app on app.id = credential.app_id` : sql``;
  return defineStatement(`verification.read-${noun}`, (db, given: ReadArgs, grammar: Grammar) =>
    sql<SourceRows[Noun]>`select ${shown(table)} from ${grammar.each(given.ids)} as named
      join ${sql.table(table)} on ${sql.ref(`${table}.id`)} = named.value ${join}
      where ${sql.ref(`${table}.organization_id`)} || '' = ${given.organizationId} and ${isLive}`.compile(db),
  );
}
