import { Readable } from 'node:stream';
import { streamFrom } from '../../operations/stream.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RecordChange, SnapshotPlace, VerificationReader, VerificationRule } from '../../ports/verification.ts';
import { encodeRecord } from './record.ts';

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
  readonly verification: Pick<VerificationReader, 'walk'>;
  readonly clock: Clock;
  /** How long who stands in line waits. */
  readonly waitMilliseconds?: number | undefined;
}

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
   * A snapshot as lines. `busy` where there are too many on their way; undefined where there is no such organization.
   * @throws Problem store.unavailable
   */
  async open(organizationId: string): Promise<Readable | 'busy' | undefined> {
    if (!(await this.#begin(organizationId))) return 'busy';
    const lines = streamFrom((emit: (text: string) => Promise<void>) =>
      this.#walk(organizationId, emit).finally(() => this.#end(organizationId)),
    );
    // The head comes first, and so does the failure of what could not begin.
    const first = await lines.next();
    return first.done === true ? undefined : readBounded(first.value, lines);
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

  async #walk(organizationId: string, emit: (text: string) => Promise<void>): Promise<void> {
    const counts = { credential: 0, app: 0, developer: 0, company: 0, 'api-product': 0 };
    const take = async (records: readonly RecordChange[]) => {
      const present = records.filter(({ record }) => record !== undefined);
      for (const { noun } of present) counts[noun] += 1;
      if (present.length > 0) await emit(present.map((record) => `{${encodeRecord(record)}}\n`).join(''));
    };
    const begin = (place: SnapshotPlace, rule: VerificationRule) => emit(this.#encodeHead(place, rule));
    const place = await this.#parts.verification.walk(organizationId, take, begin);
    if (place !== undefined) await emit(`${JSON.stringify({ kind: 'end', counts })}\n`);
  }

  #encodeHead({ epoch, sequence }: SnapshotPlace, rule: VerificationRule): string {
    const { organization, productlessKeys, lookupKey } = rule;
    const planeTime = this.#parts.clock.now();
    const head = { kind: 'head', format: 1, epoch, sequence, organization, productlessKeys, lookupKey, planeTime };
    return `${JSON.stringify(head)}\n`;
  }
}

/** Read as fast as it is taken; what it holds is let go however it ends. */
function readBounded(first: string, lines: AsyncGenerator<string>): Readable {
  let next: string | undefined = first;
  let silence: NodeJS.Timeout | undefined;
  const stream = new Readable({
    highWaterMark: 65_536,
    read() {
      clearTimeout(silence);
      const ready = next;
      next = undefined;
      if (ready !== undefined) push(ready);
      else lines.next().then(({ value, done }) => (done === true ? stream.push(null) : push(value)), fail);
    },
    destroy(error, callback) {
      clearTimeout(silence);
      clearTimeout(whole);
      // It ends once the batch under way is read; whoever went away does not wait for that.
      void lines.return(undefined).catch(() => undefined);
      callback(error);
    },
  });
  const fail = (error: unknown) => void stream.destroy(error instanceof Error ? error : new Error(String(error)));
  const whole = setTimeout(() => fail(new Error('a snapshot took too long')), wholeMilliseconds);
  whole.unref();
  return stream;

  function push(text: string): void {
    clearTimeout(silence);
    silence = setTimeout(() => fail(new Error('nobody reads a snapshot')), silenceMilliseconds);
    silence.unref();
    stream.push(text);
  }
}
