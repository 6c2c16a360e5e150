import { Rerun, unavailable } from '../engine.ts';

const busy = 5;

/** Primary result codes of a store that is full, gone, locked or broken (sqlite.org/rescode.html). */
const unavailableCodes: ReadonlySet<number> = new Set([
  busy,
  6, // LOCKED
  7, // NOMEM
  8, // READONLY
  10, // IOERR
  11, // CORRUPT
  13, // FULL
  14, // CANTOPEN
  26, // NOTADB
]);
const constraintForeignKey = 787;

/** What the driver threw, in the store's words. What is neither known nor expected is a bug and keeps its cause. */
export function translateSqliteError(error: unknown, statement: string): Error {
  const code = errorCode(error);
  if (code !== undefined && unavailableCodes.has(code & 0xff)) return unavailable();
  // The owner of the new row is gone.
  if (code === constraintForeignKey) return new Rerun();
  // The store was closed.
  if (error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_STATE') return unavailable();
  return new Error(`${statement} failed`, { cause: error });
}

/** Whether another process holds the lock that was asked for. */
export function isBusyError(error: unknown): boolean {
  return ((errorCode(error) ?? 0) & 0xff) === busy;
}

function errorCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}
