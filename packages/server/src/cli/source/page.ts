import { CommandRefusal } from '../failure.ts';

export interface KeyedList<T> {
  /** What it is, for people: `the list of developers`. */
  readonly title: string;
  /** A page of fewer entries is taken for the last one. 0: none is, and the walk goes on until nothing new comes. */
  readonly wholeBelow: number;
  /** @returns undefined: the key is not there, or no longer */
  fetch(startKey: string | undefined): Promise<readonly T[] | undefined>;
  keyOf(entry: T): string;
}

/**
 * A list that is walked by `startKey`, which is inclusive (compat/edge.md §1.5, compat/x.md §1.0): the entry that a
 * page begins with again is left out, and no entry comes twice.
 * @throws CommandRefusal where the source does not get on, or its list may be cut
 */
export async function* walkByKey<T>(list: KeyedList<T>): AsyncIterable<T> {
  const seen = new Set<string>();
  let startKey: string | undefined;
  let sizeBefore = 0;
  for (;;) {
    const page = await list.fetch(startKey);
    if (page === undefined) throw moved(list, startKey);
    const fresh = page.filter((entry) => isNew(seen, list.keyOf(entry)));
    yield* fresh;
    const last = fresh.at(-1);
    if (last === undefined) return requireEnd(list, { page, startKey, sizeBefore });
    if (page.length < list.wholeBelow) return;
    startKey = list.keyOf(last);
    sizeBefore = page.length;
  }
}

function isNew(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

interface LastPage<T> {
  readonly page: readonly T[];
  readonly startKey: string | undefined;
  readonly sizeBefore: number;
}

/**
 * A page without anything new is the end where it holds nothing but its start. Where it holds the page before once
 * more, the source does not know `startKey` (an organization without CPS, compat/edge.md §1.5): the first page was
 * all, unless it is just as long as a source cuts.
 */
function requireEnd<T>(list: KeyedList<T>, { page, startKey, sizeBefore }: LastPage<T>): void {
  const [first] = page;
  if (first === undefined || startKey === undefined) return;
  if (page.length === 1 && list.keyOf(first) === startKey) return;
  if (page.length === sizeBefore && !knownCuts.includes(sizeBefore)) return;
  throw new CommandRefusal(
    `The source answers ${list.title} from ${startKey} on with what it has told before: it does not get on, and its list may be cut`,
  );
}

/** What Apigee cuts apps at, and everything else (compat/edge.md §1.5). */
const knownCuts: readonly number[] = [100, 1000];

function moved<T>({ title }: KeyedList<T>, startKey: string | undefined): CommandRefusal {
  if (startKey === undefined) return new CommandRefusal(`The source does not have ${title} (404)`);
  return new CommandRefusal(
    `The source no longer has ${startKey}, from which ${title} was to go on: it changes while it is read. Run the command again`,
  );
}

export interface TokenList<T> {
  readonly title: string;
  fetch(token: string | undefined): Promise<{ readonly entries: readonly T[]; readonly next: string | undefined }>;
  keyOf(entry: T): string;
}

/**
 * A list that is walked by `pageToken` (compat/x.md §1.0): pages may overlap, and no entry comes twice.
 * @throws CommandRefusal where a token leads back
 */
export async function* walkByToken<T>(list: TokenList<T>): AsyncIterable<T> {
  const seen = new Set<string>();
  const tokens = new Set<string>();
  let token: string | undefined;
  do {
    const { entries, next } = await list.fetch(token);
    yield* entries.filter((entry) => isNew(seen, list.keyOf(entry)));
    token = next;
    if (token !== undefined && !isNew(tokens, token)) {
      throw new CommandRefusal(`The source answers ${list.title} with a token that leads back: it does not get on`);
    }
  } while (token !== undefined);
}
