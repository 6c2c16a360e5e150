import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkAppImage, checkTrees, readTrees } from './app-check.ts';
import { AppWriter, makeMembers, makeProducts } from './app-writer.ts';
import { Client } from './client.ts';
import type { Image } from './image.ts';
import { type CheckOptions, checkImage, type Verdict } from './image-check.ts';
import { type Ledger, sharedEmailOf } from './ledger.ts';
import { adminAuthorization } from './server-process.ts';
import { Writer } from './writer.ts';

const writerCount = 16;
const appWriterCount = 16;
const collection = '/edge/v1/organizations/myorg/developers';
/** A guard against hanging: far above what any machine needs. */
const roundMilliseconds = 120_000;

export interface Writers {
  /** Until the ledger holds so many acknowledged calls. */
  untilAcknowledged(count: number): Promise<void>;
  /** After the server is gone, or while it runs. */
  stop(): Promise<void>;
}

/** Sixteen writers of developers, one developer of the round whom all of them change, and as many writers of apps, keys and companies. */
export function startWriters(url: string, ledger: Ledger, round: number): Writers {
  const client = new Client(url, { authorization: adminAuthorization, connections: writerCount + appWriterCount });
  const sharedEmail = sharedEmailOf(round);
  const createWriter = (at: number) => new Writer(client, ledger, { name: `r${round}w${at}`, sharedEmail });
  const createAppWriter = (at: number) => new AppWriter(client, ledger, `r${round}a${at}`);
  const writers = [
    ...Array.from({ length: writerCount }, (_, at) => createWriter(at)),
    ...Array.from({ length: appWriterCount }, (_, at) => createAppWriter(at)),
  ];
  const running = makeProducts(client)
    .then(() => makeMembers(client, ledger))
    .then(() => makeShared(client, ledger, sharedEmail))
    .then(() => Promise.all(writers.map((writer) => writer.run())));
  return {
    untilAcknowledged: async (count) => {
      const deadline = performance.now() + roundMilliseconds;
      while (countAcknowledged(ledger) < count) {
        assert.ok(performance.now() < deadline, `${countAcknowledged(ledger)} of ${count} calls were acknowledged`);
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

export function countAcknowledged({ acknowledged, appsAcknowledged }: Ledger): number {
  return acknowledged.size + appsAcknowledged.size;
}

/** Holds the ledger against the tables and, for apps and keys of all rounds, against what the server tells. */
export async function judge(url: string, image: Image, ledger: Ledger, options: CheckOptions): Promise<Verdict> {
  const trees = checkTrees(await readTrees(url, [...ledger.appSlots.keys()]), ledger);
  const verdict = checkImage(image, ledger, options);
  return { ...verdict, findings: [...trees, ...verdict.findings, ...checkAppImage(image, ledger)] };
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
