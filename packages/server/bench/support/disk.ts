import { closeSync, fdatasyncSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './interleave.ts';

const page = Buffer.alloc(4096, 1);

/** Microseconds that the disk below `directory` takes to make one more page durable; the median of many. */
export function measureSync(directory: string, times = 300): number {
  const file = join(directory, 'sync.probe');
  const descriptor = openSync(file, 'w');
  try {
    const figures = Array.from({ length: times }, () => {
      writeSync(descriptor, page);
      const start = process.hrtime.bigint();
      fdatasyncSync(descriptor);
      return Number(process.hrtime.bigint() - start) / 1000;
    });
    return median(figures);
  } finally {
    closeSync(descriptor);
    rmSync(file);
  }
}

/**
 * Waits until the disk has all of a file. Gigabytes that were just seeded are still on their way to it: the first
 * commit of the server that opens them would wait for them, and all requests with it.
 */
export function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
