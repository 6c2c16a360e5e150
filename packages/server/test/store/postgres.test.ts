import { after, before } from 'node:test';
import { everySuite } from '../store-suite/every.ts';
import { planSuite } from '../store-suite/plan.ts';
import { installedBinaries, type PostgresDatabases, sharePostgres } from '../support/postgres.ts';
import { postgresEngine } from '../support/store.ts';

let server: PostgresDatabases | undefined;
before(async () => {
  server = await sharePostgres();
});
after(async () => {
  await server?.remove();
});

const engine = postgresEngine(() => {
  if (server === undefined) throw new Error('PostgreSQL runs only while tests run');
  return server;
});

// An installed server may be of version 15, which explains no statement without its values.
const suites = installedBinaries === undefined ? everySuite : everySuite.filter((suite) => suite !== planSuite);
for (const suite of suites) suite(engine);
