import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { appCommands, companyAndAppCommands } from './app-model/command.ts';
import { companyFaults } from './app-model/company-fault.ts';
import { appFaults } from './app-model/fault.ts';
import { runAppCommands } from './app-model/run.ts';
import { startModelServer } from './model/plane.ts';
import { openPlace } from './support/engines.ts';
import { skipMost } from './support/scale.ts';

/** Runs in which a fault has to show. The seed is fixed, so that what is caught once is caught every time. */
const runsMax = 60;
const seed = 20_261;

const models = {
  'apps and keys': { commands: appCommands, faults: appFaults },
  companies: { commands: companyAndAppCommands, faults: companyFaults },
};

for (const [what, { commands, faults }] of Object.entries(models)) {
  describe(`the model of ${what} catches a server where`, () => {
    for (const [at, { name, wrapStore, breakRule }] of faults.entries()) {
      test(name, { skip: skipMost(at, 12) }, async (t) => {
        await using place = await openPlace('sqlite');
        await using server = await startModelServer(place, wrapStore);
        t.after(breakRule?.() ?? (() => undefined));
        const { plane, send } = server;
        const property = fc.asyncProperty(commands, async (sequence) => {
          await runAppCommands(sequence, { plane, send, organization: await server.createOrganization() });
        });
        const result = await fc.check(property, { numRuns: runsMax, seed, endOnFailure: true });
        assert.ok(result.failed, `${runsMax} runs did not notice`);
        const reason = String(result.errorInstance instanceof Error ? result.errorInstance.message : '');
        t.diagnostic(`caught in run ${result.numRuns}: ${reason.split('\n', 1)[0]?.slice(0, 120)}`);
      });
    }
  });
}
