import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import type { Store } from '../../src/ports/store.ts';
import { collect } from '../store-suite/context.ts';
import { assertComplete, followWriters } from '../store-suite/feed.ts';
import { insertOrganization, makeChange, makeDeveloper } from '../support/entity.ts';
import { installedBinaries, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { postgresEngine } from '../support/store.ts';

/** The operator's own tools: pg_dump refuses a server that is newer than itself. */
const tool = (name: string): string => (installedBinaries === undefined ? name : join(installedBinaries, name));

async function findObstacle(server: PostgresServer): Promise<string | undefined> {
  let version: string;
  try {
    version = execFileSync(tool('pg_dump'), ['--version'], { encoding: 'utf8' });
  } catch {
    return 'pg_dump is not installed';
  }
  const client = new pg.Client({ connectionString: await server.createDatabase() });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  await client.end();
  const [own, its] = [/\d+/.exec(version), /\d+/.exec(rows[0]?.server_version ?? '')].map(Number);
  if (own !== undefined && its !== undefined && own >= its) return undefined;
  return `pg_dump ${own} can not read a server ${its}`;
}

describe('PostgreSQL: pg_dump and pg_restore', () => {
  let server: PostgresServer;
  const stores: Store[] = [];
  const open = async (place: Awaited<ReturnType<ReturnType<typeof postgresEngine>['createHome']>>): Promise<Store> => {
    const store = await place.open();
    stores.push(store);
    return store;
  };

  before(async () => {
    server = await startPostgres();
  });
  after(async () => {
    for (const store of stores) await store.close();
    await server.remove();
  });

  it('a dump taken under load is one moment, and its feed goes on complete in a new epoch', async (context) => {
    const obstacle = await findObstacle(server);
    // Where the run names its PostgreSQL, it has these tools: then there is no excuse.
    if (obstacle !== undefined && installedBinaries === undefined) return context.skip(obstacle);
    assert.equal(obstacle, undefined);
    const engine = postgresEngine(() => server);
    const [from, to] = [await engine.createHome(), await engine.createHome()];
    const source = await open(from);
    const { id } = await insertOrganization(source, { name: 'acme' });
    let writing = true;
    let written = 0;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let at = 0; writing; at++) {
        const developer = makeDeveloper(id, { email: `${writer}-${at}@example.com` });
        await source.write(async (t) => {
          await t.developers.insert(developer);
          t.append(makeChange(id, { noun: 'developer', entityId: developer.id }));
        });
        written += 1;
      }
    });
    while (written < 50) await new Promise((resolve) => setImmediate(resolve));
    const dump = await takeDump(from.place);
    writing = false;
    await Promise.all(writers);
    execFileSync(tool('pg_restore'), ['--dbname', to.place, '--no-owner', '--exit-on-error'], { input: dump });

    const restored = await open(to);
    const organization = await restored.organizations.findByName('acme');
    assert.ok(organization);
    const head = await restored.feed.head();
    const changed = (await restored.feed.after(0, 1_000_000)).flatMap(({ noun, entityId }) =>
      noun === 'developer' ? entityId : [],
    );
    const rows = (await collect(restored.archive.dump())).flatMap((item) =>
      item.kind === 'row' && item.table === 'developer' ? item.row['id'] : [],
    );
    assert.deepEqual(rows.toSorted(), changed.toSorted());
    assert.ok(rows.length > 0 && rows.length < written, 'the dump was not taken under load');
    assert.notEqual(head.epoch, (await source.feed.head()).epoch);
    assertComplete(await followWriters(() => restored, restored.feed));
  });
});

/** In a process of its own, so that the writers go on meanwhile. */
function takeDump(url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { encoding: 'buffer', maxBuffer: 1 << 28 } as const;
    execFile(tool('pg_dump'), ['--format=custom', url], options, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
}
