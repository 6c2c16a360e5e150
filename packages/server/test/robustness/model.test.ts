import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { commands, stepsMin } from './model/command.ts';
import { startModelServer } from './model/plane.ts';
import { runCommands } from './model/run.ts';
import { engines, openPlace } from './support/engines.ts';
import { scale } from './support/scale.ts';

/** On each engine; every run goes through both dialects. */
const runs = scale('CLAVIGER_MODEL_RUNS', { quick: 10, long: 1000 });

for (const engine of engines) {
  test(`any sequence of calls is answered as the model says, ${runs} runs on ${engine}`, async (t) => {
    await using place = await openPlace(engine);
    await using server = await startModelServer(place);
    const { plane, send } = server;
    let done = 0;
    let steps = 0;
    const property = fc.asyncProperty(commands, async (sequence) => {
      await runCommands(sequence, { plane, send, organization: await server.createOrganization() });
      done += 1;
      steps += sequence.length;
    });
    await fc.assert(property, { numRuns: runs });
    assert.ok(steps >= done * stepsMin && done >= runs);
    t.diagnostic(`${engine}: runs=${done} steps=${steps}`);
  });
}
