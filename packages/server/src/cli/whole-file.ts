import { once } from 'node:events';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandRefusal } from './failure.ts';

/** Takes pieces of a file, one after another. */
export type Sink = (chunk: Uint8Array) => Promise<unknown>;

/**
 * Writes a file that others may not read, under another name until it is whole and on disk: one that is there is a good
 * one.
 * @param write throws where what comes is not whole
 * @throws CommandRefusal
 */
export async function writeWholeFile<T>(file: string, write: (sink: Sink) => Promise<T>): Promise<T> {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    const value = await writeDraft(draft, write);
    await rename(draft, file);
    await syncDirectory(dirname(file));
    return value;
  } catch (error) {
    await rm(draft, { force: true });
    throw describeFileError(error, file);
  }
}

async function writeDraft<T>(draft: string, write: (sink: Sink) => Promise<T>): Promise<T> {
  await using handle = await open(draft, 'wx', 0o600);
  const value = await write((chunk) => handle.writeFile(chunk));
  await handle.sync();
  return value;
}

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using handle = await open(directory, 'r');
  await handle.sync();
}

export function describeFileError(error: unknown, file: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return new CommandRefusal(`${file} can't be used (${code})`, { cause: error });
}

export async function writeToOutput(chunk: Uint8Array): Promise<void> {
  if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
}
