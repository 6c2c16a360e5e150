import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeDirectory } from './support/directory.ts';
import { readSqliteImage } from './support/image.ts';
import { openLedger } from './support/ledger.ts';
import { checkThroughDoor, countAcknowledged, judge, startWriters, type Writers } from './support/round.ts';
import { scale } from './support/scale.ts';
import { ServerProcess } from './support/server-process.ts';

const rounds = scale('CLAVIGER_KILL_ROUNDS', { quick: 2, long: 50 });
const writesOfRound = scale('CLAVIGER_KILL_WRITES', { quick: 300, long: 500 });

test(`kill -9 under concurrent writes loses nothing that was acknowledged, ${rounds} rounds`, async (t) => {
  using directory = makeDirectory();
  const dataDirectory = directory.path;
  const ledger = openLedger();
  let server = await ServerProcess.start({ dataDirectory });
  let writers: Writers | undefined;
  t.after(async () => {
    await server.kill();
    await writers?.stop();
  });
  let unansweredDone = 0;
  for (let round = 0; round < rounds; round++) {
    const acknowledgedBefore = countAcknowledged(ledger);
    writers = startWriters(server.url, ledger, round);
    // From one phase of a group commit to another, at random.
    await writers.untilAcknowledged(acknowledgedBefore + writesOfRound + randomInt(64));
    await server.kill();
    await writers.stop();
    server = await ServerProcess.start({ dataDirectory });
    const image = readSqliteImage(join(dataDirectory, 'claviger.db'));
    const verdict = await judge(server.url, image, ledger, { gaps: 'never' });
    assert.deepEqual(verdict.findings, [], `round ${round}`);
    await checkThroughDoor(server.url, ledger, round);
    unansweredDone = verdict.unansweredDone;
  }
  await server.stop();
  const unanswered = [...ledger.slots.values(), ...ledger.cells.values()].filter((each) => each.unanswered).length;
  t.diagnostic(
    `sqlite: rounds=${rounds} acknowledged=${countAcknowledged(ledger)} (apps and companies ${ledger.appsAcknowledged.size}) unanswered=${unanswered} ` +
      `of which done=${unansweredDone} lost=0 half=0`,
  );
});
