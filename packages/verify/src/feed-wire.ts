import type { FeedChange, FeedPosition, PollAnswer } from './feed-state.ts';
import type { HeldNoun, RecordChange } from './holding.ts';
import type { FoundKey } from './read-through.ts';
import type { OrganizationFacts } from './record.ts';
import {
  appReader,
  companyReader,
  count,
  credentialReader,
  developerReader,
  fail,
  flag,
  id,
  isObject,
  list,
  object,
  oneOf,
  productReader,
  type Read,
  text,
  UnreadableError,
} from './record-reader.ts';
import { readDigit } from './words.ts';

/** The format that SPEC.md describes; another one is another number. */
export const feedFormat = 1;

/** The first line of a snapshot. */
export interface SnapshotHead {
  readonly position: FeedPosition;
  readonly facts: OrganizationFacts;
  /** The plane's clock, in milliseconds since 1970 UTC. */
  readonly planeTime: number;
}

/** A change as it was read; where its record could not be, it takes the record out (G6). */
export interface ReadChange {
  readonly change: RecordChange;
  readonly readable: boolean;
}

export type SnapshotLine =
  | ({ readonly kind: 'head' } & SnapshotHead)
  | ({ readonly kind: 'record' } & ReadChange)
  | { readonly kind: 'end'; readonly counts: RecordCounts };

export type RecordCounts = Readonly<Record<HeldNoun, number>>;

export interface ReadAnswer {
  readonly answer: PollAnswer;
  readonly planeTime: number | undefined;
  /** Changes whose record could not be read. */
  readonly unreadable: readonly RecordChange[];
}

const headReader = object({
  kind: oneOf('head'),
  format: count,
  epoch: text,
  sequence: count,
  organization: text,
  productlessKeys: oneOf('work', 'refused'),
  lookupKey: text,
  planeTime: count,
});

const endReader = object({
  kind: oneOf('end'),
  counts: object<RecordCounts>({
    credential: count,
    app: count,
    developer: count,
    company: count,
    'api-product': count,
  }),
});

const nounReader = oneOf('credential', 'app', 'developer', 'company', 'api-product');

/** Throws an {@link UnreadableError} where the line's shape is not the one of SPEC.md. */
export function readSnapshotLine(line: string): SnapshotLine {
  const value = parseJson(line);
  const kind = isObject(value) ? value['kind'] : undefined;
  if (kind === 'end') return endReader(value);
  if (kind !== 'head') return { kind: 'record', ...readChange(recordReader(value), 'put') };
  const { format, epoch, sequence, planeTime, organization, productlessKeys, lookupKey } = headReader(value);
  if (format !== feedFormat) fail(`format ${feedFormat}`);
  if (epoch === '' || lookupKey === '') fail('an epoch and a lookup key');
  return { kind, position: { epoch, sequence }, planeTime, facts: { organization, productlessKeys, lookupKey } };
}

/** Throws an {@link UnreadableError} where the answer's shape is not the one of SPEC.md. */
export function readPollAnswer(body: string): ReadAnswer {
  const value = parseJson(body);
  if (isObject(value) && value['kind'] === 'start-over') {
    startOverReader(value);
    return { answer: { kind: 'start-over' }, planeTime: undefined, unreadable: [] };
  }
  const { planeTime, changes: told, ...rest } = answerReader(value);
  const unreadable: RecordChange[] = [];
  const changes = told.map(({ sequence, previous, ...its }): FeedChange => {
    const { change, readable } = readChange(its, 'any');
    if (!readable) unreadable.push(change);
    return { sequence, previous, change };
  });
  return { answer: { ...rest, changes }, planeTime, unreadable };
}

/** What the plane knows of one key. Throws an {@link UnreadableError} where the answer's shape is not the one of SPEC.md. */
export function readFoundKey(body: string): FoundKey {
  const { epoch, sequence, records } = foundReader(parseJson(body));
  return { position: { epoch, sequence }, records: records.map((told) => readChange(told, 'put').change) };
}

/** A line's frame; what is in its record is looked at afterwards. */
interface Told {
  readonly noun: HeldNoun;
  readonly id: string;
  readonly record: unknown;
  readonly hash: unknown;
}

const frame = { noun: nounReader, id, record: (value: unknown) => value, hash: (value: unknown) => value };
const recordReader: Read<Told> = object<Told>(frame);
const startOverReader = object({ kind: oneOf('start-over') });
const answerReader = object({
  kind: oneOf('changes'),
  epoch: text,
  changes: list(object<Told & { sequence: number; previous: number }>({ ...frame, sequence: count, previous: count })),
  to: count,
  more: flag,
  planeTime: count,
});

const foundReader = object({
  kind: oneOf('found'),
  epoch: text,
  sequence: count,
  records: list(recordReader),
});

function readChange(told: Told, may: 'put' | 'any'): ReadChange {
  const taken = { noun: told.noun, id: told.id, record: undefined };
  if (told.record === null && told.hash === undefined && may === 'any') return { change: taken, readable: true };
  const change = findPut(told);
  if (change === undefined) return { change: taken, readable: false };
  // Which of the two ids is meant nobody knows: taking out either may leave the other one in use.
  if (change.record?.id !== told.id) fail('the record of this id');
  return { change, readable: true };
}

function findPut({ noun, record, hash }: Told): RecordChange | undefined {
  try {
    if (noun !== 'credential' && hash !== undefined) fail('no hash');
    return readRecord(noun, record, hash);
  } catch (error) {
    if (error instanceof UnreadableError) return undefined;
    throw error;
  }
}

function readRecord(noun: HeldNoun, value: unknown, hash: unknown): RecordChange {
  if (noun === 'credential') {
    const record = credentialReader(value);
    return { noun, id: record.id, record, hash: readHash(hash) };
  }
  if (noun === 'app') return put(noun, appReader(value));
  if (noun === 'developer') return put(noun, developerReader(value));
  return noun === 'company' ? put(noun, companyReader(value)) : put(noun, productReader(value));
}

function put<Noun extends string, R extends { readonly id: string }>(noun: Noun, record: R) {
  return { noun, id: record.id, record };
}

const hashDigits = 64;

/** Hexadecimal on the wire; one character a byte here, as a digest comes in `latin1`. */
function readHash(value: unknown): string {
  if (typeof value !== 'string' || value.length !== hashDigits) return fail('a hash');
  let bytes = '';
  // Digits that are none have bits above the fourth.
  let bits = 0;
  for (let at = 0; at < hashDigits; at += 2) {
    const [high, low] = [readDigit(value, at), readDigit(value, at + 1)];
    bits |= high | low;
    bytes += String.fromCharCode(((high << 4) | low) & 255);
  }
  return bits <= 15 ? bytes : fail('a hash');
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return fail('JSON');
  }
}
