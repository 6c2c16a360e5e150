import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './support/client.ts';
import { type Counter, engines, openPlace } from './support/engines.ts';
import { isLong, scale } from './support/scale.ts';
import { adminAuthorization, ServerProcess } from './support/server-process.ts';

const developers = scale('CLAVIGER_SWEEP_DEVELOPERS', { quick: 2000, long: 5000 });
const prefix = 'seed-';
/** The sweep may be through before the kill reaches it: then once more with another organization. */
const attemptsMax = 5;
/** A guard against hanging. */
const sweepMilliseconds = 60_000;

for (const engine of isLong ? engines : (['sqlite'] as const)) {
  test(`a deleted organization is gone at once, and its ${developers} developers after a kill half-way: ${engine}`, async (t) => {
    await using place = await openPlace(engine);
    let server = await ServerProcess.start(place);
    t.after(() => server.kill());
    let name = '';
    let half = 0;
    for (let attempt = 0; half === 0; attempt++) {
      assert.ok(attempt < attemptsMax, 'the server was killed half-way');
      if (server.hasExited) server = await ServerProcess.start(place);
      name = `doomed-${attempt}`;
      half = await killInSweep(server, name, await place.openCounter());
    }
    t.diagnostic(`${engine}: killed with ${half} of ${developers} developers left`);

    server = await ServerProcess.start(place);
    assert.deepEqual(await readStatuses(server, name), new Set([404]), 'invisible after the restart');
    const client = new Client(server.url, { authorization: adminAuthorization });
    await makeOrganization(client, name, 'x');
    const path = `/x/v1/organizations/${name}/developers`;
    const empty = await client.send({ method: 'GET', path });
    assert.deepEqual([empty.status, JSON.parse(empty.text)], [200, {}], 'the name is free, and nothing comes with it');
    const body = { email: `${prefix}1@example.com`, firstName: 'New', lastName: 'One', userName: 'new' };
    const made = await client.send({ method: 'POST', path, body });
    assert.equal(made.status, 200, made.text);
    await using counter = await place.openCounter();
    await untilLeft(counter, 1);
    const kept = await client.send({ method: 'GET', path: `${path}/${body.email}` });
    assert.equal(kept.status, 200, 'the sweep of the old one takes nothing of the new one');
    client.close();
  });
}

/** Makes and deletes the organization, and kills the server in its sweep. Resolves to the developers left. */
async function killInSweep(server: ServerProcess, name: string, counter: Counter): Promise<number> {
  const client = new Client(server.url, { authorization: adminAuthorization, connections: 64 });
  await makeOrganization(client, name, 'edge');
  await seedDevelopers(client, name);
  assert.deepEqual(await readStatuses(server, name), new Set([200]));
  const deleted = await client.send({ method: 'DELETE', path: `/claviger/v1/organizations/${name}?confirm=${name}` });
  assert.ok(deleted.status < 300, deleted.text);
  assert.deepEqual(await readStatuses(server, name), new Set([404]), 'invisible from the first moment');
  while ((await counter.count(prefix)) === developers) await sleep(1);
  client.close();
  await server.kill();
  const left = await counter.count(prefix);
  await counter[Symbol.asyncDispose]();
  return left;
}

async function makeOrganization(client: Client, name: string, dialect: string): Promise<void> {
  const made = await client.send({ method: 'POST', path: '/claviger/v1/organizations', body: { name, dialect } });
  assert.equal(made.status, 201, made.text);
}

async function seedDevelopers(client: Client, name: string): Promise<void> {
  const path = `/edge/v1/organizations/${name}/developers`;
  const answers = await Promise.all(
    Array.from({ length: developers }, (_, at) =>
      client.send({
        method: 'POST',
        path,
        body: { email: `${prefix}${at}@example.com`, firstName: 'Seed', lastName: String(at) },
      }),
    ),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
}

async function untilLeft(counter: Counter, count: number): Promise<void> {
  const deadline = performance.now() + sweepMilliseconds;
  while ((await counter.count(prefix)) > count) {
    assert.ok(performance.now() < deadline, 'the sweep goes on after the restart');
    await sleep(20);
  }
}

async function readStatuses(server: ServerProcess, name: string): Promise<Set<number>> {
  const one = `developers/${prefix}1@example.com`;
  const client = new Client(server.url, { authorization: adminAuthorization });
  const paths = [
    `/edge/v1/organizations/${name}/developers`,
    `/edge/v1/organizations/${name}/developers?expand=true`,
    `/edge/v1/organizations/${name}/${one}`,
    `/edge/v1/organizations/${name}/${one}/attributes`,
    `/v1/o/${name}/developers`,
    `/x/v1/organizations/${name}/developers`,
    `/x/v1/organizations/${name}/${one}`,
  ];
  const answers = await Promise.all(paths.map((path) => client.send({ method: 'GET', path })));
  client.close();
  return new Set(answers.map(({ status }) => status));
}
