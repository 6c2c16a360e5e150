import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { SqliteConnection } from '../../src/store/sqlite/connection.ts';
import { createSqliteCompiler } from '../../src/store/sqlite/grammar.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { isProblem } from '../store-suite/context.ts';
import { insertOrganization, makeChange } from '../support/entity.ts';
import { quietLog, systemClock } from '../support/store.ts';
import { testVault } from '../support/vault.ts';

describe('SQLite: the file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'claviger-file-'));
  const fileOf = (name: string) => join(directory, `${name}.db`);
  const open = (name: string) =>
    openSqliteStore({
      file: fileOf(name),
      lockFile: `${fileOf(name)}.lock`,
      log: quietLog,
      clock: systemClock,
      vault: testVault,
    });

  after(() => rmSync(directory, { recursive: true, force: true }));

  it('writes through a connection that syncs at every commit', () => {
    const connection = new SqliteConnection({
      file: fileOf('full'),
      access: 'write',
      compiler: createSqliteCompiler(),
      cacheKibibytes: 2000,
    });
    assert.equal(connection.query('pragma synchronous')[0]?.['synchronous'], 2);
    assert.equal(connection.query('pragma journal_mode')[0]?.['journal_mode'], 'wal');
    assert.equal(connection.query('pragma foreign_keys')[0]?.['foreign_keys'], 1);
    connection.close();
  });

  it('belongs to one store at a time, in this process and others', async () => {
    const store = await open('owned');
    await assert.rejects(open('owned'), /owned\.db is in use by another claviger process/);
    assert.match(runOwner('owned'), /in use by another claviger process/);
    await store.close();
    assert.match(runOwner('owned'), /^opened/);
    await (await open('owned')).close();
  });

  it('is free again after its owner was killed', async () => {
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `${ownerScript('killed')}; setInterval(() => {}, 1e6);`,
    ]);
    await once(child.stdout, 'data');
    await assert.rejects(open('killed'), /in use/);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await open('killed')).close();
  });

  it('can be read by other processes while it is open', async () => {
    const store = await open('shared');
    await insertOrganization(store, { name: 'acme' });
    const other = new DatabaseSync(fileOf('shared'), { readOnly: true });
    assert.equal(other.prepare('select name from organization').get()?.['name'], 'acme');
    other.close();
    await store.close();
  });

  it('answers store.unavailable while the disk takes no more, and recovers by itself', async (test) => {
    if (process.platform !== 'linux') return test.skip('limits the size of files by prlimit, which is of Linux');
    const store = await open('full-disk');
    // The kernel signals a write past the limit; heard, the write fails as it does on a full disk.
    const ignore = () => undefined;
    process.on('SIGXFSZ', ignore);
    const written: string[] = [];
    const write = async (name: string) => {
      await store.write(async (t) => {
        await t.settings.set(name, 'x'.repeat(50_000));
        t.append(makeChange('org', { entityId: name }));
      });
      written.push(name);
    };
    const fill = async (name: string) => {
      for (let at = 0; at < 100; at++) await Promise.all([write(`${name}-${at}-1`), write(`${name}-${at}-2`)]);
    };
    try {
      limitFileBytes('1000000:');
      await assert.rejects(fill('first'), isProblem('store.unavailable'));
      await assert.rejects(fill('second'), isProblem('store.unavailable'));
      const [kept] = written;
      assert.ok(kept !== undefined && (await store.settings.get(kept)) !== undefined);
    } finally {
      limitFileBytes('unlimited:');
      process.off('SIGXFSZ', ignore);
    }
    await store.check();
    await write('later');
    const told = (await store.feed.after(0, 1000)).map(({ entityId }) => entityId);
    assert.deepEqual(told, written);
    await store.close();
  });

  function ownerScript(name: string): string {
    const module = new URL('../../src/store/sqlite/open.ts', import.meta.url).href;
    const vaultModule = new URL('../support/vault.ts', import.meta.url).href;
    return `
      import { openSqliteStore } from ${JSON.stringify(module)};
      import { testVault as vault } from ${JSON.stringify(vaultModule)};
      const log = { debug() {}, info() {}, warn() {}, error() {} };
      const clock = { now: () => Date.now(), monotonic: () => performance.now() };
      const file = ${JSON.stringify(fileOf(name))};
      await openSqliteStore({ file, lockFile: file + '.lock', log, clock, vault })
        .then(() => console.log('opened'), (error) => console.log(error.message))`;
  }

  function runOwner(name: string): string {
    return execFileSync(process.execPath, ['--input-type=module', '-e', ownerScript(name)], { encoding: 'utf8' });
  }
});

/** Limits how large a file this process may write; the hard limit stays, so that it can be lifted again. */
function limitFileBytes(limit: string): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${limit}`]);
}
