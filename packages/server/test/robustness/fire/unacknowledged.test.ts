import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLong } from '../support/scale.ts';
import { checkHistory } from './checker.ts';
import { runRound } from './round.ts';

const skip = isLong ? false : 'in the long round: CLAVIGER_LONG=1';

/** Without it nobody would know whether a run under fire can fail at all. */
test('a plane that does not wait fails the check, unless it says who is out', { skip }, async (t) => {
  const { history, finding, figures } = await runRound({
    fleet: {
      nodes: 1,
      processes: [2],
      subjects: 10,
      stalenessMs: () => 2_000,
      sweepMs: 5,
      keysOfSweep: 2,
      settings: () => ({ CLAVIGER_ACKNOWLEDGE_MILLISECONDS_MAX: '0', CLAVIGER_STALE_SECONDS_MAX: '2' }),
    },
    chaos: undefined,
    delayMs: 30,
    seed: 1,
    revocations: 15,
    verdicts: 5_000,
    secondsMax: 60,
  });
  t.diagnostic(figures);
  assert.equal(finding.violationCount, 0, 'what the answers say is true');
  const calls = history.calls.map((call) => ({ ...call, out: new Map() }));
  const planted = checkHistory({ ...history, calls });
  t.diagnostic(`read as all applied: ${planted.violationCount} verdicts of ${planted.verdicts} are wrong`);
  assert.ok(planted.violationCount > 0, 'the check passes a plane that does not wait');
  for (const { verdict, deadFrom } of planted.violations) assert.ok(verdict.allowed && verdict.began > deadFrom);
});
