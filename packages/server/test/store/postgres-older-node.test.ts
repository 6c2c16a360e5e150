import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import pg from 'pg';
import { insertApp, insertCredential, insertDeveloper, insertOrganization } from '../support/entity.ts';
import { type PostgresDatabases, sharePostgres } from '../support/postgres.ts';
import { postgresEngine } from '../support/store.ts';

let server: PostgresDatabases;
before(async () => {
  server = await sharePostgres();
});
after(() => server.remove());

it('makes the keys of an organization that a node of the first schema made beside it, once for all nodes', async () => {
  const home = await postgresEngine(() => server).createHome();
  const nodes = [await home.open(), await home.open()] as const;
  const [one] = nodes;
  const { id } = await insertOrganization(one);
  const app = await insertApp(one, await insertDeveloper(one, id));
  const client = new pg.Client({ connectionString: home.place });
  await client.connect();
  await client.query('delete from organization_key');
  await client.end();
  assert.deepEqual(await one.credentials.findByKey(id, 'none'), undefined);
  const inserted = await Promise.all(Array.from({ length: 6 }, (_, at) => insertCredential(nodes[at % 2] ?? one, app)));
  for (const node of nodes) {
    for (const credential of inserted) {
      assert.deepEqual(await node.credentials.findByKey(id, credential.consumerKey), credential);
    }
    await node.close();
  }
  await home.remove();
});
