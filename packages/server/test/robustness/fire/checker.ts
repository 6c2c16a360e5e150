import type { VerdictEntry } from './verdict-log.ts';

/** A call that takes a right away or gives it back. Times in milliseconds of one monotonic clock. */
export interface RightCall {
  /** Number of the right: that a developer is active, that a product on a key is approved, and so on. */
  readonly right: number;
  readonly kind: 'take' | 'give';
  readonly sent: number;
  /** Absent: the call was not answered, and may take effect whenever it likes. */
  readonly answered: number | undefined;
  /** Verifiers that the answer names as not having applied it, with the latest moment at which they can still answer. */
  readonly out: ReadonlyMap<string, number>;
}

/** What was seen of a run. Calls on one right follow one another: each is sent when the one before has ended. */
export interface FireHistory {
  /** For each key, the rights that it needs. */
  readonly keys: readonly (readonly number[])[];
  readonly calls: readonly RightCall[];
  /** By the name that a verifier goes by. */
  readonly verdicts: ReadonlyMap<string, Iterable<VerdictEntry>>;
}

/** A verdict that should not have been given (G4). */
export interface Violation {
  readonly verifier: string;
  readonly verdict: VerdictEntry;
  readonly right: number;
  /** From when on this verifier must not allow it. */
  readonly deadFrom: number;
  readonly deadUntil: number;
}

export interface Finding {
  readonly verdicts: number;
  readonly allowed: number;
  /** Verdicts that began while a right was acknowledged as gone: those on which the check bites. */
  readonly bitten: number;
  /** The first of them. */
  readonly violations: readonly Violation[];
  readonly violationCount: number;
}

const violationsMax = 20;

/** Between the two nobody may allow what needs the right. */
interface Span {
  readonly from: number;
  until: number;
}

/**
 * Holds the verdicts against what the revoking calls said. A verdict that allows is wrong where a right of its key was
 * gone for its verifier before the question began, and nobody had sent a call to give it back before it was answered.
 */
export function checkHistory({ keys, calls, verdicts }: FireHistory): Finding {
  const callsOfRight = Map.groupBy(calls, ({ right }) => right);
  const violations: Violation[] = [];
  const sums = { verdicts: 0, allowed: 0, bitten: 0, violationCount: 0 };
  for (const [verifier, entries] of verdicts) {
    const spans = new Map([...callsOfRight].map(([right, its]) => [right, listSpans(its, verifier)]));
    for (const verdict of entries) {
      sums.verdicts += 1;
      if (verdict.allowed) sums.allowed += 1;
      const found = findSpan(keys[verdict.key] ?? [], spans, verdict);
      if (found === undefined) continue;
      sums.bitten += 1;
      if (!verdict.allowed) continue;
      sums.violationCount += 1;
      const { right, span } = found;
      if (violations.length < violationsMax)
        violations.push({ verifier, verdict, right, deadFrom: span.from, deadUntil: span.until });
    }
  }
  return { ...sums, violations };
}

/** The times in which a right is gone for a verifier, in order and apart from each other. */
function listSpans(calls: readonly RightCall[], verifier: string): Span[] {
  const spans: Span[] = [];
  for (const [at, call] of calls.entries()) {
    if (call.kind === 'give') {
      // One of which nobody knows whether it happened may happen later, after the right was taken once more.
      if (call.answered === undefined) break;
      continue;
    }
    if (call.answered === undefined) continue;
    const from = Math.max(call.answered, call.out.get(verifier) ?? call.answered);
    const until = calls.find((other, place) => place > at && other.kind === 'give')?.sent ?? Number.POSITIVE_INFINITY;
    addSpan(spans, { from, until });
  }
  return spans;
}

/** A right that is taken twice has one span, from the first moment that either call names. */
function addSpan(spans: Span[], span: Span): void {
  if (span.from >= span.until) return;
  const last = spans.at(-1);
  if (last === undefined || last.until <= span.from) spans.push(span);
  else if (span.from < last.from) {
    spans.pop();
    addSpan(spans, span);
  } else last.until = Math.max(last.until, span.until);
}

function findSpan(
  rights: readonly number[],
  spans: ReadonlyMap<number, readonly Span[]>,
  { began, ended }: VerdictEntry,
): { readonly right: number; readonly span: Span } | undefined {
  for (const right of rights) {
    const span = findLastBefore(spans.get(right) ?? [], began);
    if (span !== undefined && ended < span.until) return { right, span };
  }
  return undefined;
}

/** The last span that began before a time. */
function findLastBefore(spans: readonly Span[], time: number): Span | undefined {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.from ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return spans[low - 1];
}
