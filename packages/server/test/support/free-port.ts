import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

/** From here on up to the ports that the system gives away by itself nobody has one by habit. */
const first = 20_000;
/** Of Linux, and below those of other systems. */
const givenAwayDefault = 32_768;

/**
 * Ports of the loopback that nobody listens on now, for programs that can't be told to take any. None of them is one
 * that the system gives to whoever asks for any, or connects: it stays free until the program has started, and while it
 * is stopped in between.
 */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  while (servers.length < count) {
    const server = await listen(drawPort());
    if (server !== undefined) servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

export async function findFreePort(): Promise<number> {
  const [port = 0] = await findFreePorts(1);
  return port;
}

/** 0, which is any, where the system gives away nearly all. */
function drawPort(): number {
  const end = readGivenAway();
  return end - first < 1000 ? 0 : randomInt(first, end);
}

function readGivenAway(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/)[0]);
  } catch {
    return givenAwayDefault;
  }
}

/** Undefined where somebody else has it. */
async function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}
