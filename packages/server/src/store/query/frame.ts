import type { SqlState } from '../../language/sql-error.ts';
import type { QueryShape, SqlRow, SqlValue } from '../../ports/query.ts';
import type { OrganizationSecret } from './secret.ts';
import type { ViewOrganization } from './view-scope.ts';

/**
 * What the plane and a query process say to each other over a socket of their own. A frame is the length of its body (4
 * bytes, little-endian), its kind (1 byte) and the body, which is JSON.
 */
const frameHeadBytes = 5;

/** A frame that is longer than this is none of ours. */
const frameBytesMax = 64 * 1024 * 1024;

/** What the plane asks. */
export type Question = RunQuestion | Word;

/** Of an answer: there may be more of it, or no more. */
export interface Word {
  readonly kind: 'more' | 'stop';
  /** Of the question. */
  readonly serial: number;
}

export interface RunQuestion {
  readonly kind: 'run';
  /** Counts the questions that one process is asked. Several may be on their way; each is answered before the next. */
  readonly serial: number;
  /** Of the text with its views and scope. */
  readonly id: number;
  /** Where the process may not know the id. */
  readonly definition?: QueryDefinition | undefined;
  /** Whether the shape is asked for; and nothing else, where there are no values. */
  readonly shape?: boolean | undefined;
  readonly values?: readonly WireValue[] | undefined;
  readonly secrets?: readonly OrganizationSecret[] | undefined;
  readonly rowsMax: number;
}

export interface QueryDefinition {
  readonly text: string;
  readonly parameters: number;
  readonly views: readonly ViewDefinition[];
}

export interface ViewDefinition {
  readonly resource: string;
  readonly name: string;
  readonly organizations: readonly ViewOrganization[];
}

/** Kinds of answers. */
export const frameKinds = {
  question: 0,
  shape: 1,
  /** Rows whose values JSON holds as they are. */
  plainRows: 2,
  rows: 3,
  end: 4,
  fault: 5,
  /** It has no statement of that id any more. */
  unknown: 6,
} as const;

export interface Fault {
  readonly state: SqlState;
  readonly message: string;
  readonly position?: number | undefined;
}

export interface End {
  /** How long it took; absent where part of the answer had been sent before. */
  readonly microseconds?: number | undefined;
  /** Resident memory of the process, in bytes; absent where it took no long time. */
  readonly rss?: number | undefined;
}

export type ShapeBody = Pick<QueryShape, 'columns'>;

/** What JSON has no word for stands in an object. */
export type WireValue =
  | null
  | number
  | string
  | { readonly integer: string }
  | { readonly bytes: string }
  | { readonly real: 'Infinity' | '-Infinity' | 'NaN' };

export function isPlain(value: SqlValue): boolean {
  return typeof value === 'string' || value === null || (typeof value === 'number' && Number.isFinite(value));
}

export function toWire(value: SqlValue): WireValue {
  if (typeof value === 'bigint') return { integer: String(value) };
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return { real: String(value) as 'NaN' };
}

export function fromWire(value: WireValue): SqlValue {
  if (typeof value !== 'object' || value === null) return value;
  if ('integer' in value) return BigInt(value.integer);
  if ('real' in value) return Number(value.real);
  return new Uint8Array(Buffer.from(value.bytes, 'base64'));
}

export function encodeFrame(kind: number, body: unknown): Buffer {
  const text = body === undefined ? '' : JSON.stringify(body);
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(frameHeadBytes + length);
  frame.writeUInt32LE(length, 0);
  frame[4] = kind;
  frame.write(text, frameHeadBytes);
  return frame;
}

/** Frames of one kind, to be written at once. */
export function encodeFrames(kind: number, bodies: readonly unknown[]): Buffer {
  const frames = bodies.map((body) => encodeFrame(kind, body));
  return frames.length === 1 && frames[0] !== undefined ? frames[0] : Buffer.concat(frames);
}

export function encodeRows(rows: readonly SqlRow[], plain: boolean): Buffer {
  return plain
    ? encodeFrame(frameKinds.plainRows, rows)
    : encodeFrame(
        frameKinds.rows,
        rows.map((row) => row.map(toWire)),
      );
}

export interface Frame {
  readonly kind: number;
  readonly body: unknown;
}

/** Puts frames together from pieces as they come. */
export class FrameReader {
  #held: Buffer = Buffer.alloc(0);

  /** @throws Error where it is no frame of ours */
  read(piece: Buffer): Frame[] {
    let held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    const frames: Frame[] = [];
    for (;;) {
      if (held.length < frameHeadBytes) break;
      const length = held.readUInt32LE(0);
      if (length > frameBytesMax) throw new Error('a query process sent a frame that is too long');
      const end = frameHeadBytes + length;
      if (held.length < end) break;
      const body: unknown = length === 0 ? undefined : JSON.parse(held.toString('utf8', frameHeadBytes, end));
      frames.push({ kind: held[4] ?? frameKinds.question, body });
      held = held.subarray(end);
    }
    this.#held = held;
    return frames;
  }
}
