/**
 * Preloaded with `--import`: the wall clock of this process is off by as many milliseconds as stand in a file, which
 * the query of this module's URL names. The monotonic clock is left alone, as a machine's is when its time is set.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL(import.meta.url).searchParams.get('file') ?? '';
const RealDate = Date;
let offset = 0;

class SteppingDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(RealDate.now() + offset);
    else super(...(given as [number]));
  }

  static override now(): number {
    return RealDate.now() + offset;
  }
}

globalThis.Date = SteppingDate as DateConstructor;

function read(): void {
  const told = readFileSync(file, 'utf8');
  if (told === '' || Number(told) === offset) return;
  offset = Number(told);
  writeFileSync(`${file}.seen`, told);
}

read();
setInterval(read, 5).unref();
