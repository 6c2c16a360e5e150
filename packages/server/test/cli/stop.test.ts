import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { asAdmin, makeDirectory, type RunningClaviger, startClaviger, startKnown, waitFor } from './support.ts';

const body = JSON.stringify({ email: 'slow@example.com', firstName: 'S', lastName: 'L' });

/** A request that the server has taken up and whose body is still to come. */
async function beginSlowRequest(server: RunningClaviger): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const head = [
    'POST /v1/organizations/myorg/developers HTTP/1.1',
    'Host: localhost',
    `Authorization: ${asAdmin.authorization}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Expect: 100-continue',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const [reply] = await once(socket, 'data');
  assert.match(String(reply), /^HTTP\/1\.1 100 /);
  socket.write(body.slice(0, 10));
  return socket;
}

/** Waits until nobody new is let in. */
async function waitForClosedDoor(server: RunningClaviger): Promise<void> {
  const { hostname, port } = new URL(server.url);
  await waitFor(async () => {
    const probe = connect(Number(port), hostname);
    const refused = await new Promise<boolean>((resolve) => {
      probe.once('connect', () => resolve(false)).once('error', () => resolve(true));
    });
    probe.destroy();
    return refused ? true : undefined;
  });
}

test('SIGTERM lets a slow request end, closes idle connections, and ends with 0', async (t) => {
  const server = await startKnown(t, await makeDirectory(t));
  const { hostname, port } = new URL(server.url);
  const idle = connect(Number(port), hostname);
  idle.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(idle, 'data');
  const slow = await beginSlowRequest(server);
  const idleClosed = once(idle, 'close');
  server.child.kill('SIGTERM');
  await waitForClosedDoor(server);
  await idleClosed;
  assert.equal(server.child.exitCode, null, 'it ended before the request did');
  slow.write(body.slice(10));
  assert.match(await text(slow), /^HTTP\/1\.1 201 [\s\S]*slow@example\.com/);
  assert.equal(await server.stop(), 0);
});

test('SIGINT stops an idle server with 0', async (t) => {
  const server = await startKnown(t, await makeDirectory(t));
  assert.equal(await server.stop('SIGINT'), 0);
});

test('a second signal ends at once', async (t) => {
  const server = await startKnown(t, await makeDirectory(t));
  const slow = await beginSlowRequest(server);
  slow.on('error', () => undefined);
  server.child.kill('SIGTERM');
  await waitForClosedDoor(server);
  assert.equal(await server.stop('SIGTERM'), 143);
});

for (const [fault, code] of [
  ['an exception', "throw new Error('planted fault')"],
  ['a rejection', "Promise.reject(new Error('planted fault'))"],
]) {
  test(`${fault} that nobody caught is told whole, and ends the server with 1`, async (t) => {
    const data = await makeDirectory(t);
    const plant = join(data, 'plant.mjs');
    await writeFile(plant, `process.on('SIGUSR2', () => { ${code}; });\n`);
    const server = await startClaviger(t, data, { env: { NODE_OPTIONS: `--import=${pathToFileURL(plant).href}` } });
    assert.equal(await server.stop('SIGUSR2'), 1);
    const told = server
      .stderr()
      .split('\n')
      .filter((line) => line.includes('planted fault'));
    assert.equal(told.length, 1);
    const { msg, err } = JSON.parse(told[0] ?? '');
    assert.match(msg, /^bug: a fault that nobody caught; the process ends/);
    assert.match(err.stack, /plant\.mjs/);
  });
}
