import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { StartRefusal } from './start-refusal.ts';

const keyBytes = 32;

export interface MasterKeySource {
  /** CLAVIGER_MASTER_KEY: 32 bytes in base64 or hex. Where present, no file is read or made. */
  readonly value?: string | undefined;
  /** A command line for the system's shell that prints the key, as a client of a key service does. Run once. */
  readonly command?: string | undefined;
  /** Where the key is kept otherwise; made at the first start, for the owner alone. */
  readonly file: string;
}

/**
 * The 32 bytes that secrets in the store are sealed with.
 * @throws StartRefusal where the value, command or file gives no key, or others may read the file
 */
export async function loadMasterKey({ value, command, file }: MasterKeySource): Promise<Uint8Array> {
  if (value !== undefined && value !== '') return decodeKey(value, 'CLAVIGER_MASTER_KEY');
  if (command !== undefined) return decodeKey(await runCommand(command), 'The output of the master key command');
  return (await readKeyFile(file)) ?? (await makeKeyFile(file));
}

/**
 * Keys that may still open what is stored, beside the one that seals.
 * @throws StartRefusal where one is no key
 */
export function decodePreviousKeys(values: readonly string[]): Uint8Array[] {
  return values.map((value) => decodeKey(value, 'Each of CLAVIGER_PREVIOUS_MASTER_KEYS'));
}

const commandTimeout = 30_000;

/** What it says on standard error goes to the operator; what it prints is the key, and goes nowhere. */
async function runCommand(command: string): Promise<string> {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'inherit'], timeout: commandTimeout });
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown reason'));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : `it ended with ${signal ?? code}`));
  });
  const [output, failure] = await Promise.all([readText(child.stdout), ended]);
  if (failure !== undefined) throw new StartRefusal(`The master key command failed: ${failure}.`);
  return output;
}

function decodeKey(text: string, source: string): Uint8Array {
  const trimmed = text.trim();
  // 64 hex digits are also base64, of 48 bytes: so hex is looked for first.
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : decodeBase64(trimmed);
  if (bytes?.length === keyBytes) return new Uint8Array(bytes);
  throw new StartRefusal(
    `${source} has to hold ${keyBytes} bytes in base64 or hex, as "openssl rand -base64 32" prints.`,
  );
}

function decodeBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/_-]+=*$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

async function readKeyFile(file: string): Promise<Uint8Array | undefined> {
  await using handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new StartRefusal(`The master key file ${file} can't be read (${error.code ?? 'unknown reason'}).`);
  });
  if (handle === undefined) return undefined;
  const { mode } = await handle.stat();
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new StartRefusal(
      `The master key file ${file} may be read by others (mode ${(mode & 0o777).toString(8)}): run "chmod 600" on it.`,
    );
  }
  return decodeKey(await handle.readFile('utf8'), `The master key file ${file}`);
}

/** Written whole and synced under another name first: a crash leaves a whole key or none; of two makers one wins. */
async function makeKeyFile(file: string): Promise<Uint8Array> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeSynced(draft, `${randomBytes(keyBytes).toString('base64')}\n`);
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await syncDirectory(dirname(file));
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new StartRefusal(`The master key file ${file} can't be made (${reason}).`, { cause: error });
  } finally {
    await rm(draft, { force: true });
  }
  const key = await readKeyFile(file);
  if (key === undefined) throw new StartRefusal(`The master key file ${file} was taken away while it was made.`);
  return key;
}

async function writeSynced(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'wx', 0o600);
  await handle.writeFile(text);
  await handle.sync();
  // The mode given to open is narrowed by the umask only; this states it.
  await chmod(file, 0o600);
}

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using handle = await open(directory, 'r');
  await handle.sync();
}
