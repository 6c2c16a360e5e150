import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const preload = new URL('./stepping-clock.ts', import.meta.url);
/** A guard against hanging, nothing else. */
const patienceMs = 60_000;

/** The wall clock of another process, which a test sets. */
export class ClockOfProcess {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    writeFileSync(file, '0');
    writeFileSync(`${file}.seen`, '0');
  }

  /** For the command line of its Node, or for NODE_OPTIONS. */
  get nodeFlags(): readonly [string, string] {
    const url = new URL(preload);
    url.searchParams.set('file', pathToFileURL(this.#file).pathname);
    return ['--import', url.href];
  }

  /** Sets it so far off the machine's; resolves when the process has it. */
  async set(offsetMs: number): Promise<void> {
    writeFileSync(this.#file, String(offsetMs));
    for (const end = performance.now() + patienceMs; performance.now() < end; await sleep(5))
      if (readFileSync(`${this.#file}.seen`, 'utf8') === String(offsetMs)) return;
    throw new Error(`the clock of ${this.#file} was not set`);
  }
}
