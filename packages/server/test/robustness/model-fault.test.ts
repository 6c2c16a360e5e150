import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { commands } from './model/command.ts';
import { faults } from './model/fault.ts';
import { startModelServer } from './model/plane.ts';
import { runCommands } from './model/run.ts';
import { openPlace } from './support/engines.ts';
import { skipMost } from './support/scale.ts';

/** Runs in which a fault has to show. The seed is fixed, so that what is caught once is caught every time. */
const runsMax = 30;
const seed = 20_261;

describe('the model catches a server that', () => {
  for (const [at, { name, wrapStore, wrapSend, breakRule }] of faults.entries()) {
    test(name, { skip: skipMost(at, 12) }, async (t) => {
      await using place = await openPlace('sqlite');
      await using server = await startModelServer(place, wrapStore);
      t.after(breakRule?.() ?? (() => undefined));
      const send = wrapSend?.(server.send) ?? server.send;
      const property = fc.asyncProperty(commands, async (sequence) => {
        await runCommands(sequence, { plane: server.plane, send, organization: await server.createOrganization() });
      });
      const result = await fc.check(property, { numRuns: runsMax, seed, endOnFailure: true });
      assert.ok(result.failed, `${runsMax} runs did not notice`);
      const reason = String(result.errorInstance instanceof Error ? result.errorInstance.message : '').split(
        '\n',
        1,
      )[0];
      t.diagnostic(`caught in run ${result.numRuns}: ${reason?.slice(0, 120)}`);
    });
  }
});
