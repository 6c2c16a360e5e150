import { after, before, describe } from 'node:test';
import type { RawSettings } from '../../src/config/setting.ts';
import { type PostgresDatabases, sharePostgres } from './postgres.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './server.ts';

/** A suite's way to its server, once its tests run. */
export type GetServer = () => TestServer;

/**
 * `CLAVIGER_TEST_STORES=sqlite` runs the suites on that store alone; absent: on both. Where every test there is runs at
 * once, they run on SQLite: what they ask of a store its own suite asks of both, and `.ci/run` runs them on PostgreSQL
 * besides.
 */
const storesDefault = process.env['CLAVIGER_TEST_EVERYTHING'] === '1' ? 'sqlite' : 'sqlite,postgres';
export const stores = (process.env['CLAVIGER_TEST_STORES'] ?? storesDefault).split(',').map(parseStore);

function parseStore(name: string): 'sqlite' | 'postgres' {
  if (name === 'sqlite' || name === 'postgres') return name;
  throw new Error(`CLAVIGER_TEST_STORES names ${name}, but there are sqlite and postgres`);
}

/**
 * Runs a suite over one server for each store, shared by its tests.
 * @param define registers the tests; the server is there when they run. Told which store it is
 * @param settings of the server, where they are not the usual ones
 */
export function describeOnEveryStore(
  title: string,
  define: (server: GetServer, store: 'sqlite' | 'postgres') => void,
  settings?: RawSettings,
): void {
  for (const store of stores) {
    describe(`${title}, on ${store}`, () => {
      let server: TestServer | undefined;
      before(async () => {
        server = await startTestServer({ store: await prepareStore(store), settings });
      });
      define(() => {
        if (server === undefined) throw new Error('the server is there when tests run, not before');
        return server;
      }, store);
      // After whatever the suite has to end first.
      after(() => server?.close());
    });
  }
}

/** One PostgreSQL for all suites of this process, asked for by the first that wants it; each suite has a database. */
let postgres: Promise<PostgresDatabases> | undefined;
after(async () => (await postgres)?.remove());

async function prepareStore(store: 'sqlite' | 'postgres'): Promise<TestServerOptions['store']> {
  if (store === 'sqlite') return store;
  postgres ??= sharePostgres();
  return { postgres: await (await postgres).createDatabase() };
}
