import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../support/client.ts';
import { makeDirectory } from '../support/directory.ts';
import { type EngineName, engines, openPlace, type StorePlace } from '../support/engines.ts';
import { isLong } from '../support/scale.ts';
import { adminAuthorization, ServerProcess } from '../support/server-process.ts';
import { ClockOfProcess } from './clock-step.ts';
import { readEffect } from './effect.ts';
import { Link } from './link.ts';
import { makePopulation, organization, type Population, pathOfCall } from './right.ts';
import { VerifierProcess } from './verifier-process.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const root = `/edge/v1/organizations/${organization}`;
const timing = { holdMs: 200, silenceMsMax: 400, pauseMsMin: 10, pauseMsMax: 50, leaveMsMax: 500 };

/** A plane and two verifiers, each with a wall clock that can be set: `long` may answer for minutes, `short` hardly. */
interface World extends AsyncDisposable {
  readonly planeClock: ClockOfProcess;
  readonly verifierClock: ClockOfProcess;
  readonly link: Link;
  readonly population: Population;
  /** What a verifier answers for each key; the last one expires in an hour. */
  ask(name: string): Promise<readonly string[]>;
  /** Takes a right away; resolves to who is named as not having heard. */
  take(subject: number): Promise<readonly string[]>;
}

/** The other one in the long round: its leases run on a clock that no node has. */
for (const engine of isLong ? engines : (['sqlite'] as const)) {
  describe(`clocks that are set, on ${engine}`, () => {
    let place: StorePlace;
    let world: World;
    before(async () => {
      place = await openPlace(engine);
      world = await openWorld(engine, place);
    });
    after(async () => {
      await world?.[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    });

    const untilEvery = async (name: string, wanted: string) => {
      await until(async () => (await world.ask(name)).every((reason) => reason === wanted));
    };

    test('a verifier asks its own wall clock nothing: neither expiry nor its age follow it', async () => {
      for (const offset of [2 * dayMs, -2 * dayMs, 0]) {
        await world.verifierClock.set(offset);
        await sleep(timing.holdMs);
        assert.deepEqual(new Set(await world.ask('long')), new Set(['allowed']), `off by ${offset} ms`);
        await untilEvery('short', 'allowed');
      }
    });

    test('expiry is judged by the plane’s time, there and back', async () => {
      await world.planeClock.set(2 * hourMs);
      await until(async () => (await world.ask('long')).at(-1) === 'credential.expired');
      assert.ok((await world.ask('long')).slice(0, -1).every((reason) => reason === 'allowed'));
      await world.planeClock.set(0);
      await untilEvery('long', 'allowed');
    });

    test('a verifier without word from the plane ends after its time, whatever wall clocks say', async () => {
      world.link.set('cut');
      await world.verifierClock.set(-dayMs);
      await world.planeClock.set(-dayMs);
      await untilEvery('short', 'verifier.stale');
      await world.verifierClock.set(dayMs);
      assert.deepEqual(new Set(await world.ask('long')), new Set(['allowed']));
      await Promise.all([world.verifierClock.set(0), world.planeClock.set(0)]);
    });

    test('no lease ends early when the plane’s clock is set: who may still answer is named', async () => {
      assert.equal(world.link.state, 'cut');
      for (const [subject, offset] of [dayMs, -dayMs, 0].entries()) {
        await world.planeClock.set(offset);
        assert.deepEqual((await world.take(subject)).includes('long'), true, `off by ${offset} ms`);
        assert.equal((await world.ask('long')).at(subject * 2), 'allowed', 'it has not heard of it');
      }
      world.link.set('open');
      await until(async () => (await world.ask('long')).slice(0, 6).every((reason) => reason === 'developer.inactive'));
    });
  });
}

async function openWorld(engine: EngineName, place: StorePlace): Promise<World> {
  const directory = makeDirectory();
  const planeClock = new ClockOfProcess(join(directory.path, 'plane-clock'));
  const verifierClock = new ClockOfProcess(join(directory.path, 'verifier-clock'));
  const server = await ServerProcess.start({
    dataDirectory: place.dataDirectory,
    store: place.store,
    settings: { NODE_OPTIONS: planeClock.nodeFlags.join(' '), CLAVIGER_ACKNOWLEDGE_MILLISECONDS_MAX: '300' },
  });
  const client = new Client(server.url, { authorization: adminAuthorization });
  const population = await makePopulation(client, 3);
  const keys = [...population.keys, await makeExpiringKey(client)];
  const link = await Link.open(() => Number(new URL(server.runtimeUrl).port));
  const verifiers = [
    { name: 'long', url: link.url, stalenessMsMax: 600_000 },
    { name: 'short', url: link.url, stalenessMsMax: 1_000 },
  ];
  const token = await makeToken(client);
  const task = { verifiers, token, keys, directory: directory.path, sweepMs: 1_000, keysOfSweep: 1, timing };
  const process = new VerifierProcess(task, verifierClock.nodeFlags);
  await process.ready();
  return {
    ...{ planeClock, verifierClock, link, population },
    ask: async (name) => (await process.tell()).find((each) => each.name === name)?.reasons ?? assert.fail(engine),
    async take(subject) {
      const right = population.subjects[subject]?.rights[0] ?? assert.fail('no such subject');
      const headers = { 'content-type': 'application/octet-stream' };
      const answer = await client.send({ method: 'POST', path: pathOfCall(right, 'take', 'edge'), headers });
      return readEffect(answer.headers)?.verifiers?.outstanding ?? assert.fail(`${answer.status} ${answer.text}`);
    },
    async [Symbol.asyncDispose]() {
      await process.kill();
      await link.close();
      client.close();
      await server.kill();
      directory[Symbol.dispose]();
    },
  };
}

async function makeExpiringKey(client: Client): Promise<string> {
  const body = { name: 'expiring', apiProducts: ['gold'], keyExpiresIn: String(hourMs) };
  const answer = await client.send({ method: 'POST', path: `${root}/developers/subject-0@example.com/apps`, body });
  assert.equal(answer.status, 201, answer.text);
  const { credentials } = JSON.parse(answer.text) as { credentials: readonly { consumerKey: string }[] };
  return credentials[0]?.consumerKey ?? assert.fail(answer.text);
}

async function makeToken(client: Client): Promise<string> {
  const path = `/claviger/v1/organizations/${organization}/runtime-credentials`;
  const answer = await client.send({ method: 'POST', path, body: { name: 'clock' } });
  return (JSON.parse(answer.text) as { token: string }).token;
}

async function until(met: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 15_000; performance.now() < end; await sleep(20)) if (await met()) return;
  assert.fail('it did not come');
}
