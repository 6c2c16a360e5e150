import { after, before, describe } from 'node:test';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './server.ts';

/** A suite's way to its server, once its tests run. */
export type GetServer = () => TestServer;

/** `CLAVIGER_TEST_STORES=sqlite` runs the suites on that store alone; absent: on both. */
const stores = (process.env['CLAVIGER_TEST_STORES'] ?? 'sqlite,postgres').split(',');

/**
 * Runs a suite over one server for each store, shared by its tests.
 * @param define registers the tests; the server is there when they run
 */
export function describeOnEveryStore(title: string, define: (server: GetServer) => void): void {
  for (const store of stores) {
    describe(`${title}, on ${store}`, () => {
      let postgres: PostgresServer | undefined;
      let server: TestServer | undefined;
      before(async () => {
        if (store === 'postgres') postgres = await startPostgres();
        server = await startTestServer(await optionsFor(postgres));
      });
      after(async () => {
        await server?.close();
        await postgres?.remove();
      });
      define(() => {
        if (server === undefined) throw new Error('the server is there when tests run, not before');
        return server;
      });
    });
  }
}

async function optionsFor(postgres: PostgresServer | undefined): Promise<TestServerOptions> {
  return postgres === undefined ? {} : { store: { postgres: await postgres.createDatabase() } };
}
