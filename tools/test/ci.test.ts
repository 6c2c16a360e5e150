import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runStep } from '../ci.ts';
import { findFailures, summarizeBench, summarizeGuards, summarizeTests } from '../ci-figures.ts';
import { ciSteps } from '../ci-steps.ts';

test('all steps together end inside eighty minutes, whatever hangs', () => {
  const minutes = ciSteps.reduce((sum, { minutesMax }) => sum + minutesMax, 0);
  assert.ok(minutes > 0 && minutes <= 80, `${minutes} minutes`);
  assert.equal(new Set(ciSteps.map(({ name }) => name)).size, ciSteps.length);
});

test('a step passes, fails or runs out of time, and what hangs is killed with all that it started', async () => {
  const passed = await runStep({ name: 'p', command: 'echo ok', minutesMax: 1, summarize: (output) => output.trim() });
  assert.deepEqual([passed.result, passed.figures], ['ok', 'ok']);
  const failed = await runStep({ name: 'f', command: 'exit 3', minutesMax: 1 });
  assert.equal(failed.result, 'FAILED');
  const hung = await runStep({
    name: 'h',
    command: 'sleep 6000 & echo $!; wait',
    minutesMax: 0.01,
    summarize: (pid) => pid,
  });
  assert.equal(hung.result, 'TIMED OUT');
  const look = () => spawnSync('ps', ['-o', 'stat=', '-p', hung.figures.trim()], { encoding: 'utf8' });
  // Slim images have no ps; what is left there is that the step ended at all.
  if (look().error !== undefined) return;
  // Where all are busy it takes a while until what is killed has ended; what is not killed sleeps on.
  let state = look().stdout.trim();
  for (let tries = 0; tries < 1000 && !/^(?:|Z.*)$/.test(state); tries++) {
    await sleep(20);
    state = look().stdout.trim();
  }
  assert.match(state, /^(?:|Z.*)$/, 'the sleeper is gone, or waits to be reaped');
});

test('a step that nobody knows is refused with the names that there are', () => {
  const command = join(import.meta.dirname, '../ci.ts');
  const { status, stderr } = spawnSync(process.execPath, [command, 'nonsense'], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /no step is called nonsense; there are check, test/);
});

test('the figures of a test run are the closing lines, and a failure shows', () => {
  assert.equal(
    summarizeTests('✔ one (1ms)\nℹ tests 4\nℹ suites 0\nℹ pass 3\nℹ fail 1\nℹ skipped 0\n'),
    'tests 4, pass 3, fail 1',
  );
});

test('what failed is told once more with its error, in bounds', () => {
  const told = 'test at a.test.ts:3:1\n✖ one (1ms)\n  AssertionError: 1 !== 2';
  assert.equal(findFailures(`✖ one (1ms)\nℹ fail 1\n\n✖ failing tests:\n\n${told}\n`), told);
  assert.equal(findFailures('✔ one (1ms)\nℹ fail 0\n'), '');
  const long = findFailures(`✖ failing tests:\n${'  at somewhere\n'.repeat(500)}`).split('\n');
  assert.deepEqual([long.length, long.at(-1)], [61, '  … and 440 lines more above']);
});

test('the figures of the guards are how much each read', () => {
  assert.equal(
    summarizeGuards('fences: 29 modules and 58 imports read\nfences: no violations\n'),
    '29 modules and 58 imports read',
  );
});

test('measurements stand beside their aims as the bench tells them, and what failed is told', () => {
  const table = [
    'row             value             baseline  ratio  aim',
    'developer.get   17000 requests/s  25000     0.68   ≥ 0.65      met     processor time 59 µs',
    'developer.list  9.1 ms            5         1.82   ≤ 1.3       MISSED',
    'memory          61.3 MB           284       1.1    value ≤ 80  met',
  ];
  const failed = 'scale.keys FAILED: no disk';
  const line = '{"name":"developer.get","value":17000,"baseline":25000,"ratio":0.68}';
  const output = [line, 'developer.get: 30 s', '', 'load by wrk; 2 cores', ...table, failed, ''].join('\n');
  assert.deepEqual(summarizeBench(output).split('\n'), ['2 of 4 aims met', ...table, failed]);
  assert.equal(summarizeBench(line), 'no table');
});

test('a row of the bench that fails is told with its reason, the others run, and the exit code says so', () => {
  const { status, stdout } = spawnSync(process.execPath, ['packages/server/bench/main.ts', 'app.get', 'apps.expand'], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: { ...process.env, CLAVIGER_BENCH_NODE_FLAGS: '--no-such-flag' },
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; failed: string });
  assert.deepEqual(
    lines.map(({ name, failed }) => [name, failed.startsWith('plane did not start')]),
    [
      ['app.get', true],
      ['apps.expand', true],
    ],
  );
});

test('the test command fails where no file matches, instead of passing with none', () => {
  const root = resolve(import.meta.dirname, '../..');
  const { status, stderr } = spawnSync(process.execPath, ['tools/test.ts', 'nowhere/at/all'], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stderr, /no test file matches nowhere\/at\/all/);
});
