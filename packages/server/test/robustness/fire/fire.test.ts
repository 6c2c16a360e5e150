import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { isLong, scale } from '../support/scale.ts';
import { runRound } from './round.ts';

const seed = scale('CLAVIGER_SEED', { quick: randomInt(2 ** 31), long: randomInt(2 ** 31) });
const revocations = scale('CLAVIGER_REVOCATIONS', { quick: 30, long: 1_200 });
const verdicts = scale('CLAVIGER_VERDICTS', { quick: 20_000, long: 1_100_000 });
const nodes = isLong ? 4 : 2;

test(`no verifier allows what was acknowledged as taken away, while links, verifiers and nodes break: ${nodes} nodes, 8 verifiers, seed ${seed}`, async (t) => {
  const { finding, figures } = await runRound({
    fleet: {
      nodes,
      processes: isLong ? [1, 1, 1, 1, 1, 1, 1, 1] : [4, 4],
      subjects: isLong ? 96 : 10,
      stalenessMs: (verifier) => 900 + verifier * 150,
      sweepMs: 10,
      keysOfSweep: 6,
      settings: () => ({ CLAVIGER_ACKNOWLEDGE_MILLISECONDS_MAX: '600', CLAVIGER_STALE_SECONDS_MAX: '1' }),
    },
    chaos: { pauseMs: [20, 150], storm: [2, 8], calmMs: [800, 2_500], nodes: isLong, freezes: true, kills: true },
    seed,
    revocations,
    verdicts,
    secondsMax: isLong ? 900 : 60,
  });
  t.diagnostic(figures);
  assert.deepEqual(finding.violations, [], figures);
  assert.equal(finding.violationCount, 0);
  assert.ok(finding.bitten > 100 && finding.allowed > 1_000, `the run shows too little: ${figures}`);
});
