import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Link } from './link.ts';

let server: Server;
let link: Link;
let near: Socket;

/** Says what it hears, after its own letter. */
async function startEcho(letter: string): Promise<Server> {
  const echo = createServer((socket) => {
    socket.on('data', (chunk) => socket.write(`${letter}${chunk}`)).on('error', () => undefined);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  return echo;
}

function portOf(listening: Server): number {
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  return address.port;
}

async function dial(): Promise<Socket> {
  const socket = connect(Number(new URL(link.url).port), '127.0.0.1');
  await once(socket, 'connect');
  return socket.on('error', () => undefined);
}

/** Also where it breaks. */
function untilClosed(socket: Socket): Promise<void> {
  return new Promise((done) => {
    if (socket.closed) done();
    else socket.once('close', () => done());
  });
}

/** A new connection, until it breaks. */
async function dialInVain(): Promise<void> {
  await untilClosed(connect(Number(new URL(link.url).port), '127.0.0.1').on('error', () => undefined));
}

async function ask(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [chunk] = await once(socket, 'data');
  return String(chunk);
}

beforeEach(async () => {
  server = await startEcho('a');
  link = await Link.open(() => portOf(server));
  near = await dial();
});

afterEach(async () => {
  near.destroy();
  await link.close();
  server.close();
});

describe('a link', () => {
  test('carries both ways, also slowly, and ends when either end does', async () => {
    assert.equal(await ask(near, 'one'), 'aone');
    link.delayMs = 5;
    assert.equal(await ask(near, 'two'), 'atwo');
    near.end();
    await untilClosed(near);
  });

  test('that is cut breaks what is there and what is new, until it is open', async () => {
    await ask(near, 'one');
    const closed = untilClosed(near);
    link.set('cut');
    await closed;
    await dialInVain();
    link.set('open');
    near = await dial();
    assert.equal(await ask(near, 'two'), 'atwo');
  });

  test('that is stalled holds what is on its way, and delivers it in order', async () => {
    await ask(near, 'one');
    link.set('stalled');
    const answer = ask(near, 'two');
    const late = await dial();
    const other = ask(late, 'three');
    const first = await Promise.race([answer, other, new Promise((done) => setImmediate(done, 'nothing'))]);
    assert.equal(first, 'nothing');
    link.set('open');
    assert.deepEqual(await Promise.all([answer, other]), ['atwo', 'athree']);
    late.destroy();
  });

  test('leads elsewhere from the next connection on, or nowhere', async (t) => {
    const other = await startEcho('b');
    t.after(() => other.close());
    link.target = () => portOf(other);
    assert.equal(await ask(near, 'one'), 'aone');
    const closed = untilClosed(near);
    link.restart();
    await closed;
    near = await dial();
    assert.equal(await ask(near, 'two'), 'btwo');
    link.target = () => undefined;
    await dialInVain();
  });
});
