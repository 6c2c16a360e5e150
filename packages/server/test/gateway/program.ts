import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const examples = resolve(import.meta.dirname, '../../../../examples/gateways');

/** Debian keeps what serves in /usr/sbin, which is not in everybody's PATH. */
export function findProgram(name: string): string | undefined {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return places
    .map((place) => join(place, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A file of an example, with what differs from machine to machine put in. Each text has to be there. */
export function readExample(path: string, changes: readonly (readonly [from: string, to: string])[] = []): string {
  return changes.reduce(
    (text, [from, to]) => {
      assert.ok(text.includes(from), `${path} does not hold ${from}`);
      return text.replaceAll(from, to);
    },
    readFileSync(join(examples, path), 'utf8'),
  );
}

/** A copy of an example's directory, with these files in place of its own. */
export async function copyExample(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `claviger-${name}-`));
  await cp(join(examples, name), directory, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(directory, file), text);
  return directory;
}

export interface Program {
  /** What it wrote, for messages. */
  readonly output: string;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
}

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
  /** It is up when these are listened on. */
  readonly ports: readonly number[];
}

const patienceMilliseconds = 60_000;

export async function startProgram({ command, args, directory, env, ports }: Start): Promise<Program> {
  let output = '';
  const child = spawn(command, [...args], { cwd: directory, env: { ...process.env, ...env }, stdio: 'pipe' });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Uint8Array) => (output = (output + String(part)).slice(-20_000)));
  }
  const stop = async () => {
    await end(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    for (const port of ports) await waitForPort(port, child, () => output);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    get output() {
      return output;
    },
    stop,
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await gone;
  clearTimeout(timer);
}

async function waitForPort(port: number, child: ChildProcess, output: () => string): Promise<void> {
  const last = performance.now() + patienceMilliseconds;
  for (;;) {
    if (await answers(port)) return;
    if (child.exitCode !== null || performance.now() > last) assert.fail(`nobody listens on ${port}: ${output()}`);
    await sleep(30);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
}
