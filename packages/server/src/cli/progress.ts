const barWidth = 24;
const redrawMilliseconds = 100;

/** A bar on standard error, where somebody looks at it. */
export class Progress {
  readonly #title: string;
  readonly #shown = process.stderr.isTTY === true;
  #drawnAt = 0;

  constructor(title: string) {
    this.#title = title;
  }

  /** Of what has no known end. */
  count(done: number): void {
    if (this.#isTime(false)) process.stderr.write(`\r${this.#title}: ${done} rows`);
  }

  update(done: number, total: number): void {
    if (!this.#isTime(done >= total)) return;
    const part = total === 0 ? 1 : Math.min(1, done / total);
    const bar = '#'.repeat(Math.round(part * barWidth)).padEnd(barWidth, '.');
    process.stderr.write(`\r${this.#title} [${bar}] ${Math.floor(part * 100)} %, ${done} of ${total} rows`);
  }

  #isTime(last: boolean): boolean {
    const now = performance.now();
    if (!this.#shown || (now - this.#drawnAt < redrawMilliseconds && !last)) return false;
    this.#drawnAt = now;
    return true;
  }

  /** Leaves what is drawn, and goes to the next line. */
  end(): void {
    if (this.#shown && this.#drawnAt > 0) process.stderr.write('\n');
  }
}
