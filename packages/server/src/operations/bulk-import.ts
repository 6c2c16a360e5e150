import { type BulkWish, parseBulkRecord } from '../domain/bulk-entity.ts';
import { parseBulkLine } from '../domain/bulk-line.ts';
import {
  type BulkEnd,
  type BulkHead,
  type BulkKind,
  type BulkOwner,
  type BulkRecord,
  bulkKinds,
} from '../domain/bulk-record.ts';
import { hintOfKey } from '../domain/consumer-key.ts';
import { NameSet } from '../domain/name-set.ts';
import { Problem } from '../domain/problem.ts';
import type { Acknowledgement } from '../ports/acknowledgement.ts';
import { type Decision, type ImportOptions, type ImportRun, ImportSpace } from './bulk-space.ts';
import { importWish } from './bulk-write.ts';
import { authorize, type Call, commit } from './call.ts';
import type { Plane } from './plane.ts';
import { recordOrganizationTask } from './task.ts';

/** A line as it came: its text, or why it could not be read. */
export interface ImportLine {
  /** 1 for the first. */
  readonly number: number;
  readonly content: { readonly text: string } | { readonly problem: Problem };
}

export interface ImportRequest extends ImportOptions {
  /** Whether the first refused record ends the import. */
  readonly strict: boolean;
}

export type OutcomeName = Decision | 'refused';

export interface ImportOutcome {
  readonly line: number;
  /** Absent where the line does not tell. */
  readonly kind: BulkKind | undefined;
  /** Names the record; of a key its first characters. Empty where the line does not tell. */
  readonly name: string;
  readonly outcome: OutcomeName;
  /** Why it was refused. */
  readonly problem?: Problem | undefined;
}

export type ImportCounts = Readonly<Partial<Record<BulkKind | 'unreadable', Partial<Record<OutcomeName, number>>>>>;

/** Why an import is not the whole of a file. */
export type ImportBreak =
  | { readonly reason: 'no-end' }
  | { readonly reason: 'counts-differ' }
  | { readonly reason: 'strict'; readonly line: number }
  | { readonly reason: 'problem'; readonly problem: Problem };

export interface ImportSummary {
  readonly counts: ImportCounts;
  /** Entities that were given another id than the file's, which is in use elsewhere. */
  readonly newIds: number;
  readonly broken: ImportBreak | undefined;
  /** Absent where no record took a right away. */
  readonly acknowledgement: Acknowledgement | undefined;
}

export interface ImportStep {
  readonly outcomes: readonly ImportOutcome[];
  /** Lines dealt with so far: what was written for them is durable. */
  readonly line: number;
  /** With the last step. */
  readonly summary?: ImportSummary | undefined;
}

/** Records that share a transaction, at most: it holds up other writers for some 20 ms. */
const batchRecordsMax = 300;
const batchCharactersMax = 1 << 20;
/** Entities that a dry run remembers, each by its name and its content, in at most 32 bytes for either. */
const imaginedMax = 8_000_000;

/**
 * Brings records into the organization, batch by batch, each in a transaction of its own with a change and an audit
 * entry for every record written. What is there already and the same stays as it is, so that a file can be sent again
 * after a break. Never makes a key. Needs `put` on `/import`, and nothing else: it writes all kinds.
 * @param lines read only as fast as they are dealt with
 * @throws Problem auth.forbidden, and request.invalid where the first line is no head; what comes later is told in steps
 */
export async function openImport(
  plane: Plane,
  call: Call,
  request: ImportRequest,
  lines: AsyncIterator<ImportLine>,
): Promise<AsyncIterable<ImportStep>> {
  authorize(call, 'put', ['import']);
  const head = await readHead(lines);
  if (!request.dryRun) await recordOrganizationTask(plane, call, '/import', { ...request, from: head.organization });
  return new Import({ plane, call, options: request, imagined: new NameSet() }, request.strict).steps(lines);
}

async function readHead(lines: AsyncIterator<ImportLine>): Promise<BulkHead> {
  const first = await lines.next();
  const refuse = (reason: string) => new Problem('request.invalid', { field: 'line 1', reason });
  if (first.done) throw refuse('is missing: the body is empty');
  const { content } = first.value;
  if ('problem' in content) throw content.problem;
  const head = parseBulkLine(content.text);
  if (head.kind !== 'export') throw refuse('is no head, like {"kind":"export","version":1,…}');
  return head;
}

interface Candidate {
  readonly line: number;
  readonly kind: BulkKind | undefined;
  readonly name: string;
  readonly parsed: { readonly wish: BulkWish } | { readonly problem: Problem };
}

interface Settled {
  readonly outcomes: readonly ImportOutcome[];
  readonly newIds: number;
}

class Import {
  readonly #run: ImportRun;
  readonly #strict: boolean;
  readonly #counts: Partial<Record<BulkKind | 'unreadable', Partial<Record<OutcomeName, number>>>> = {};
  readonly #records = new Map<BulkKind, number>();
  #newIds = 0;
  #end: BulkEnd | undefined;
  #line = 1;

  constructor(run: ImportRun, strict: boolean) {
    this.#run = run;
    this.#strict = strict;
  }

  async *steps(lines: AsyncIterator<ImportLine>): AsyncGenerator<ImportStep> {
    let broken: ImportBreak | undefined;
    for await (const batch of this.#batches(lines)) {
      const done = await this.#deal(batch);
      if ('broken' in done) {
        broken = done.broken;
        break;
      }
      const { outcomes, newIds } = done;
      this.#newIds += newIds;
      const last = outcomes.at(-1);
      this.#line = last?.line ?? this.#line;
      for (const outcome of outcomes) this.#count(outcome);
      yield { outcomes, line: this.#line };
      if (this.#strict && last?.outcome === 'refused') broken = { reason: 'strict', line: last.line };
      if (broken !== undefined) break;
    }
    broken ??= this.#judgeEnd();
    const acknowledgement = await this.#acknowledge();
    const summary = { counts: this.#counts, newIds: this.#newIds, broken, acknowledgement };
    yield { outcomes: [], line: this.#line, summary };
  }

  /** Waits once for all records, since who has applied the last change has applied all before it (G4). */
  async #acknowledge(): Promise<Acknowledgement | undefined> {
    const { plane, call } = this.#run;
    const { sequence, takenFrom } = call.effects;
    if (sequence === undefined || takenFrom === undefined) return undefined;
    return plane.acknowledgements.wait(takenFrom, sequence);
  }

  async #deal(batch: readonly Candidate[]): Promise<Settled | { broken: ImportBreak }> {
    if (this.#run.imagined.size > 2 * imaginedMax) {
      const reason = `has more new entities than the ${imaginedMax} that a dry run remembers`;
      return { broken: { reason: 'problem', problem: new Problem('request.invalid', { field: 'file', reason }) } };
    }
    try {
      return await this.#write(batch);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { broken: { reason: 'problem', problem: error } };
    }
  }

  async #write(batch: readonly Candidate[]): Promise<Settled> {
    const { plane, call, options } = this.#run;
    if (options.dryRun) return this.#settle(batch, new ImportSpace(this.#run, plane.store, undefined));
    return commit(plane, call, (transaction) =>
      this.#settle(batch, new ImportSpace(this.#run, transaction, transaction)),
    );
  }

  /** Repeatable: all that it remembers lies in the space. */
  async #settle(batch: readonly Candidate[], space: ImportSpace): Promise<Settled> {
    await space.prepare(batch.flatMap(({ parsed }) => ('wish' in parsed ? [parsed.wish] : [])));
    const outcomes: ImportOutcome[] = [];
    for (const { parsed, ...candidate } of batch) {
      const outcome = 'wish' in parsed ? await settle(space, parsed.wish) : { problem: parsed.problem };
      outcomes.push({ ...candidate, outcome: 'refused', ...outcome });
      if (this.#strict && 'problem' in outcome) break;
    }
    return { outcomes, newIds: space.newIds };
  }

  #count({ kind: known, outcome }: ImportOutcome): void {
    const kind = known ?? 'unreadable';
    const counts = this.#counts[kind] ?? {};
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    this.#counts[kind] = counts;
  }

  async *#batches(lines: AsyncIterator<ImportLine>): AsyncGenerator<readonly Candidate[]> {
    let batch: Candidate[] = [];
    let characters = 0;
    for (let next = await lines.next(); !next.done; next = await lines.next()) {
      const candidate = this.#read(next.value);
      if (candidate === undefined) continue;
      batch.push(candidate);
      characters += 'text' in next.value.content ? next.value.content.text.length : 0;
      if (batch.length < batchRecordsMax && characters < batchCharactersMax) continue;
      yield batch;
      batch = [];
      characters = 0;
    }
    if (batch.length > 0) yield batch;
  }

  /** Undefined for the end. */
  #read({ number, content }: ImportLine): Candidate | undefined {
    const unread = { line: number, kind: undefined, name: '' };
    if ('problem' in content) return { ...unread, parsed: content };
    try {
      const line = parseBulkLine(content.text);
      if (this.#end !== undefined) throw misplaced('stands after the end');
      if (line.kind === 'export') throw misplaced('is a second head');
      if (line.kind !== 'end') return this.#readRecord(number, line);
      this.#end = line;
      return undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { ...unread, parsed: { problem: error } };
    }
  }

  #readRecord(line: number, record: BulkRecord): Candidate {
    const { kind } = record;
    this.#records.set(kind, (this.#records.get(kind) ?? 0) + 1);
    const candidate = { line, kind, name: nameRecord(record) };
    try {
      return { ...candidate, parsed: { wish: parseBulkRecord(record) } };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { ...candidate, parsed: { problem: error } };
    }
  }

  #judgeEnd(): ImportBreak | undefined {
    const end = this.#end;
    if (end === undefined) return { reason: 'no-end' };
    const same = bulkKinds.every((kind) => (end.counts[kind] ?? 0) === (this.#records.get(kind) ?? 0));
    return same ? undefined : { reason: 'counts-differ' };
  }
}

function misplaced(reason: string): Problem {
  return new Problem('request.invalid', { field: 'line', reason });
}

/** A store that can't go on ends the import; whatever else is wrong is wrong with this record alone. */
async function settle(space: ImportSpace, wish: BulkWish): Promise<{ outcome: Decision } | { problem: Problem }> {
  try {
    return { outcome: await importWish(space, wish) };
  } catch (error) {
    if (error instanceof Problem && error.code !== 'store.unavailable') return { problem: error };
    throw error;
  }
}

function nameRecord(record: BulkRecord): string {
  switch (record.kind) {
    case 'developer':
      return record.email;
    case 'ratePlan':
      return `${record.apiProduct}/${record.id ?? ''}`;
    case 'app':
      return `${nameOwner(record.owner)}/${record.name}`;
    case 'credential':
      return `${nameOwner(record.owner)}/${record.app}/${hintOfKey(record.consumerKey)}`;
    case 'apiProduct':
    case 'company':
      return record.name;
  }
}

function nameOwner(owner: BulkOwner): string {
  return 'developer' in owner ? owner.developer : owner.company;
}
