import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { makeDirectory, startKnown, waitFor } from './support.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const hasTerminal = spawnSync('script', ['--version']).status === 0;
const skip = hasTerminal ? false : 'there is no "script" (bsdutils), which gives a terminal';
const interrupt = '\u0003';

/** `claviger sql` at a terminal. */
class Terminal {
  readonly #child: ChildProcess;
  #seen = '';
  #readTo = 0;

  constructor(data: string, state: string) {
    const command = `'${process.execPath}' '${main}' sql --data '${data}'`;
    this.#child = spawn('script', ['-qec', command, '/dev/null'], { env: { ...process.env, XDG_STATE_HOME: state } });
    this.#child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#seen += stripVTControlCharacters(chunk);
    });
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Waits until that is shown, after what was waited for before. */
  async see(text: string): Promise<void> {
    const at = await waitFor(() => {
      const found = this.#seen.indexOf(text, this.#readTo);
      return found < 0 ? undefined : found;
    }).catch(() => assert.fail(`"${text}" is not in ${JSON.stringify(this.#seen.slice(this.#readTo))}`));
    this.#readTo = at + text.length;
  }

  async end(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, 'close');
    return this.#child.exitCode;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

async function openTerminal(t: TestContext): Promise<{ terminal: Terminal; state: string }> {
  const data = await makeDirectory(t);
  await startKnown(t, data);
  const state = await makeDirectory(t);
  const terminal = new Terminal(data, state);
  t.after(() => terminal.kill());
  await terminal.see('claviger> ');
  return { terminal, state };
}

test('a prompt takes statements of many lines, completes, goes on after an error, and keeps its views', {
  skip,
}, async (t) => {
  const { terminal, state } = await openTerminal(t);
  terminal.type("SELECT 'one' AS first,\r");
  await terminal.see('...> ');
  terminal.type('  2 AS second;\r');
  await terminal.see('| one   |      2 |');
  await terminal.see('claviger> ');
  terminal.type('SELECT * FROM nobody;\r');
  await terminal.see('error: ');
  await terminal.see('^');
  await terminal.see('claviger> ');
  terminal.type('CREATE VIEW mine AS SELECT 41 + 1 AS answer;\r');
  await terminal.see('\nCREATE VIEW');
  await terminal.see('claviger> ');
  terminal.type('SELECT * FROM mine;\r');
  await terminal.see('| 42     |');
  await terminal.see('claviger> ');
  terminal.type('SELECT name FROM organ');
  terminal.type('\t');
  await terminal.see('izations');
  terminal.type(interrupt);
  await terminal.see('claviger> ');
  terminal.type('\\o csv\r');
  await terminal.see('claviger> ');
  terminal.type("SELECT 'consumerSecret' AS kept_out;\r");
  await terminal.see('kept_out\r\nconsumerSecret');
  await terminal.see('claviger> ');
  terminal.type('\\q\r');
  assert.equal(await terminal.end(), 0);
  assert.equal(
    await readFile(join(state, 'claviger', 'sql-history'), 'utf8'),
    "SELECT 'one' AS first, 2 AS second;\nSELECT * FROM nobody;\nCREATE VIEW mine AS SELECT 41 + 1 AS answer;\nSELECT * FROM mine;\n",
  );
});

test('Ctrl-C ends a statement that runs, and the next one is asked', { skip }, async (t) => {
  const { terminal } = await openTerminal(t);
  terminal.type('SELECT 1 AS warm;\r');
  await terminal.see('|    1 |');
  await terminal.see('claviger> ');
  terminal.type('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n;\r');
  await terminal.see('FROM n;');
  terminal.type(interrupt);
  await terminal.see('ended; settings and views');
  await terminal.see('claviger> ');
  terminal.type("SELECT 'again' AS word;\r");
  await terminal.see('| again |');
  terminal.type('exit\r');
  assert.equal(await terminal.end(), 0);
});
