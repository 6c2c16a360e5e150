import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where commands reach a running server without the network. */
export interface SocketPlace {
  /** The socket; where its path would be too long for the system, undefined. */
  readonly path: string | undefined;
  /** The file that names the socket where it had to go elsewhere. */
  readonly note: string;
}

/** Bytes of a socket's path, without the NUL at its end: 104 on macOS, 108 on Linux. */
const pathBytesMax = process.platform === 'linux' ? 107 : 103;

export function placeSocket(dataDirectory: string): SocketPlace {
  const path = join(dataDirectory, 'claviger.sock');
  return { path: Buffer.byteLength(path) <= pathBytesMax ? path : undefined, note: `${path}.path` };
}

/** The path at which a server of this data directory would listen; undefined: none does. */
export function findSocket(dataDirectory: string): string | undefined {
  const { path, note } = placeSocket(dataDirectory);
  if (path !== undefined) return path;
  try {
    return readFileSync(note, 'utf8').trim();
  } catch {
    return undefined;
  }
}
