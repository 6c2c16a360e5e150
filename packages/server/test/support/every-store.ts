import { after, before, describe } from 'node:test';
import { startTestServer, type TestServer } from './server.ts';

/** A suite's way to its server, once its tests run. */
export type GetServer = () => TestServer;

/**
 * Runs a suite over one server for each store, shared by its tests.
 * @param define registers the tests; the server is there when they run
 */
export function describeOnEveryStore(title: string, define: (server: GetServer) => void): void {
  for (const store of ['sqlite'] as const) {
    describe(`${title}, on ${store}`, () => {
      let server: TestServer | undefined;
      before(async () => {
        server = await startTestServer({ store });
      });
      after(() => server?.close());
      define(() => {
        if (server === undefined) throw new Error('the server is there when tests run, not before');
        return server;
      });
    });
  }
}
