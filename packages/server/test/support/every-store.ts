import { after, before, describe } from 'node:test';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './server.ts';

/** A suite's way to its server, once its tests run. */
export type GetServer = () => TestServer;

/**
 * Runs a suite over one server for each store, shared by its tests.
 * @param define registers the tests; the server is there when they run
 */
export function describeOnEveryStore(title: string, define: (server: GetServer) => void): void {
  for (const store of ['sqlite', 'postgres'] as const) {
    describe(`${title}, on ${store}`, () => {
      let server: TestServer | undefined;
      before(async () => {
        server = await startTestServer({ store: await prepareStore(store) });
      });
      after(() => server?.close());
      define(() => {
        if (server === undefined) throw new Error('the server is there when tests run, not before');
        return server;
      });
    });
  }
}

/** One PostgreSQL for all suites of this process, started with the first that wants it; each suite has a database. */
let postgres: Promise<PostgresServer> | undefined;
after(async () => (await postgres)?.remove());

async function prepareStore(store: 'sqlite' | 'postgres'): Promise<TestServerOptions['store']> {
  if (store === 'sqlite') return store;
  postgres ??= startPostgres();
  return { postgres: await (await postgres).createDatabase() };
}
