import pg from 'pg';
import { Rerun, unavailable } from '../engine.ts';

/** Another transaction came first, or holds what this one waits for: run again, and see what is there now. */
const rerunCodes: ReadonlySet<string> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '23505', // unique_violation
  '23503', // foreign_key_violation
]);
/** Classes of SQLSTATE of a server that is gone, full, busy, shut down, not ours to enter or not to be written. */
const unavailableClasses: ReadonlySet<string> = new Set(['08', '28', '3D', '53', '55', '57', '58', 'XX']);
const unavailableCodes: ReadonlySet<string> = new Set([
  '25006', // read_only_sql_transaction
  '25P03', // idle_in_transaction_session_timeout
]);

/** What the driver threw, in the store's words. What is neither known nor expected is a bug and keeps its cause. */
export function translatePostgresError(error: unknown, statement: string): Error {
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? '';
    if (rerunCodes.has(code)) return new Rerun();
    if (unavailableCodes.has(code) || unavailableClasses.has(code.slice(0, 2))) return unavailable();
    return new Error(`${statement} failed`, { cause: error });
  }
  // What is no answer of the server is the connection: refused, cut, timed out. Its errors have no class of their own.
  if (error instanceof TypeError || error instanceof RangeError)
    return new Error(`${statement} failed`, { cause: error });
  return unavailable();
}
