import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** Long enough for a busy machine; a test that waits so long has failed. */
const patienceMilliseconds = 120_000;

export const adminEmail = 'admin@example.com';
export const adminPassword = 'correct horse battery';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Standard input. */
  readonly input?: string | Buffer;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to end the processes of a test: while one runs, it may write into a directory that is being removed. */
const ends = new WeakMap<TestContext, (() => Promise<void>)[]>();

export async function makeDirectory(t: TestContext, parent = tmpdir()): Promise<string> {
  const directory = await mkdtemp(join(parent, 'claviger-test-'));
  t.after(async () => {
    for (const end of ends.get(t) ?? []) await end();
    await rm(directory, { recursive: true, force: true });
  });
  return directory;
}

function spawnClaviger(args: readonly string[], { env = {}, cwd }: RunOptions): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('CLAVIGER_'));
  return spawn(process.execPath, [main, ...args], {
    // Many servers at once: none of them may want the one address of the default.
    env: {
      ...Object.fromEntries(inherited),
      CLAVIGER_RUNTIME_LISTEN: '127.0.0.1:0',
      CLAVIGER_SQL_LISTEN: 'off',
      ...env,
    },
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs a command to its end. */
export async function runClaviger(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const child = spawnClaviger(args, options);
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMilliseconds);
  child.stdin?.on('error', () => undefined).end(options.input ?? '');
  const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr), once(child, 'close')]);
  clearTimeout(timer);
  return { code: child.exitCode, stdout, stderr };
}

/** The same, for commands that have to go well. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runClaviger(args, options);
  if (code !== 0) throw new Error(`claviger ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

async function read(stream: ChildProcess['stdout']): Promise<string> {
  return stream === null ? '' : text(stream);
}

export interface RunningClaviger {
  readonly url: string;
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

type Start = RunOptions & { readonly args?: readonly string[] };

/** Starts a server and waits for its line. It is killed with the test at the latest. */
export function startClaviger(t: TestContext, data: string, { args = [], ...options }: Start = {}) {
  const command = ['serve', '--data', data, '--listen', '127.0.0.1:0', ...args];
  return startProcess(t, command, options);
}

/** Starts a sidecar and waits for its line. The same holds for it. */
export function startSidecar(t: TestContext, { args = [], ...options }: Start): Promise<RunningClaviger> {
  return startProcess(t, ['verifier', '--listen', '127.0.0.1:0', ...args], options);
}

async function startProcess(t: TestContext, command: readonly string[], options: RunOptions): Promise<RunningClaviger> {
  const child = spawnClaviger(command, options);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const closed = once(child, 'close');
  const end = async () => {
    child.kill('SIGKILL');
    await closed;
  };
  ends.set(t, [...(ends.get(t) ?? []), end]);
  t.after(end);
  const url = await waitFor(() => {
    if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode}: ${stderr}`);
    return /^claviger (?:verifier )?listening on (\S+)\n/m.exec(stdout)?.[1];
  });
  return {
    url,
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}

/** A server whose administrator has {@link adminPassword}. */
export function startKnown(t: TestContext, data: string, args: readonly string[] = []): Promise<RunningClaviger> {
  return startClaviger(t, data, { args, env: { CLAVIGER_ADMIN_PASSWORD: adminPassword } });
}

/** Looks until there is something, or fails. */
export async function waitFor<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const until = performance.now() + patienceMilliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error('waited in vain');
    await sleep(20);
  }
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly ca?: string;
  readonly socketPath?: string;
}

/** One request on a connection of its own; any header may be set, `host` included. */
export async function call(
  url: string,
  { method = 'GET', headers = {}, body, ca, socketPath }: Call = {},
): Promise<Reply> {
  const send = url.startsWith('https:') ? requestTls : request;
  const sent = send(url, { method, headers, agent: false, ...(ca && { ca }), ...(socketPath && { socketPath }) });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

export function basic(password: string, email = adminEmail): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${email}:${password}`).toString('base64')}` };
}

/** The administrator, with a JSON body. */
export const asAdmin = { ...basic(adminPassword), 'content-type': 'application/json' };
