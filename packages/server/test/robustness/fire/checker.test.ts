import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkHistory, type FireHistory, type RightCall } from './checker.ts';
import { imagineRun } from './imagined-run.ts';
import { type VerdictEntry, VerdictLog } from './verdict-log.ts';

const sizes = fc.record({
  seed: fc.nat(),
  rights: fc.integer({ min: 1, max: 5 }),
  verifiers: fc.integer({ min: 1, max: 4 }),
  callsOfRight: fc.integer({ min: 1, max: 8 }),
  verdicts: fc.integer({ min: 0, max: 120 }),
});

/** Two keys: the first hangs on the rights 0 and 1, the second on the right 2. Right 0 was taken from 10 to 20. */
const keys = [[0, 1], [2]];
const taken: RightCall = { right: 0, kind: 'take', sent: 10, answered: 20, out: new Map() };
const givenBack: RightCall = { right: 0, kind: 'give', sent: 50, answered: 60, out: new Map() };
const allowed = (began: number, ended: number, key = 0): VerdictEntry => ({ began, ended, key, allowed: true });

function countViolations(calls: readonly RightCall[], verdict: VerdictEntry, verifier = 'v1'): number {
  const history: FireHistory = { keys, calls, verdicts: new Map([[verifier, [verdict]]]) };
  return checkHistory(history).violationCount;
}

describe('the checker of revocations under fire', () => {
  test('passes whatever a plane that keeps its word and its verifiers may do', () => {
    let bitten = 0;
    const property = fc.property(sizes, (size) => {
      const found = checkHistory(imagineRun(size));
      bitten += found.bitten;
      assert.deepEqual(found.violations, []);
    });
    fc.assert(property, { numRuns: 400 });
    // A check that no verdict falls under would pass everything.
    assert.ok(bitten > 1_000, `${bitten} verdicts were judged`);
  });

  test('catches one verdict more that came too late, in any run', () => {
    let planted = 0;
    const property = fc.property(sizes, fc.nat(), (size, which) => {
      const run = imagineRun({ ...size, verdicts: 40 });
      const entries = [...run.verdicts].flatMap(([name, its]) => its.map((verdict) => ({ name, verdict })));
      const refused = entries.filter(({ verdict }) => !verdict.allowed && isBitten(run, verdict));
      const chosen = refused[which % Math.max(1, refused.length)];
      if (chosen === undefined) return;
      const lie = { ...chosen.verdict, allowed: true };
      const others = run.verdicts.get(chosen.name)?.filter((verdict) => verdict !== chosen.verdict) ?? [];
      const verdicts = new Map<string, readonly VerdictEntry[]>([...run.verdicts, [chosen.name, [...others, lie]]]);
      const expected = countOf({ ...run, verdicts: new Map([[chosen.name, [chosen.verdict]]]) });
      assert.equal(checkHistory({ ...run, verdicts }).violationCount, expected);
      planted += expected;
    });
    fc.assert(property, { numRuns: 300 });
    assert.ok(planted > 100, `${planted} faults were planted`);
  });

  test('a late verdict is wrong, and one that was asked before the answer is not', () => {
    assert.equal(countViolations([taken], allowed(20.001, 20.002)), 1);
    assert.equal(countViolations([taken], allowed(19.999, 30)), 0);
    assert.equal(countViolations([taken], { ...allowed(25, 26), allowed: false }), 0);
    assert.equal(countViolations([taken], allowed(25, 26, 1)), 0, 'another key');
  });

  test('with some out, one of the others is wrong at once, and a named one after its moment', () => {
    const partly = { ...taken, out: new Map([['v2', 200]]) };
    assert.equal(countViolations([partly], allowed(21, 22), 'v1'), 1);
    assert.equal(countViolations([partly], allowed(199, 199.5), 'v2'), 0);
    assert.equal(countViolations([partly], allowed(200.1, 201), 'v2'), 1);
    const forEver = { ...taken, out: new Map([['v2', Number.POSITIVE_INFINITY]]) };
    assert.equal(countViolations([forEver], allowed(1e9, 1e9 + 1), 'v2'), 0);
    const passed = { ...taken, out: new Map([['v2', 15]]) };
    assert.equal(countViolations([passed], allowed(16, 17), 'v2'), 0, 'the call has not been answered yet');
    assert.equal(countViolations([passed], allowed(21, 22), 'v2'), 1);
  });

  test('a right that was given back excuses from when the call was sent, and no other right does', () => {
    const calls = [taken, givenBack];
    assert.equal(countViolations(calls, allowed(49, 49.5)), 1);
    assert.equal(countViolations(calls, allowed(49, 50.5)), 0);
    assert.equal(countViolations(calls, allowed(55, 56)), 0);
    assert.equal(countViolations([taken, { ...givenBack, right: 1 }], allowed(55, 56)), 1);
    const again = { ...taken, sent: 70, answered: 80 };
    assert.equal(countViolations([...calls, again], allowed(79, 79.5)), 0);
    assert.equal(countViolations([...calls, again], allowed(81, 82)), 1);
  });

  test('of a call that was not answered nobody knows', () => {
    const [lostTake, lostGive] = [
      { ...taken, answered: undefined },
      { ...givenBack, answered: undefined },
    ];
    assert.equal(countViolations([lostTake], allowed(500, 501)), 0);
    assert.equal(countViolations([taken, lostGive], allowed(49, 49.5)), 1);
    const again = { ...taken, sent: 70, answered: 80 };
    assert.equal(countViolations([taken, lostGive, again], allowed(500, 501)), 0, 'it may be given back now');
    assert.equal(countViolations([lostTake, again], allowed(81, 82)), 1);
  });

  test('taken twice is gone from the first moment that either answer names', () => {
    const late = { ...taken, out: new Map([['v1', 100]]) };
    const again = { ...taken, sent: 30, answered: 40 };
    assert.equal(countViolations([late, again], allowed(41, 42)), 1);
    assert.equal(countViolations([late, again], allowed(35, 36)), 0);
    assert.equal(countViolations([taken, { ...late, sent: 30, answered: 40 }], allowed(41, 42)), 1);
  });

  test('a million verdicts fit into memory and are read as they were told', () => {
    const log = new VerdictLog();
    const before = process.memoryUsage().arrayBuffers;
    for (let at = 0; at < 1_000_000; at++)
      log.add({ began: at, ended: at + 0.5, key: at % 100, allowed: at % 3 === 0 });
    assert.ok(process.memoryUsage().arrayBuffers - before < 24e6);
    assert.equal(log.size, 1_000_000);
    let at = 0;
    for (const entry of log) {
      if (entry.began !== at || entry.ended !== at + 0.5 || entry.key !== at % 100 || entry.allowed !== (at % 3 === 0))
        assert.fail(`entry ${at} is ${JSON.stringify(entry)}`);
      at += 1;
    }
  });
});

function isBitten(run: FireHistory, verdict: VerdictEntry): boolean {
  return [...run.verdicts].some(
    ([name, its]) => [...its].includes(verdict) && countOf({ ...run, verdicts: new Map([[name, [verdict]]]) }) > 0,
  );
}

function countOf(history: FireHistory): number {
  return checkHistory(history).bitten;
}
