import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below where Linux (from 32768) and macOS (from 49152) take the ports of those who ask for any, or who connect. */
const range = { from: 20_000, to: 32_000 };

/**
 * A port of the loopback that nobody has now, for a program that can't be told to take any. It begins to listen a
 * moment later, or is stopped and comes back: one that the system gives away would now and then be another's by then.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(range.from, range.to);
    if (await isFree(port)) return port;
  }
}

/** As many, each another one. */
export async function findFreePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) found.add(await findFreePort());
  return [...found];
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((done) => {
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}
