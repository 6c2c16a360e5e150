import { chmod, lstat, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { drain } from './drain.ts';

export interface SocketOptions {
  /** Undefined: the path would be too long for the system, so a short one is made and written into `note`. */
  readonly path: string | undefined;
  readonly note: string;
}

export interface ListeningSocket {
  readonly path: string;
  /** Stops listening and removes what was made. Requests under way are answered first. */
  close(): Promise<void>;
}

/**
 * Listens on a socket file that its owner alone may open. A file that a killed server left is replaced.
 * @throws Error, as a sentence, where something else is in its place
 */
export async function listenOnSocket(app: FastifyInstance, { path, note }: SocketOptions): Promise<ListeningSocket> {
  const short = path === undefined ? await mkdtemp(join(shortDirectory(), 'claviger-')) : undefined;
  const at = path ?? join(short ?? '', 'socket');
  const removeShort = async () => {
    if (short !== undefined)
      await Promise.all([rm(note, { force: true }), rm(short, { recursive: true, force: true })]);
  };
  try {
    await clearStale(at);
    // The process creates files for their owner alone (umask), so that the socket is never open to others.
    await app.listen({ path: at });
    await chmod(at, 0o600);
    if (short !== undefined) await writeFile(note, `${at}\n`, { mode: 0o600 });
  } catch (error) {
    await removeShort();
    throw error;
  }
  return {
    path: at,
    close: async () => {
      await drain(app);
      await removeShort();
    },
  };
}

function shortDirectory(): string {
  const directory = tmpdir();
  return Buffer.byteLength(directory) < 60 ? directory : '/tmp';
}

async function clearStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error(`${path} is in the way: the command socket goes there. Move it away.`);
  if (await answers(path))
    throw new Error(`Another claviger server uses ${dirname(path)}: give each its own directory.`);
  await rm(path, { force: true });
}

/** Whether somebody accepts connections there. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
