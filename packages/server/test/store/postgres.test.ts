import { after, before } from 'node:test';
import { everySuite } from '../store-suite/every.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { postgresEngine } from '../support/store.ts';

let server: PostgresServer | undefined;
before(async () => {
  server = await startPostgres();
});
after(async () => {
  await server?.remove();
});

const engine = postgresEngine(() => {
  if (server === undefined) throw new Error('PostgreSQL runs only while tests run');
  return server;
});

for (const suite of everySuite) suite(engine);
