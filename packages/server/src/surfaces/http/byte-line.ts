/** One line of what was sent. */
export interface ByteLine {
  /** From 1. */
  readonly number: number;
  /** Without its end; undefined: it was longer than allowed, and passed over. */
  readonly bytes: Buffer | undefined;
}

const newline = 0x0a;

/** Parts bytes into lines, the last one with or without its end. Of a line that is too long nothing is kept. */
export async function* readByteLines(chunks: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<ByteLine> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let number = 1;
  const finish = (last: Buffer): ByteLine => {
    const tooLong = pendingBytes + last.length > bytesMax;
    const whole = pending.length === 0 ? last : Buffer.concat([...pending, last]);
    pending = [];
    pendingBytes = 0;
    return { number, bytes: tooLong ? undefined : whole };
  };
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, start)) {
      yield finish(bytes.subarray(start, at));
      number += 1;
      start = at + 1;
    }
    pendingBytes += bytes.length - start;
    if (pendingBytes > bytesMax) pending = [];
    else if (start < bytes.length) pending.push(bytes.subarray(start));
  }
  if (pendingBytes > 0) yield finish(Buffer.alloc(0));
}
