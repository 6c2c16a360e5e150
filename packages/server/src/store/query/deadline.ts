import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { Errand } from './errand.ts';

export interface Deadline {
  readonly signal?: AbortSignal | undefined;
  /** In line, or with a process that is ready, until the last row. */
  readonly timeoutMilliseconds: number;
  /** How long rows may wait for somebody who reads them. */
  readonly stallMilliseconds: number;
}

/** A process that is not ready by then is none. */
const startMilliseconds = 30_000;
/** How often it is looked at meanwhile. */
const lookMilliseconds = 100;

/**
 * Ends an errand when it is cancelled, its time is over, or nobody reads what is answered.
 * @param end with what its conversation fails
 */
export function guard(errand: Errand, deadline: Deadline, end: (error: SqlError) => void): void {
  const { signal, timeoutMilliseconds, stallMilliseconds } = deadline;
  const beganAt = performance.now();
  const abort = () => end(cancelled());
  // One timer for all of it: most queries are over before it is set anew.
  const look = () => {
    const now = performance.now();
    const { process, conversation } = errand;
    // The time that a process takes to start is nobody's query's.
    const readyAt = process === undefined ? beganAt : process.readyAt;
    const left = readyAt === undefined ? lookMilliseconds : Math.max(beganAt, readyAt) + timeoutMilliseconds - now;
    const stallLeft = stallMilliseconds - conversation.unreadMilliseconds(now);
    if (readyAt === undefined && now - beganAt > timeoutMilliseconds + startMilliseconds) end(unready());
    else if (left <= 0) end(late(errand));
    else if (stallLeft <= 0) end(unread(stallMilliseconds));
    else timer = setTimeout(look, Math.ceil(Math.min(left, stallLeft)));
  };
  let timer = setTimeout(look, Math.min(timeoutMilliseconds, stallMilliseconds));
  signal?.addEventListener('abort', abort, { once: true });
  errand.conversation.onOver(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
}

export function cancelled(): SqlError {
  return new SqlError(sqlStates.cancelled, 'canceling statement due to user request');
}

function late({ process }: Errand): SqlError {
  return process === undefined
    ? new SqlError(sqlStates.tooBusy, 'all query processes were busy until the time was over')
    : new SqlError(sqlStates.cancelled, 'canceling statement due to statement timeout');
}

function unread(milliseconds: number): SqlError {
  return new SqlError(
    sqlStates.cancelled,
    `canceling statement since nobody read its rows for ${milliseconds / 1000} s`,
    {
      hint: 'Read rows as they come, or ask for fewer at a time: a result that waits keeps others from their turn.',
    },
  );
}

function unready(): SqlError {
  return new SqlError(sqlStates.tooBusy, 'the process for the query did not start', { hint: 'Try again in a while.' });
}
