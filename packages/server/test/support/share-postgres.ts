import { type PostgresServer, sharedServerVariable, sharedSettings, startPostgres } from './postgres.ts';

/** For `node --test --test-global-setup`: one PostgreSQL for all test files of a run. */

let server: PostgresServer | undefined;

/** Test files are started with the environment as it is then. */
export async function globalSetup(): Promise<void> {
  server = await startPostgres({ ...sharedSettings, max_connections: '400' });
  process.env[sharedServerVariable] = server.url;
}

export async function globalTeardown(): Promise<void> {
  await server?.remove();
}
