interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** Of two at one place the lower comes first. */
  readonly rank: number;
}

/** Changes to a text by places in it, made all at once. */
export class Edits {
  private readonly edits: Edit[] = [];

  /** Something that opens before a place; what is opened later lies outside. */
  open(at: number, text: string): void {
    this.edits.push({ from: at, to: at, text, rank: -this.edits.length });
  }

  /** Something that closes at a place; what is closed later lies outside. */
  close(at: number, text: string): void {
    this.edits.push({ from: at, to: at, text, rank: this.edits.length - closesFirst });
  }

  /** What lies within goes, with its own changes. */
  replace(from: number, to: number, text: string): void {
    this.edits.push({ from, to, text, rank: this.edits.length + 1 });
  }

  /** Tells whether something has been changed until now from one place to another. */
  readTouched(): (from: number, to: number) => boolean {
    const places = this.edits.map(({ from }) => from).sort((left, right) => left - right);
    return (from, to) => {
      let low = 0;
      let high = places.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((places[middle] ?? 0) < from) low = middle + 1;
        else high = middle;
      }
      return (places[low] ?? Number.POSITIVE_INFINITY) < to;
    };
  }

  apply(text: string): string {
    const pieces: string[] = [];
    let at = 0;
    for (const edit of [...this.edits].sort((left, right) => left.from - right.from || left.rank - right.rank)) {
      if (edit.from < at) continue;
      pieces.push(text.slice(at, edit.from), edit.text);
      at = edit.to;
    }
    return pieces.join('') + text.slice(at);
  }
}

/** Closing comes before opening, in one place. */
const closesFirst = 1_000_000_000;
