import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SqlError } from '../../src/language/sql-error.ts';
import { entry, openQueryWorld, type QueryWorld, readAll } from '../support/query-world.ts';

const empty = { organizations: [] };
const endless = 'with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n';
/** Rows without end, some hundred bytes each. */
const stream = `with recursive n(x) as (select 1 union all select x + 1 from n) select x, hex(zeroblob(100)) from n`;

async function stateOf(done: Promise<unknown>): Promise<string> {
  const error = await done.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SqlError, String(error));
  assert.doesNotMatch(error.message, /v[0-9a-f]{32}|claviger\.db/);
  return error.state;
}

/** Processes that queries run in, children of this one. */
function listChildren(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return Number(parent) === process.pid && command.includes(entry) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (condition()) return;
    await sleep(20);
  }
  assert.fail('it did not come about');
}

describe('bounds of a query', () => {
  let world: QueryWorld;
  before(async () => {
    world = await openQueryWorld();
    await world.server.makeOrganization('acme', 'x');
  });
  after(() => world[Symbol.asyncDispose]());
  const answers = async () => assert.deepEqual((await world.query('select 1', { scope: empty })).rows, [[1]]);

  it('a query without end is ended when its time is over, and the next one is answered', async () => {
    assert.equal(await stateOf(world.query(endless, { scope: empty, timeoutMilliseconds: 1500 })), '57014');
    await answers();
  });

  it('a regular expression without end, too', async () => {
    const hang = `select regexp_like('${'a'.repeat(40)}!', '^(a+)+$')`;
    assert.equal(await stateOf(world.query(hang, { scope: empty, timeoutMilliseconds: 1500 })), '57014');
    await answers();
  });

  const hungry: Readonly<Record<string, string>> = {
    'a sort of large values': `with recursive n(x) as (select 1 union all select x + 1 from n)
      select x, randomblob(100000) as b from n order by b`,
    'a set that grows': `with recursive n(x) as (select hex(randomblob(50000)) union select hex(randomblob(50000)) from n) select count(*) from n`,
  };
  for (const [name, text] of Object.entries(hungry)) {
    it(`memory runs out: ${name}`, async () => {
      assert.equal(await stateOf(world.query(text, { scope: empty, timeoutMilliseconds: 20_000 })), '53200');
      await answers();
    });
  }

  const large: readonly string[] = [
    'select randomblob(1000000000)',
    'select zeroblob(1000000000)',
    'select length(zeroblob(1000000000))',
    `select printf('%1000000000d', 1)`,
    `select replace(hex(zeroblob(4000)), '0', hex(zeroblob(4000)))`,
    `with recursive n(x) as (select 'aaaaaaaa' union all select x || x from n limit 40) select max(length(x)) from n`,
    `select repeat('abc', 100000000)`,
    `select lpad('a', 1000000000, 'b') || lpad('a', 1000000000, 'b') || lpad('a', 1000000000, 'b')`,
    `select ${Array.from({ length: 30 }, () => 'zeroblob(8000000)').join(', ')}`,
  ];
  for (const text of large) {
    it(`no value and no row grows too large: ${text.slice(0, 60)}`, async () => {
      assert.match(await stateOf(world.query(text, { scope: empty })), /^(54000|22000|53200)$/);
      await answers();
    });
  }

  it('no text is too deep or too wide to be refused', async () => {
    const texts = [
      `select ${'('.repeat(5000)}1${')'.repeat(5000)}`,
      `select ${Array.from({ length: 3000 }, () => '1').join(' + ')}`,
      Array.from({ length: 300 }, () => 'select 1').join(' union all '),
      `select ${Array.from({ length: 3000 }, (_, at) => `1 as c${at}`).join(', ')}`,
      `select 1 from ${Array.from({ length: 100 }, (_, at) => `(select 1) t${at}`).join(', ')}`,
      `select coalesce(${Array.from({ length: 500 }, () => '1').join(', ')})`,
      `select '${'x'.repeat(5_000_000)}'`,
      `${'select (select '.repeat(600)}1${')'.repeat(600)}`,
    ];
    for (const text of texts) {
      const state = await stateOf(world.query(text, { scope: empty }));
      assert.match(state, /^(54000|42601|42000|42883|53200)$/, text.slice(0, 40));
    }
    await answers();
  });

  it('an answer has no more rows than are allowed', async () => {
    const rowsMax = 2500;
    const cursor = await world.open(stream, { scope: empty, rowsMax });
    let count = 0;
    await assert.rejects(async () => {
      for (let rows = await cursor.next(); rows !== undefined; rows = await cursor.next()) count += rows.length;
    }, /more than 2500 rows/);
    assert.ok(count <= rowsMax);
    assert.equal((await world.query(`${stream} limit ${rowsMax}`, { scope: empty, rowsMax })).rows.length, rowsMax);
  });

  it('who cancels is told at once, before and in the middle of the rows', async () => {
    const early = AbortSignal.abort();
    assert.equal(await stateOf(world.query(endless, { scope: empty, signal: early })), '57014');
    const controller = new AbortController();
    const running = stateOf(world.query(endless, { scope: empty, signal: controller.signal }));
    setTimeout(() => controller.abort(), 200);
    assert.equal(await running, '57014');
    const middle = new AbortController();
    const cursor = await world.open(stream, { scope: empty, signal: middle.signal });
    await cursor.next();
    middle.abort();
    assert.equal(await stateOf(readAll(cursor)), '57014');
    await answers();
  });

  it('who reads slowly holds a process and a few batches, and no more', async () => {
    const cursor = await world.open(stream, { scope: empty, timeoutMilliseconds: 15_000 });
    await cursor.next();
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    await sleep(500);
    const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before;
    assert.ok(grown < 64 * 1024 * 1024, `${grown} bytes`);
    await answers();
    await cursor.close();
    assert.equal(await cursor.next(), undefined);
    await answers();
  });

  it('who closes in the middle leaves a process that answers the next', async () => {
    const pids = new Set(listChildren());
    for (let round = 0; round < 20; round++) {
      const cursor = await world.open(stream, { scope: empty });
      await cursor.next();
      await cursor.close();
      await answers();
    }
    assert.ok(listChildren().every((pid) => pids.has(pid)) || listChildren().length <= 2);
  });

  it('a process that dies ends its query and nothing else', async () => {
    const cursor = await world.open(stream, { scope: empty });
    await cursor.next();
    for (const pid of listChildren()) process.kill(pid, 'SIGKILL');
    assert.equal(await stateOf(readAll(cursor)), 'XX000');
    await until(() => listChildren().length === 0);
    await sleep(50);
    await answers();
  });

  it('an idle process that is killed as it is asked fails nobody, and one that dies over a query is asked twice', async () => {
    await answers();
    for (const pid of listChildren()) process.kill(pid, 'SIGKILL');
    await answers();
    let state: string | undefined;
    const asked = stateOf(world.query(endless, { scope: empty })).then((told) => {
      state = told;
    });
    await until(() => {
      for (const pid of listChildren()) process.kill(pid, 'SIGKILL');
      return state !== undefined;
    });
    await asked;
    assert.equal(state, 'XX000');
    await answers();
  });

  it('integers that a number does not hold are bigints, also after rows that were sent', async () => {
    const { rows } = await world.query(
      `with recursive n(x) as (select 1 union all select x + 1 from n limit 5000)
        select x, case x when 4000 then 9007199254740993 else x end from n`,
      { scope: empty },
    );
    assert.equal(rows.length, 5000);
    assert.deepEqual(
      [rows[0], rows[3999], rows[4999]],
      [
        [1, 1],
        [4000, 9_007_199_254_740_993n],
        [5000, 5000],
      ],
    );
    const values = [9_223_372_036_854_775_807n, -1, 1.5, 'é\u{1f600}', new Uint8Array([0, 255]), null];
    assert.deepEqual((await world.query('select ?1, ?2, ?3, ?4, ?5, ?6', { scope: empty, values })).rows, [values]);
    const edges = await world.query(`select 9e999, -9e999, '', x''`, { scope: empty });
    assert.deepEqual(edges.rows, [[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '', new Uint8Array()]]);
  });

  it('more queries than processes wait for their turn, while the API answers', async () => {
    const queries = Array.from({ length: 32 }, (_, at) =>
      world.query(
        `with recursive n(x) as (select 1 union all select x + 1 from n limit 50000) select sum(x) + ${at} from n`,
        { scope: empty, timeoutMilliseconds: 60_000 },
      ),
    );
    for (let round = 0; round < 20; round++) {
      const response = await world.server.request('GET', '/x/v1/organizations/acme/developers');
      assert.equal(response.status, 200);
    }
    const answered = await Promise.all(queries);
    assert.deepEqual(
      answered.map(({ rows }) => rows[0]?.[0]),
      queries.map((_, at) => 1_250_025_000 + at),
    );
  });

  it('the line is not endless: one more is told that all are busy', async () => {
    const controller = new AbortController();
    const options = { scope: empty, signal: controller.signal, timeoutMilliseconds: 20_000 };
    const held = Array.from({ length: 2 + 2 * 16 }, () => stateOf(world.query(endless, options)));
    assert.equal(await stateOf(world.query('select 1', { scope: empty })), '53300');
    controller.abort();
    for (const state of await Promise.all(held)) assert.equal(state, '57014');
    await answers();
  });
});

describe('the time of a query', () => {
  it('runs from when its process has started', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'claviger-test-'));
    const slow = join(directory, 'slow.mjs');
    await writeFile(slow, `await new Promise((go) => setTimeout(go, 1500)); await import(${JSON.stringify(entry)});`);
    await using world = await openQueryWorld({ entry: slow });
    const run = { scope: empty, timeoutMilliseconds: 1000 };
    assert.deepEqual((await world.query('select 1', run)).rows, [[1]]);
    assert.equal(await stateOf(world.query(endless, run)), '57014');
    await rm(directory, { recursive: true });
  });

  it('is short for rows that nobody reads: the process is free for others', async () => {
    await using world = await openQueryWorld({ processesMax: 1, stallMilliseconds: 200 });
    const cursor = await world.open(stream, { scope: empty });
    await cursor.next();
    // In line until the process of the other is gone.
    assert.deepEqual((await world.query('select 1', { scope: empty })).rows, [[1]]);
    await assert.rejects(cursor.next(), { state: '57014', message: /nobody read its rows for 0.2 s/ });
    const patient = await world.open(stream, { scope: empty, mayRest: true });
    await patient.next();
    await sleep(500);
    for (let batches = 0; batches < 10; batches += 1) assert.ok(await patient.next());
    await patient.close();
  });
});

describe('the life of query processes', () => {
  it('they end with the engine', async () => {
    const world = await openQueryWorld();
    const running = stateOf(world.query(endless, { scope: empty }));
    await until(() => listChildren().length === 1);
    await world.engine.close();
    assert.equal(await running, '57P01');
    assert.deepEqual(listChildren(), []);
    assert.equal(await stateOf(world.query('select 1', { scope: empty })), '57P03');
    await world[Symbol.asyncDispose]();
  });

  it('they end by themselves when the plane is killed, idle or busy', async () => {
    await using world = await openQueryWorld();
    const program = `
      import { openSqliteQueries } from ${JSON.stringify(new URL('../../src/store/query/engine.ts', import.meta.url).href)};
      const log = { debug() {}, info() {}, warn() {}, error() {} };
      const engine = openSqliteQueries({ entry: ${JSON.stringify(entry)}, file: ${JSON.stringify(world.file)}, processesMax: 2,
        memoryMegabytes: 256, stallMilliseconds: 30000, log, findKeys: async () => undefined });
      const run = (text) => engine.run({ text, views: {}, scope: { organizations: [] } }, [], { timeoutMilliseconds: 60000, rowsMax: 10 });
      const busy = await run('select 1 union all select (with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n)');
      const idle = await run('select 2');
      while ((await idle.next()) !== undefined);
      console.log('ready');
    `;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve) => parent.stdout.once('data', () => resolve()));
    const children = readdirSync('/proc').filter((name) => isChildOf(name, parent.pid));
    assert.equal(children.length, 2);
    parent.kill('SIGKILL');
    await until(() => children.every((name) => !isRunning(name)));
  });
});

function isChildOf(name: string, parent: number | undefined): boolean {
  if (!/^\d+$/.test(name)) return false;
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
  } catch {
    return false;
  }
}

function isRunning(name: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${name}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
