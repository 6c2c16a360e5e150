import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { QueryEngine, QueryScope, SqlRow } from '../../src/ports/query.ts';
import { openPostgresQueries, openSqliteQueries } from '../../src/store/query/engine.ts';
import { newViewName } from '../../src/surfaces/sql/view-name.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { postgresEngine, quietLog } from '../../test/support/store.ts';

const parts = {
  entry: fileURLToPath(new URL('../../src/serve-query.ts', import.meta.url)),
  processesMax: 1,
  memoryMegabytes: 1024,
  stallMilliseconds: 30_000,
  log: quietLog,
  findKeys: async () => undefined,
};
const organization = { id: 'bench', name: 'bench' };

/** A text over the view of developers, by `developers`. */
export interface Asking {
  ask(text: string): Promise<number>;
  close(): Promise<void>;
}

/** Asks an engine; a text that comes again is the same text, as a prepared statement is. */
function askingOf(engine: QueryEngine, { id, name }: typeof organization): Asking {
  const scope: QueryScope = { organizations: [{ id, name, resources: ['developers'] }] };
  const known = new Map<string, { text: string; views: Record<string, string>; scope: QueryScope }>();
  return {
    async ask(text) {
      const view = newViewName('developers');
      const query = known.get(text) ?? {
        text: text.replaceAll('developers', view),
        views: { developers: view },
        scope,
      };
      known.set(text, query);
      const cursor = await engine.run(query, [], { timeoutMilliseconds: 120_000, rowsMax: 10_000_000 });
      let rows = 0;
      for (let batch: readonly SqlRow[] | undefined = []; batch !== undefined; batch = await cursor.next()) {
        rows += batch.length;
      }
      if (rows === 0) throw new Error(`${text} answered nothing`);
      return rows;
    },
    close: () => engine.close(),
  };
}

/** Over a store in a file, in this one of its organizations. */
export function askFile(file: string, own: typeof organization): Asking {
  return askingOf(openSqliteQueries({ ...parts, file }), own);
}

/** A PostgreSQL with so many developers, asked through the query engine and directly. */
export interface PostgresBench extends Asking {
  readonly client: pg.Client;
}

export async function startPostgresBench(developers: number): Promise<PostgresBench> {
  const server = await startPostgres({ max_connections: '40' });
  const home = await postgresEngine(() => server).createHome();
  await (await home.open()).close();
  const client = new pg.Client({ connectionString: home.place });
  await client.connect();
  await client.query('begin; set local synchronous_commit = off');
  await client.query(organizationText, [organization.id]);
  await client.query(developersText, [organization.id, developers]);
  await client.query('commit');
  await client.query('vacuum analyze developer');
  const asking = askingOf(openPostgresQueries({ ...parts, url: home.place }), organization);
  return {
    client,
    ask: (text) => asking.ask(text),
    async close() {
      await asking.close();
      await client.end();
      await server.remove();
    },
  };
}

const stamp = `1700000000000, 'seed@example.com', 1700000000000, 'seed@example.com', 1`;
const organizationText = `insert into organization (id, name, dialect, display_name, properties, secrets_shown_once,
  created_at, created_by, last_modified_at, last_modified_by, version) values ($1, $1, 'x', 'Bench', '[]', 0, ${stamp})`;
const attributes = JSON.stringify([{ name: 'tier', value: 'gold' }]);
const developersText = `insert into developer (id, organization_id, email, email_key, first_name, last_name, user_name,
    status, attributes, may_own_apps, may_be_member, created_at, created_by, last_modified_at, last_modified_by, version)
  select gen_random_uuid()::text, $1, email, email, 'Ada', 'Lovelace', 'ada',
    case when number % 10 = 0 then 'inactive' else 'active' end, '${attributes}', 0, 0, ${stamp}
  from (select number, 'developer-' || number || '@domain-' || number % 97 || '.example' as email
    from generate_series(1, $2::int) as number) as seed`;

/** How many have which status, and where most of them come from. */
export const aggregateTexts: readonly string[] = [
  'SELECT status, count(*) FROM developers GROUP BY status',
  `SELECT substr(email, instr(email, '@') + 1) AS domain, count(*) AS n FROM developers
    GROUP BY domain ORDER BY n DESC, domain LIMIT 10`,
];
