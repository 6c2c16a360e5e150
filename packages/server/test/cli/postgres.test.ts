import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { longOnly } from '../robustness/support/scale.ts';
import { type PostgresDatabases, sharePostgres } from '../support/postgres.ts';
import { adminPassword, basic, call, makeDirectory, run, runClaviger, startClaviger } from './support.ts';

let postgres: PostgresDatabases;
before(async () => {
  postgres = await sharePostgres();
});
after(() => postgres.remove());

const masterKey = Buffer.alloc(32, 3).toString('base64');

test('on PostgreSQL two nodes share a data directory, and commands connect beside them', async (t) => {
  const data = await makeDirectory(t);
  const env = {
    CLAVIGER_STORE: await postgres.createDatabase(),
    CLAVIGER_MASTER_KEY: masterKey,
    CLAVIGER_ADMIN_PASSWORD: adminPassword,
  };
  const first = await startClaviger(t, data, { env });
  const second = await startClaviger(t, data, { env });
  assert.match(first.stdout(), /first start/);
  assert.match(second.stdout(), /^claviger answers gateways on http:\S+\nclaviger listening on http:\S+\n$/);
  await run(['org', 'create', 'acme', '--data', data], { env });
  for (const { url } of [first, second]) {
    const seen = await call(`${url}/claviger/v1/organizations/acme`, { headers: basic(adminPassword) });
    assert.equal(seen.status, 200);
  }
  await first.stop();
  assert.match(await run(['org', 'list', '--data', data], { env }), /^acme\t/);
});

test('a backup moves a plane from SQLite to PostgreSQL and back', { skip: longOnly }, async (t) => {
  const data = await makeDirectory(t);
  const key = { CLAVIGER_MASTER_KEY: masterKey };
  await run(['org', 'create', 'acme', '--display-name', 'Ácme “quoted”', '--data', data], { env: key });
  await run(['account', 'create', 'ann@example.com', '--password-stdin', '--data', data], {
    input: 'long enough',
    env: key,
  });
  const file = join(data, 'sqlite.ndjson');
  await run(['backup', file, '--data', data], { env: key });

  const env = { ...key, CLAVIGER_STORE: await postgres.createDatabase() };
  const elsewhere = await makeDirectory(t);
  await run(['restore', file, '--data', elsewhere], { env });
  const lists = [
    ['org', 'list', '--json'],
    ['env', 'list', '--org', 'acme', '--json'],
  ];
  for (const list of lists) {
    assert.equal(
      await run([...list, '--data', elsewhere], { env }),
      await run([...list, '--data', data], { env: key }),
    );
  }
  const archive = await run(['backup', '-', '--data', elsewhere], { env });
  const back = await makeDirectory(t);
  await run(['restore', '-', '--data', back], { input: archive, env: key });
  for (const list of lists) {
    const moved = await run([...list, '--data', back], { env: key });
    assert.equal(moved, await run([...list, '--data', data], { env: key }));
  }
});

test('a database that is not there is told of without its password', async (t) => {
  const data = await makeDirectory(t);
  const store = new URL(await postgres.createDatabase());
  store.password = 'hush';
  store.pathname = 'no_such_database';
  const { code, stderr } = await runClaviger(['serve', '--data', data, '--listen', '127.0.0.1:0'], {
    env: { CLAVIGER_STORE: store.href },
  });
  assert.equal(code, 1);
  assert.match(stderr, /^claviger: The store postgres:\/\/127\.0\.0\.1:\d+\/no_such_database can't be opened/m);
  assert.ok(!stderr.includes('hush'));
});
