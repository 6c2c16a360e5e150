import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';

/** Codes of a disk that is full or fails. */
const diskCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS']);

/** A stream kept aside, which can be read more than once. */
export interface Spool extends AsyncDisposable {
  read(): AsyncIterable<Uint8Array>;
}

/**
 * Keeps a stream in a file that has no name, and so goes with this process however it ends. `inspect` sees the stream
 * on its way and may refuse it.
 * @throws Problem store.unavailable where there is no room for it; what `inspect` throws
 */
export async function spool(
  source: AsyncIterable<Uint8Array>,
  inspect: (source: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<Spool> {
  const directory = await mkdtemp(join(tmpdir(), 'claviger-'));
  const file = join(directory, 'archive');
  const handle = await open(file, 'wx+', 0o600).finally(() => rm(directory, { recursive: true, force: true }));
  try {
    await inspect(copy(source, (chunk) => handle.writeFile(chunk)));
  } catch (error) {
    await handle.close();
    throw isDiskError(error) ? new Problem('store.unavailable', { retryAfterSeconds: 30 }) : error;
  }
  return {
    read: () => handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 18 }),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

async function* copy(
  source: AsyncIterable<Uint8Array>,
  keep: (chunk: Uint8Array) => Promise<void>,
): AsyncIterable<Uint8Array> {
  for await (const chunk of source) {
    await keep(chunk);
    yield chunk;
  }
}

function isDiskError(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code !== undefined && diskCodes.has(code);
}
