import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { startPostgres } from '../support/postgres.ts';
import { makeDirectory } from './support/directory.ts';
import { readPostgresImage } from './support/image.ts';
import { openLedger } from './support/ledger.ts';
import { checkThroughDoor, countAcknowledged, judge, startWriters, type Writers } from './support/round.ts';
import { scale } from './support/scale.ts';
import { ServerProcess } from './support/server-process.ts';

const rounds = scale('CLAVIGER_KILL_ROUNDS', { quick: 1, long: 20 });
const writesOfRound = scale('CLAVIGER_KILL_WRITES', { quick: 300, long: 500 });

test(`kill -9 of the server and a crash of PostgreSQL under concurrent writes lose nothing, ${rounds} rounds`, async (t) => {
  using directory = makeDirectory();
  const postgres = await startPostgres();
  t.after(() => postgres.remove());
  const store = await postgres.createDatabase();
  const options = { dataDirectory: directory.path, store };
  const ledger = openLedger();
  let server = await ServerProcess.start(options);
  let writers: Writers | undefined;
  t.after(async () => {
    await server.kill();
    await writers?.stop();
  });
  let unansweredDone = 0;
  for (let round = 0; round < rounds; round++) {
    const acknowledgedBefore = countAcknowledged(ledger);
    writers = startWriters(server.url, ledger, round);
    await writers.untilAcknowledged(acknowledgedBefore + writesOfRound + randomInt(64));
    if (round % 2 === 0) {
      await server.kill();
      await writers.stop();
      server = await ServerProcess.start(options);
    } else {
      // The server lives on, and finds its way back by itself.
      await postgres.stop('immediate');
      await postgres.start();
      await writers.untilAcknowledged(countAcknowledged(ledger) + 50);
      await writers.stop();
    }
    const image = await readPostgresImage(store);
    const verdict = await judge(server.url, image, ledger, { gaps: 'after a crash' });
    assert.deepEqual(verdict.findings, [], `round ${round}`);
    await checkThroughDoor(server.url, ledger, round);
    unansweredDone = verdict.unansweredDone;
  }
  await server.stop();
  const unanswered = [...ledger.slots.values(), ...ledger.cells.values()].filter((each) => each.unanswered).length;
  t.diagnostic(
    `postgres: rounds=${rounds} acknowledged=${countAcknowledged(ledger)} (apps and companies ${ledger.appsAcknowledged.size}) unanswered=${unanswered} ` +
      `of which done=${unansweredDone} lost=0 half=0`,
  );
});
