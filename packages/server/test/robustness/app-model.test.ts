import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { appCommands, companyAndAppCommands } from './app-model/command.ts';
import { runAppCommands } from './app-model/run.ts';
import { startModelServer } from './model/plane.ts';
import { engines, openPlace } from './support/engines.ts';
import { scale } from './support/scale.ts';

/** On each engine; every run goes through both dialects. */
const runs = scale('CLAVIGER_MODEL_RUNS', { quick: 8, long: 300 });
const mixes = { 'apps and keys': appCommands, 'companies, their apps and keys': companyAndAppCommands };

for (const engine of engines) {
  for (const [what, commands] of Object.entries(mixes)) {
    test(`any sequence of calls on ${what} is answered as the model says, ${runs} runs on ${engine}`, async (t) => {
      await using place = await openPlace(engine);
      await using server = await startModelServer(place);
      const { plane, send } = server;
      let done = 0;
      const property = fc.asyncProperty(commands, async (sequence) => {
        await runAppCommands(sequence, { plane, send, organization: await server.createOrganization() });
        done += 1;
      });
      await fc.assert(property, { numRuns: runs });
      assert.ok(done >= runs);
      t.diagnostic(`${engine}: runs=${done}`);
    });
  }
}
