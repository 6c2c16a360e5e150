import { SqlError, sqlStates } from '../../language/sql-error.ts';
import type { Conversation } from './conversation.ts';

export interface Deadline {
  readonly signal?: AbortSignal | undefined;
  /** From when the process is ready to its last row. */
  readonly timeoutMilliseconds: number;
  /** How long rows may wait for somebody who reads them. */
  readonly stallMilliseconds: number;
}

/** A process that is not ready by then is none. */
const startMilliseconds = 30_000;

/** Ends a conversation, and its process, when it is cancelled, its time is over, or nobody reads what it answers. */
export function guard(conversation: Conversation, deadline: Deadline): void {
  const { signal, timeoutMilliseconds, stallMilliseconds } = deadline;
  const abort = () => conversation.kill(cancelled());
  let timer: NodeJS.Timeout | undefined;
  conversation.onReady(() => {
    clearTimeout(timer);
    const end = performance.now() + timeoutMilliseconds;
    // One timer for both: most queries are over before it is set anew.
    const look = () => {
      const now = performance.now();
      const stalled = conversation.unreadMilliseconds(now);
      if (now >= end) conversation.kill(late());
      else if (stalled >= stallMilliseconds) conversation.kill(unread(stallMilliseconds));
      else timer = setTimeout(look, Math.ceil(Math.min(end - now, stallMilliseconds - stalled)));
    };
    look();
  });
  timer ??= setTimeout(() => conversation.kill(unready()), startMilliseconds);
  signal?.addEventListener('abort', abort, { once: true });
  conversation.onOver(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
}

export function cancelled(): SqlError {
  return new SqlError(sqlStates.cancelled, 'canceling statement due to user request');
}

function late(): SqlError {
  return new SqlError(sqlStates.cancelled, 'canceling statement due to statement timeout');
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
