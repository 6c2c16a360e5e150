import { Readable } from 'node:stream';
import { SnapshotPacker } from '@claviger/verify';
import { streamFrom } from '../../operations/stream.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  HeldName,
  RecordChange,
  SnapshotPlace,
  VerificationReader,
  VerificationRule,
} from '../../ports/verification.ts';
import { encodeRecord } from './record.ts';

type HeldNoun = HeldName['noun'];

/** Snapshots that are read at once on this node, and of one organization: each holds a connection, or a reader of the file. */
const openMax = 4;
const openEachMax = 2;
/** Who comes meanwhile stands in line, so that many verifiers which start at once do not have to come again. */
const lineMax = 1000;
const waitMillisecondsDefault = 5_000;
/** A reader who takes nothing for so long, or is not done in so long, is cut off. */
const silenceMilliseconds = 30_000;
const wholeMilliseconds = 600_000;

export interface SnapshotParts {
  readonly verification: Pick<VerificationReader, 'walk' | 'find'>;
  readonly clock: Clock;
  /** How long who stands in line waits. */
  readonly waitMilliseconds?: number | undefined;
}

/** Of lines of JSON, or the packed one (packages/verify/SPEC.md, "On the wire"). */
export type SnapshotForm = 'lines' | 'packed';

export interface SnapshotWish {
  /** Absent: all. */
  readonly nouns?: readonly HeldNoun[] | undefined;
  readonly form: SnapshotForm;
}

/** Writes what goes out, in either form. */
interface SnapshotWriter {
  line(text: string): string | Uint8Array;
  records(records: readonly RecordChange[]): string | Uint8Array;
}

type Emit = (part: string | Uint8Array) => Promise<void>;

interface InLine {
  readonly organizationId: string;
  readonly begin: () => void;
}

/** The snapshots that are on their way. */
export class Snapshots {
  readonly #parts: SnapshotParts;
  readonly #open: string[] = [];
  readonly #line: InLine[] = [];

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
  }

  /**
   * A snapshot. `busy` where there are too many on their way; undefined where there is no such organization.
   * @throws Problem store.unavailable
   */
  async open(organizationId: string, wish: SnapshotWish): Promise<Readable | 'busy' | undefined> {
    if (!(await this.#begin(organizationId))) return 'busy';
    const parts = streamFrom((emit: Emit) =>
      this.#walk(organizationId, emit, wish).finally(() => this.#end(organizationId)),
    );
    // The head comes first, and so does the failure of what could not begin.
    const first = await parts.next();
    return first.done === true ? undefined : readBounded(first.value, parts);
  }

  #hasRoom(organizationId: string): boolean {
    return this.#open.length < openMax && this.#open.filter((id) => id === organizationId).length < openEachMax;
  }

  /** False where it was not its turn in time. */
  async #begin(organizationId: string): Promise<boolean> {
    if (this.#hasRoom(organizationId)) {
      this.#open.push(organizationId);
      return true;
    }
    if (this.#line.length >= lineMax) return false;
    const turn = Promise.withResolvers<boolean>();
    const waiting = { organizationId, begin: () => turn.resolve(true) };
    this.#line.push(waiting);
    const timer = setTimeout(() => {
      const at = this.#line.indexOf(waiting);
      if (at >= 0) this.#line.splice(at, 1);
      if (at >= 0) turn.resolve(false);
    }, this.#parts.waitMilliseconds ?? waitMillisecondsDefault);
    return turn.promise.finally(() => clearTimeout(timer));
  }

  #end(organizationId: string): void {
    this.#open.splice(this.#open.indexOf(organizationId), 1);
    const at = this.#line.findIndex((each) => this.#hasRoom(each.organizationId));
    const [next] = at < 0 ? [] : this.#line.splice(at, 1);
    if (next === undefined) return;
    this.#open.push(next.organizationId);
    next.begin();
  }

  async #walk(organizationId: string, emit: Emit, { nouns, form }: SnapshotWish): Promise<void> {
    const writer = form === 'packed' ? packedWriter() : lineWriter;
    const counts = { credential: 0, app: 0, developer: 0, company: 0, 'api-product': 0 };
    const take = async (records: readonly RecordChange[]) => {
      const present = records.filter(({ record }) => record !== undefined);
      for (const { noun } of present) counts[noun] += 1;
      if (present.length > 0) await emit(writer.records(present));
    };
    const begin = (place: SnapshotPlace, rule: VerificationRule) => emit(writer.line(this.#encodeHead(place, rule)));
    const place = await this.#parts.verification.walk(organizationId, take, begin, nouns);
    if (place !== undefined) await emit(writer.line(JSON.stringify({ kind: 'end', counts })));
  }

  #encodeHead({ epoch, sequence }: SnapshotPlace, rule: VerificationRule): string {
    const { organization, productlessKeys, lookupKey } = rule;
    const planeTime = this.#parts.clock.now();
    const head = { kind: 'head', format: 1, epoch, sequence, organization, productlessKeys, lookupKey, planeTime };
    return JSON.stringify(head);
  }
}

const lineWriter: SnapshotWriter = {
  line: (text) => `${text}\n`,
  records: (records) => records.map((record) => `${encodeLine(record)}\n`).join(''),
};

function packedWriter(): SnapshotWriter {
  const packer = new SnapshotPacker();
  return {
    line: (text) => packer.packLine(text),
    records: (records) => Buffer.concat(packer.packRecords(records, encodeLine)),
  };
}

function encodeLine(record: RecordChange): string {
  return `{${encodeRecord(record)}}`;
}

/** Read as fast as it is taken; what it holds is let go however it ends. */
function readBounded(first: string | Uint8Array, parts: AsyncGenerator<string | Uint8Array>): Readable {
  let next: string | Uint8Array | undefined = first;
  let silence: NodeJS.Timeout | undefined;
  const stream = new Readable({
    highWaterMark: 65_536,
    read() {
      clearTimeout(silence);
      const ready = next;
      next = undefined;
      if (ready !== undefined) push(ready);
      else parts.next().then(({ value, done }) => (done === true ? stream.push(null) : push(value)), fail);
    },
    destroy(error, callback) {
      clearTimeout(silence);
      clearTimeout(whole);
      // It ends once the batch under way is read; whoever went away does not wait for that.
      void parts.return(undefined).catch(() => undefined);
      callback(error);
    },
  });
  const fail = (error: unknown) => void stream.destroy(error instanceof Error ? error : new Error(String(error)));
  const whole = setTimeout(() => fail(new Error('a snapshot took too long')), wholeMilliseconds);
  whole.unref();
  return stream;

  function push(part: string | Uint8Array): void {
    clearTimeout(silence);
    silence = setTimeout(() => fail(new Error('nobody reads a snapshot')), silenceMilliseconds);
    silence.unref();
    stream.push(part);
  }
}
