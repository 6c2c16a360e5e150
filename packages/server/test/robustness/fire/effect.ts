import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { clockMs } from './verdict-log.ts';

/** What an answer says of who has applied its change (docs/verification.md, "Acknowledged revocation"). */
export interface Effect {
  readonly sequence: number;
  /** Undefined: the answer tells that nobody knows, or it did not take anything away. */
  readonly verifiers: AppliedVerifiers | undefined;
}

export interface AppliedVerifiers {
  readonly applied: number;
  readonly total: number;
  /** Names, as far as they are told. */
  readonly outstanding: readonly string[];
  /** Of those that are out, how many have no name in the answer. */
  readonly more: number;
  /** The latest moment at which one of them can answer, in milliseconds of {@link clockMs}; infinite: no end. */
  readonly until: number;
}

/** The header has whole milliseconds, and the clock that is held against it stands still for as long. */
const clockGrainMs = 2;

/** Undefined where there are no such headers. Throws where they contradict themselves. */
export function readEffect(headers: IncomingHttpHeaders): Effect | undefined {
  const sequence = headers['claviger-sequence'];
  if (sequence === undefined) return undefined;
  return { sequence: Number(sequence), verifiers: readVerifiers(headers) };
}

function readVerifiers(headers: IncomingHttpHeaders): AppliedVerifiers | undefined {
  const told = headers['claviger-applied'];
  if (told === undefined || told === 'unknown') return undefined;
  const [, applied, total] = /^(\d+)\/(\d+)$/.exec(String(told)) ?? assert.fail(`Claviger-Applied: ${told}`);
  const { names, more } = readNames(String(headers['claviger-outstanding'] ?? ''));
  assert.equal(Number(applied) + names.length + more, Number(total), `Claviger-Applied: ${told}, out: ${names}`);
  const until = readUntil(String(headers['claviger-outstanding-until'] ?? ''));
  assert.equal(until === undefined, Number(applied) === Number(total), `until ${until} for ${told}`);
  return { applied: Number(applied), total: Number(total), outstanding: names, more, until: until ?? 0 };
}

/** A list of strings (RFC 9651); `more;count=3` at its end. Names of these tests need no escapes. */
function readNames(text: string): { readonly names: readonly string[]; readonly more: number } {
  const names = [...text.matchAll(/"([^"\\]*)"/g)].map(([, name]) => name ?? '');
  return { names, more: Number(/\bmore;count=(\d+)$/.exec(text)?.[1] ?? 0) };
}

/** From the wall clock of this machine, which the nodes have, to the monotonic one. */
function readUntil(text: string): number | undefined {
  if (text === '') return undefined;
  if (text === 'never') return Number.POSITIVE_INFINITY;
  return Date.parse(text) - Date.now() + clockMs() + clockGrainMs;
}
