import { Problem } from '../domain/problem.ts';
import { countedTerms, type SearchNoun, type SearchQuery, termsOfQuery } from '../domain/search.ts';
import type { SearchIndex } from '../ports/search-store.ts';
import type { Plane } from './plane.ts';

/** Up to this many matches are counted where each has to be looked at. */
export const searchCountMax = 10_000;
/** Entities that one call looks at: it then answers with what it has, and a cursor to go on from. */
const examinedMax = 25_000;
/** What is looked at in one go: few, since all others wait meanwhile. */
const stepSize = 250;
/** What a search waits for the index, at most. */
const patienceMilliseconds = 1_000;

/** What is looked for, and how one tells. */
export interface Seeker<T> {
  readonly organizationId: string;
  readonly noun: SearchNoun;
  readonly query: SearchQuery;
  /** Whether `examine` heeds what the query does not say. */
  readonly narrowed: boolean;
  /** All that tells this question from others, for the cursor. */
  readonly question: string;
  /** Reads those of these that are there, and are what was asked for. */
  examine(ids: readonly string[]): Promise<Map<string, T>>;
}

export interface SearchPage<T> {
  /** In the order in which they were first indexed, which is no other for as long as they exist. */
  readonly items: readonly T[];
  /** Begins the next page; absent on the last one. */
  readonly next: string | undefined;
  /** Matches on all pages, as the first page counted them. */
  readonly total: number;
  /** False: there are more, at least as far as the search went. */
  readonly exact: boolean;
  /** Whether all that was written before the call was in the index: false only while it has much to catch up with. */
  readonly complete: boolean;
}

/** What a cursor says. It is bound to its question and its index, and holds nothing secret. */
interface Mark {
  readonly generation: string;
  readonly question: string;
  readonly after: number;
  readonly total: number;
  readonly exact: boolean;
}

/** @throws Problem request.invalid for a cursor of another question, or of an index that is no more */
export async function walkSearch<T>(
  plane: Plane,
  seeker: Seeker<T>,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<SearchPage<T>> {
  const mark = cursor === undefined ? undefined : parseMark(cursor);
  const { generation, complete } = await plane.store.search.catchUp(patienceMilliseconds);
  const question = plane.digests.sha256Hex(seeker.question).slice(0, 16);
  if (mark !== undefined && (mark.generation !== generation || mark.question !== question)) throw refuseCursor();
  const counted = mark === undefined && !seeker.narrowed ? countedTerms(seeker.noun, seeker.query) : undefined;
  const walk = await collect(plane.store.search, seeker, {
    after: mark?.after ?? 0,
    limit,
    // The first page counts; the others say what it said.
    countTo: mark === undefined && counted === undefined ? searchCountMax : 0,
  });
  const beyond = walk.next === undefined ? undefined : counted;
  const first = beyond === undefined ? walk : await countAll(plane.store.search, seeker, { terms: beyond, walk });
  const total = mark?.total ?? first.matches;
  const exact = mark?.exact ?? (first.end && complete);
  const next = walk.next === undefined ? undefined : { generation, question, after: walk.next, total, exact };
  return { items: walk.items, next: next && formatMark(next), total, exact, complete };
}

/** By the index alone: as many as are there, and never fewer than are shown. */
async function countAll(
  index: SearchIndex,
  { organizationId, noun }: Seeker<unknown>,
  { terms, walk }: { readonly terms: readonly (readonly string[])[]; readonly walk: Walk<unknown> },
): Promise<Pick<Walk<unknown>, 'matches' | 'end'>> {
  let matches = 0;
  for (const each of terms) matches += await index.count({ organizationId, noun, terms: each });
  return { matches: Math.max(matches, walk.matches), end: true };
}

interface Walk<T> {
  readonly items: readonly T[];
  /** Number after which the next page begins. */
  readonly next: number | undefined;
  readonly matches: number;
  /** Whether all candidates were looked at. */
  readonly end: boolean;
}

async function collect<T>(
  index: SearchIndex,
  { organizationId, noun, query, examine }: Seeker<T>,
  { after, limit, countTo }: { readonly after: number; readonly limit: number; readonly countTo: number },
): Promise<Walk<T>> {
  const terms = termsOfQuery(query);
  const items: T[] = [];
  let [reached, lastShown, matches, examined, end] = [after, after, 0, 0, false];
  while (!end && examined < examinedMax && (matches <= limit || matches <= countTo)) {
    const step = await index.propose({ organizationId, noun, terms, after: reached, limit: stepSize });
    const found = step.found.length === 0 ? new Map<string, T>() : await examine(step.found.map(({ id }) => id));
    for (const { number, id } of step.found) {
      const item = found.get(id);
      if (item === undefined) continue;
      matches += 1;
      if (matches > limit) continue;
      items.push(item);
      lastShown = number;
    }
    examined += step.found.length;
    ({ reached, end } = step);
  }
  const next = matches > limit ? lastShown : end ? undefined : reached;
  return { items, next, matches: Math.min(matches, Math.max(countTo, limit)), end: end && matches <= searchCountMax };
}

function formatMark({ generation, question, after, total, exact }: Mark): string {
  return ['1', generation, question, after, total, exact ? 'x' : 'm'].join('.');
}

const markShape = /^1\.([0-9a-f-]{36})\.([0-9a-f]{16})\.(\d{1,15})\.(\d{1,15})\.([xm])$/;

function parseMark(text: string): Mark {
  const [, generation = '', question = '', after, total, kind] = markShape.exec(text) ?? [];
  if (kind === undefined) throw refuseCursor();
  return { generation, question, after: Number(after), total: Number(total), exact: kind === 'x' };
}

function refuseCursor(): Problem {
  return new Problem('request.invalid', { field: 'cursor', reason: 'is none that an answer to this question gave' });
}
