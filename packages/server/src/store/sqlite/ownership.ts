import { DatabaseSync } from 'node:sqlite';

/** Another process has the store: for a command that is worth another try. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
}

/**
 * Takes the store for this process: an exclusive transaction on a tiny file of its own, which the kernel lets go when
 * the process ends, however it ends. Returns what gives it back.
 * @throws StoreInUse
 */
export function takeOwnership(lockFile: string, file: string): () => void {
  const lock = new DatabaseSync(lockFile, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (cause) {
    lock.close();
    throw new StoreInUse(`${file} is in use by another claviger process`, { cause });
  }
  return () => lock.close();
}
