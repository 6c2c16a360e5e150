import { termLength } from '../domain/search.ts';
import type { Executor } from './engine.ts';
import type { SearchDocumentRow } from './schema.ts';
import { blockOf, blockSize, decodeMembers, emptyMembers, encodeMembers, setMember } from './search-posting.ts';
import * as statements from './search-statement.ts';

/** What becomes of one term in one block: offsets that come and go. */
type BlockChange = Map<string, Map<number, boolean>>;

/** Gathers what a step changes in postings, so that each is read and written once. */
export class PostingWriter {
  /** By scope, then by block. */
  readonly #scopes = new Map<number, Map<number, BlockChange>>();

  /** Brings the postings of a document from what it had to what it has. */
  change(
    document: Pick<SearchDocumentRow, 'scope_id' | 'number'>,
    had: Iterable<string>,
    has: ReadonlySet<string>,
  ): void {
    const before = new Set(had);
    for (const term of before) if (!has.has(term)) this.#note(document, term, false);
    for (const term of has) if (!before.has(term)) this.#note(document, term, true);
  }

  async write(executor: Executor): Promise<void> {
    for (const [scopeId, blocks] of this.#scopes) {
      for (const [block, change] of blocks) await writeBlock(executor, { scopeId, block }, change);
    }
  }

  #note({ scope_id: scopeId, number }: Pick<SearchDocumentRow, 'scope_id' | 'number'>, term: string, present: boolean) {
    const blocks = getOrMake(this.#scopes, scopeId, () => new Map<number, BlockChange>());
    const change = getOrMake(blocks, blockOf(number), (): BlockChange => new Map());
    getOrMake(change, term, () => new Map<number, boolean>()).set(number % blockSize, present);
  }
}

async function writeBlock(executor: Executor, at: statements.BlockArgs, change: BlockChange): Promise<void> {
  const rows = await executor.rows(statements.listPostings, { ...at, terms: [...change.keys()] });
  const known = new Map(rows.map(({ term, members }) => [term, members]));
  const written: string[] = [];
  const emptied: string[] = [];
  for (const [term, offsets] of change) {
    const before = known.get(term);
    const members = before === undefined ? emptyMembers() : decodeMembers(before);
    for (const [offset, present] of offsets) setMember(members, offset, present);
    const text = encodeMembers(members);
    if (text === '') emptied.push(term);
    else if (text !== before) written.push(`${term}${text}`);
  }
  if (written.length > 0) await executor.run(statements.savePostings, { ...at, rows: written });
  if (emptied.length > 0) await executor.run(statements.removePostings, { ...at, terms: emptied });
}

/** Terms as a document keeps them: each has the same length. */
export function joinTerms(terms: Iterable<string>): string {
  return [...terms].join('');
}

export function splitTerms(text: string): string[] {
  const terms: string[] = [];
  for (let at = 0; at < text.length; at += termLength) terms.push(text.slice(at, at + termLength));
  return terms;
}

export function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
