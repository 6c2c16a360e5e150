import { SqlError, type SqlState, sqlStates } from '../../language/sql-error.ts';
import { hideViewNames } from '../../language/view-name.ts';
import type { Refusal } from './authorizer.ts';
import type { Fault } from './frame.ts';
import { FunctionFault } from './function.ts';

/** SQLite's message in the beginning, and what PostgreSQL calls it. */
const states: readonly (readonly [RegExp, SqlState])[] = [
  [/^no such column/, sqlStates.undefinedColumn],
  [/^no such table|^no such view/, sqlStates.undefinedTable],
  [/^no such function|^wrong number of arguments/, sqlStates.undefinedFunction],
  [/^ambiguous column/, '42702'],
  [/^misuse of aggregate|^misuse of window|^a GROUP BY|^aggregate functions/, '42803'],
  [/syntax error|^unrecognized token|^incomplete input|^near "/, sqlStates.syntax],
  [/^string or blob too big|^row too big|too many|^parser stack|too large|^Expression tree/, '54000'],
  [/^out of memory/, sqlStates.outOfMemory],
  [/^integer overflow/, '22003'],
  [/^malformed JSON|^bad JSON|^JSON/, '22032'],
  [/^attempt to write a readonly|^cannot modify|prohibited|^not authorized/, sqlStates.notAllowed],
  [/^duplicate WITH table|^table .* has/, '42P10'],
  [/^interrupted/, sqlStates.cancelled],
];

/** What went wrong, told without names of ours. */
export function describeFault(error: unknown, text: string, refusal: Refusal | undefined): Fault {
  if (error instanceof SqlError) return { state: error.state, message: error.message };
  if (refusal !== undefined) return describeRefusal(refusal, text);
  const raw = error instanceof Error ? error.message : String(error);
  if (error instanceof FunctionFault) return { state: '22000', message: raw };
  const message = hideViewNames(raw);
  const state = states.find(([shape]) => shape.test(message))?.[1];
  if (state !== undefined) return { state, message, position: findPosition(raw, text) };
  const sqlite = (error as { code?: string } | null)?.code === 'ERR_SQLITE_ERROR';
  if (sqlite && ownSentence(error)) return { state: '42000', message };
  return { state: sqlStates.internal, message: 'the query failed' };
}

/** SQLITE_ERROR tells what is wrong with a statement; other codes speak of files, locks and memory. */
function ownSentence(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === 1;
}

function describeRefusal(refusal: Refusal, text: string): Fault {
  if (refusal.kind === 'action') return { state: sqlStates.notAllowed, message: 'not authorized' };
  const name = hideViewNames(refusal.name);
  const position = placeOf(refusal.name, text);
  return refusal.kind === 'table'
    ? { state: sqlStates.undefinedTable, message: `no such table: ${name}`, position }
    : { state: sqlStates.undefinedFunction, message: `no such function: ${name}`, position };
}

function findPosition(message: string, text: string): number | undefined {
  if (message === 'incomplete input') return text.length;
  const named =
    /^near "(.+)": syntax error$|^no such (?:column|function|table): "?([^"\s]+)|^unrecognized token: "(.+)"$/s.exec(
      message,
    );
  const name = named?.[1] ?? named?.[2] ?? named?.[3];
  return name === undefined ? undefined : placeOf(name, text);
}

/** Where a name stands, if in one place alone. */
function placeOf(name: string, text: string): number | undefined {
  const at = text.indexOf(name);
  return at >= 0 && text.indexOf(name, at + 1) < 0 ? at : undefined;
}
