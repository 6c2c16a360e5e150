import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
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
