import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './client.ts';
import { type Ledger, sharedEmailOf } from './ledger.ts';
import { adminAuthorization } from './server-process.ts';
import { Writer } from './writer.ts';

const writerCount = 16;
const collection = '/edge/v1/organizations/myorg/developers';
/** A guard against hanging: far above what any machine needs. */
const roundMilliseconds = 120_000;

export interface Writers {
  /** Until the ledger holds so many acknowledged calls. */
  untilAcknowledged(count: number): Promise<void>;
  /** After the server is gone, or while it runs. */
  stop(): Promise<void>;
}

/** Sixteen writers, and one developer of the round whom all of them change. */
export function startWriters(url: string, ledger: Ledger, round: number): Writers {
  const client = new Client(url, { authorization: adminAuthorization, connections: writerCount });
  const sharedEmail = sharedEmailOf(round);
  const createWriter = (at: number) => new Writer(client, ledger, { name: `r${round}w${at}`, sharedEmail });
  const writers = Array.from({ length: writerCount }, (_, at) => createWriter(at));
  const running = makeShared(client, ledger, sharedEmail).then(() =>
    Promise.all(writers.map((writer) => writer.run())),
  );
  return {
    untilAcknowledged: async (count) => {
      const deadline = performance.now() + roundMilliseconds;
      while (ledger.acknowledged.size < count) {
        assert.ok(performance.now() < deadline, `${ledger.acknowledged.size} of ${count} calls were acknowledged`);
        await sleep(2);
      }
    },
    stop: async () => {
      for (const writer of writers) writer.stop();
      await running;
      client.close();
    },
  };
}

async function makeShared(client: Client, ledger: Ledger, email: string): Promise<void> {
  const body = { email, firstName: 'Shared', lastName: 'By all' };
  const answer = await client.send({ method: 'POST', path: collection, body });
  assert.equal(answer.status, 201, answer.text);
  ledger.acknowledged.add(String(answer.headers['x-request-id']));
  ledger.shared.add(email);
}

/** What the tables hold is also what the API tells of this round's developers. */
export async function checkThroughDoor(url: string, ledger: Ledger, round: number): Promise<void> {
  const client = new Client(url, { authorization: adminAuthorization, connections: 8 });
  const slots = [...ledger.slots.values()].filter(({ name }) => name.startsWith(`r${round}w`));
  await Promise.all(
    slots.map(async ({ name, state, unanswered }) => {
      if (unanswered !== undefined) return;
      const answer = await client.send({ method: 'GET', path: `${collection}/${state?.id ?? name}` });
      assert.equal(answer.status, state === undefined ? 404 : 200, answer.text);
      if (state === undefined) return;
      const told = JSON.parse(answer.text) as Record<string, unknown>;
      const { id: developerId, version: _, ...rest } = state;
      for (const [member, value] of Object.entries({ ...rest, developerId })) assert.deepEqual(told[member], value);
    }),
  );
  client.close();
}
