import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CatalogQueries } from '../../../src/surfaces/sql/catalog/catalog.ts';
import { openCatalog } from '../../../src/surfaces/sql/catalog/catalog-plane.ts';

const limits = {
  resources: [],
  waitingMax: 5,
  waitingOfUserMax: 3,
  answerBytesMax: 1_000_000,
  memoryBytesMax: 256 * 1024 * 1024,
};
const mallory = { user: 'mallory', database: 'acme', processId: 1 };
/** Its process comes after all others (catalog-child.ts): beside busy ones a short question may take seconds. */
const catalog = openCatalog({ ...limits, timeoutMilliseconds: 60_000 });
const queries = catalog.open(mallory);
after(() => catalog.close());

/** Becomes the owner of the catalog, which a statement of PostgreSQL's may where its connection is that owner's. */
const asOwner = (text: string) =>
  `select set_config('session_authorization', 'claviger', true), query_to_xml('${text.replaceAll("'", "''")}', true, true, '')`;

const endless = 'select count(*) from pg_class a, pg_class b, pg_class c, pg_class d, pg_class e';
const marker = '/tmp/claviger-catalog-attempt';

/** What somebody may try, and the state that it ends with. */
const refused: readonly (readonly [text: string, state: RegExp])[] = [
  ["select pg_read_file('/etc/passwd')", /42501/],
  ["select pg_ls_dir('/')", /42501/],
  ["select lo_import('/etc/passwd')", /42501/],
  ['select lo_create(0)', /25006/],
  ['select * into copied from pg_class', /25006/],
  ['with x as (delete from pg_class returning 1) select * from x', /42501|25006/],
  ['select * from pg_authid', /42501/],
  ["select nextval('x')", /42P01/],
  [asOwner("select pg_read_file('/etc/passwd')"), /58P01/],
  [asOwner("select pg_read_file('/proc/self/environ')"), /58P01/],
  [asOwner(`copy (select 1) to '${marker}'`), /0A000/],
  [asOwner(`copy (select 1) to program 'touch ${marker}'`), /0A000/],
  [asOwner("select pg_create_physical_replication_slot('stays')"), /55000|53400/],
  [asOwner("select pg_backup_start('stays')"), /55000/],
  ['select count(pg_advisory_lock(i)) from generate_series(1, 20000) i', /53200|57014/],
  [asOwner('create table stays (x int)'), /0A000|25006/],
  [asOwner("select lo_from_bytea(0, 'x')"), /25006/],
  [
    "select set_config('session_authorization', 'claviger', true), set_config('transaction_read_only', 'off', true)",
    /25001/,
  ],
  ["copy (select 1) to program 'id'", /0A000/],
  ['reset session authorization', /0A000/],
  ['commit', /0A000/],
  ["do $$ begin execute 'reset session authorization'; end $$", /0A000/],
  ["select 'unended", /42601/],
  ['select (', /42601/],
];

describe('the catalog withstands', () => {
  for (const [text, state] of refused) {
    it(text.slice(0, 110), async () => {
      await assert.rejects(queries.run(text), (error: { name?: string; state?: string }) => {
        assert.equal(error.name, 'SqlError', String(error));
        assert.match(error.state ?? '', state, String(error));
        return true;
      });
      assert.equal(existsSync(marker), false);
      assert.equal(await readOne('select current_user'), 'mallory');
    });
  }

  it('the settings of one question, which the next one does not see', async () => {
    await queries.run(
      "select set_config('application_name', 'mine', false), set_config('session_authorization', 'claviger', false)",
    );
    assert.equal(await readOne("select current_user || current_setting('application_name')"), 'mallory');
  });

  for (const kill of ['pg_terminate_backend', 'pg_cancel_backend']) {
    it(`${kill} of itself`, async () => {
      const text = `select ${kill}(pid) from pg_stat_get_activity(null)`;
      await queries.run(text).catch(({ name }) => assert.equal(name, 'SqlError'));
      await queries.run(asOwner(text)).catch(({ name }) => assert.equal(name, 'SqlError'));
      assert.equal(await readOne('select current_user'), 'mallory');
    });
  }

  it('an answer that is too long', async () => {
    await assert.rejects(queries.run("select repeat('x', 1000) from generate_series(1, 10000)"), { state: '54000' });
    assert.equal(await readOne('select current_user'), 'mallory');
  });

  it('a value that no memory holds', async () => {
    await assert.rejects(
      queries.run("select length(string_agg(repeat('x', 1000000), '')) from generate_series(1, 900)"),
      (error: { state?: string }) => /^(?:53200|57014|XX000|54000)$/.test(error.state ?? ''),
    );
    assert.equal(await readOne('select current_user'), 'mallory');
  });

  it('a question without end: its process is ended, and the next question has another', async () => {
    const hasty = openCatalog({ ...limits, timeoutMilliseconds: 12_000 });
    const asked = hasty.open(mallory);
    await assert.rejects(asked.run(endless), { state: '57014' });
    assert.equal(await readOne('select current_user', asked), 'mallory');
    await hasty.close();
  });

  it('a session that ended: what waits is not asked', async () => {
    const ended = catalog.open({ user: 'eve', database: 'acme', processId: 2 });
    ended.close();
    await assert.rejects(ended.run('select current_user'), { state: '57014' });
  });

  it('whoever asks much: others take turns with him', async () => {
    const other = catalog.open({ user: 'eve', database: 'acme', processId: 2 });
    const order: string[] = [];
    const ask = async (who: string, { run }: CatalogQueries) => {
      const { state } = await run('select current_user').then(
        () => ({ state: '' }),
        (error: { state: string }) => error,
      );
      order.push(`${who} ${state}`.trim());
    };
    // One runs and three wait; a fourth of one user, and a fifth of all, may not.
    const much = Array.from({ length: 5 }, (_, index) => ask(`much ${index}`, queries));
    await Promise.all([...much, ask('other', other), ask('late', other)]);
    const served = ['much 0', 'much 1', 'other', 'much 2', 'much 3'];
    assert.deepEqual(order, ['much 4 53300', 'late 53300', ...served]);
  });

  it('whoever goes away: he is told at once, and those who wait with him', async () => {
    const [gone, waits] = [new AbortController(), new AbortController()];
    const asked = queries.run(endless, { signal: gone.signal });
    const other = queries.run('select current_user', { signal: waits.signal });
    waits.abort();
    await assert.rejects(other, { state: '57014' });
    gone.abort();
    await assert.rejects(asked, { state: '57014' });
  });
});

/** Asks a question without end, and says that it does. */
const asker = `
  import { openCatalog } from '${new URL('../../../src/surfaces/sql/catalog/catalog-plane.ts', import.meta.url)}';
  const catalog = openCatalog({ resources: [], timeoutMilliseconds: 600_000 });
  const queries = catalog.open({ user: 'ann', database: 'acme', processId: 1 });
  await queries.run('select current_user');
  queries.run('${endless}').catch(() => {});
  console.log('asked');
`;

const skip =
  process.platform !== 'linux' ? 'reads /proc' : process.env['CLAVIGER_LONG'] !== '1' && 'takes CLAVIGER_LONG=1';

describe('a plane that is killed', { skip }, () => {
  it('leaves no catalog behind that works on', async () => {
    const plane = spawn(process.execPath, ['--input-type=module', '-e', asker], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(plane.stdout, 'data');
    const [child] = readFileSync(`/proc/${plane.pid}/task/${plane.pid}/children`, 'utf8').split(' ').map(Number);
    assert.ok(child !== undefined && child > 0);
    plane.kill('SIGKILL');
    for (let round = 0; round < 100 && isAlive(child); round += 1) await sleep(100);
    assert.equal(isAlive(child), false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function readOne(text: string, { run } = queries): Promise<string> {
  const { rows } = await run(text);
  return Buffer.from(rows[0]?.[0] ?? []).toString();
}
