import { execFile, spawn } from 'node:child_process';
import { accessSync } from 'node:fs';
import { promisify } from 'node:util';
import { findProgram } from '../../gateway/program.ts';
import { adminEmail, startTestServer, testPassword } from '../../support/server.ts';

/** A whole server with a developer in it, whom tools of PostgreSQL reach. */
export interface ToolWorld extends AsyncDisposable {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** For libpq. */
  readonly place: string;
  /** Runs a program beside this file, until it ends well; resolves to what it wrote, with its port as `{port}`. */
  run(program: string, args: readonly string[]): Promise<string>;
}

export async function openToolWorld(): Promise<ToolWorld> {
  const server = await startTestServer({ settings: { sqlListen: '127.0.0.1:0' } });
  const json = { email: 'ann@example.com', firstName: 'Ann', lastName: "O'Hara", userName: 'ann' };
  await server.request('POST', '/v1/organizations/myorg/developers', { json });
  const port = server.ports.sql ?? 0;
  return {
    port,
    user: adminEmail,
    password: testPassword,
    place: `host=127.0.0.1 port=${port} user=${adminEmail} dbname=myorg`,
    run: async (program, args) => {
      const env = { PATH: process.env['PATH'], PGPASSWORD: testPassword, LC_ALL: 'C.UTF-8', TERM: 'xterm' };
      const options = { env, cwd: import.meta.dirname, timeout: 120_000 };
      // Both of its outputs in the order in which it wrote them.
      const { stdout } = await promisify(execFile)('sh', ['-c', 'exec "$0" "$@" 2>&1', program, ...args], options);
      return stdout.replaceAll(String(port), '{port}');
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/**
 * Runs a command in a terminal, types each step's keys once its text has come, and waits for the end.
 * @throws Error with all that came, where a step's text does not come within a minute
 */
export async function typeInTerminal(
  command: string,
  password: string,
  steps: readonly (readonly [awaited: string | RegExp, keys: string])[],
): Promise<string> {
  const env = { PATH: process.env['PATH'], PGPASSWORD: password, LC_ALL: 'C.UTF-8', TERM: 'xterm' };
  const child = spawn('script', ['-qec', command, '/dev/null'], { env, timeout: 60_000 });
  const [left, all] = [[...steps], { text: '', since: '' }];
  child.stdout.on('data', (data: Buffer) => {
    all.text += data.toString();
    all.since += data.toString();
    const [awaited, keys] = left[0] ?? ['', undefined];
    if (keys === undefined || all.since.search(awaited) < 0) return;
    left.shift();
    all.since = '';
    child.stdin.write(keys);
  });
  await new Promise((resolve) => child.once('close', resolve));
  if (left.length > 0) throw new Error(`${String(left[0]?.[0])} did not come after: ${JSON.stringify(all.text)}`);
  return all.text;
}

/** What a test needs of the machine; `.ci/run` installs it. */
export interface ToolNeeds {
  readonly programs?: readonly string[];
  readonly files?: readonly string[];
  /** It takes seconds of processor time: left to the longer rounds. */
  readonly long?: boolean;
}

/** Why a test is left out; false: it is not. With `CLAVIGER_SQL_TOOLS=required` none is. */
export function findSkip({ programs = [], files = [], long = false }: ToolNeeds): string | false {
  const required = process.env['CLAVIGER_SQL_TOOLS'] === 'required';
  if (required) return false;
  if (process.env['CLAVIGER_TEST_EVERYTHING'] === '1') return 'a step of .ci/run, with CLAVIGER_SQL_TOOLS=required';
  if (long && process.env['CLAVIGER_LONG'] !== '1') return 'takes CLAVIGER_LONG=1 or CLAVIGER_SQL_TOOLS=required';
  const missing = [...programs.filter((name) => findProgram(name) === undefined), ...files.filter(isMissing)];
  return missing.length === 0 ? false : `NOT TESTED: ${missing.join(', ')} is not on this machine`;
}

function isMissing(file: string): boolean {
  try {
    accessSync(file);
    return false;
  } catch {
    return true;
  }
}
