import { CommandRefusal } from './failure.ts';
import { tellApplied } from './outstanding.ts';
import { Progress } from './progress.ts';
import { tell } from './terminal.ts';
import { writeToOutput } from './whole-file.ts';

const newline = 0x0a;

/** Parts a stream into lines of text. */
class LineSplitter {
  #pending: Buffer = Buffer.alloc(0);

  /** Whether what came last was a whole line. */
  get isWhole(): boolean {
    return this.#pending.length === 0;
  }

  *push(chunk: Uint8Array): Iterable<Buffer> {
    let rest = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk]);
    for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline)) {
      yield rest.subarray(0, at);
      rest = rest.subarray(at + 1);
    }
    this.#pending = Buffer.from(rest);
  }
}

/** Looks at an export that passes by, and says at the end whether it came whole. */
export class ExportWatch {
  readonly #lines = new LineSplitter();
  #last: Buffer | undefined;
  #count = 0;

  get records(): number {
    return Math.max(0, this.#count - 1);
  }

  push(chunk: Uint8Array): void {
    for (const line of this.#lines.push(chunk)) {
      this.#last = line;
      this.#count += 1;
    }
    if (this.#last !== undefined) this.#last = Buffer.from(this.#last);
  }

  /** @returns the number of records @throws CommandRefusal where it is not whole */
  finish(): number {
    const end = parse<{ kind?: string; counts?: Readonly<Record<string, number>> }>(this.#last);
    const told = Object.values(end?.counts ?? {}).reduce((sum, count) => sum + count, 0);
    const records = this.#count - 2;
    if (this.#lines.isWhole && end?.kind === 'end' && told === records) return records;
    throw new CommandRefusal('The export did not come whole: it is cut off');
  }
}

function parse<T>(line: Buffer | undefined): T | undefined {
  try {
    return line === undefined ? undefined : (JSON.parse(line.toString('utf8')) as T);
  } catch {
    return undefined;
  }
}

/** What the plane answers to an import. */
interface ResultLine {
  readonly outcome?: string;
  readonly progress?: { readonly line: number };
  readonly summary?: Summary;
}

interface Summary {
  readonly complete: boolean;
  readonly dryRun: boolean;
  readonly line: number;
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly newIds: number;
  readonly why?: string;
  /** Where a record took a right away. */
  readonly revocation?: Revocation;
}

interface Revocation {
  readonly applied: string;
  readonly outstanding?: readonly { readonly until: string }[];
}

const outcomes = ['create', 'update', 'unchanged', 'skip', 'refused'] as const;

/** Follows the results of an import: shows progress, passes on what is listed, and sums up. */
export class ImportWatch {
  readonly #lines = new LineSplitter();
  readonly #progress = new Progress('import');
  #summary: Summary | undefined;
  bytesSent = 0;
  /** 0 where nobody knows. */
  bytesTotal = 0;

  async push(chunk: Uint8Array): Promise<void> {
    let listed = '';
    for (const line of this.#lines.push(chunk)) {
      const result = parse<ResultLine>(line);
      this.#summary = result?.summary ?? this.#summary;
      if (result?.outcome !== undefined) listed += `${line.toString('utf8')}\n`;
      if (result?.progress !== undefined) this.#show(result.progress.line);
    }
    if (listed !== '') await writeToOutput(Buffer.from(listed));
  }

  /** The server takes no more than it can write, so that bytes sent are close to bytes dealt with. */
  #show(line: number): void {
    if (this.bytesTotal === 0 || this.bytesSent === 0) this.#progress.count(line);
    else this.#progress.update(line, Math.max(line, Math.round((line * this.bytesTotal) / this.bytesSent)));
  }

  end(): void {
    this.#progress.end();
  }

  /** @throws CommandRefusal where something was refused, or not all came */
  finish(json: boolean): void {
    const summary = this.#summary;
    if (summary === undefined)
      throw new CommandRefusal('The import broke off: run it again, and it goes on from there');
    if (json) process.stdout.write(`${JSON.stringify({ summary })}\n`);
    for (const row of formatCounts(summary)) tell(row);
    if (summary.newIds > 0) tell(`${summary.newIds} have another id than in the file, where it is in use elsewhere.`);
    if (summary.dryRun) tell('Nothing was changed: this was a dry run.');
    if (summary.revocation !== undefined) tellRevocation(summary.revocation);
    const refused = Object.values(summary.counts).reduce((sum, { refused: count = 0 }) => sum + count, 0);
    if (summary.why !== undefined) throw new CommandRefusal(summary.why);
    if (refused > 0) throw new CommandRefusal(`${refused} of the records were refused; the rest is done`);
  }
}

function tellRevocation({ applied, outstanding = [] }: Revocation): void {
  const moments = outstanding.map(({ until }) => until);
  // Of texts in RFC 3339 the last is the latest, and `never` is later than any.
  tellApplied({ applied, until: moments.toSorted().at(-1) });
}

/** A row for each kind, with what became of how many. */
function formatCounts({ counts }: Summary): string[] {
  const width = Math.max(0, ...Object.keys(counts).map((kind) => kind.length));
  return Object.entries(counts).map(([kind, of]) => {
    const cells = outcomes
      .filter((outcome) => of[outcome] !== undefined)
      .map((outcome) => `${of[outcome]} ${words[outcome]}`);
    return `${kind.padEnd(width)}  ${cells.join(', ')}`;
  });
}

const words: Readonly<Record<(typeof outcomes)[number], string>> = {
  create: 'new',
  update: 'changed',
  unchanged: 'unchanged',
  skip: 'left as they are',
  refused: 'refused',
};
