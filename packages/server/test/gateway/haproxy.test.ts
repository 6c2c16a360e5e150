import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { findFreePort } from '../support/free-port.ts';
import { makeRuntimeToken } from '../support/verification.ts';
import { type ConformancePlane, keys, openConformancePlane } from './content.ts';
import { haproxyDriver, startHaproxy } from './driver/haproxy.ts';
import { openProxyDoor } from './driver/proxy.ts';
import { findHindrance, type Outcome } from './driver.ts';
import { row } from './row.ts';

const good = row('a key that may make the call', { key: 'weather' });

/** Starts HAProxy, has it asked, and ends it. */
async function through(
  parts: Parameters<typeof startHaproxy>[0],
  use: (ask: () => Promise<Outcome>) => Promise<void>,
): Promise<void> {
  const door = openProxyDoor(await startHaproxy(parts, ['header']));
  try {
    await use(() => door.ask(good));
  } finally {
    await door.close();
  }
}

function assertClosed({ status, handed, faultCode }: Outcome): void {
  assert.deepEqual([status, faultCode, handed], [503, 'claviger.gateway.Unavailable', []]);
}

describe('HAProxy, where something is wrong', { skip: findHindrance(haproxyDriver) }, () => {
  const settings = haproxyDriver.settings ?? {};
  const portOf = ({ server }: ConformancePlane) => server.ports.spoe ?? 0;

  it('lets nobody in once the agent is gone, nor where one of another plane takes its place', async () => {
    const agentPort = await findFreePort();
    await using plane = await openConformancePlane({ spoeListen: `127.0.0.1:${agentPort}` });
    await through({ token: plane.token, agentPort }, async (ask) => {
      assert.equal((await ask()).status, 200);
      await plane.server.close();
      assertClosed(await ask());
      await using second = await openConformancePlane({ spoeListen: `127.0.0.1:${agentPort}` });
      assertClosed(await ask());
      assert.ok(second.token);
    });
  });

  it('lets nobody in with an agent that says nothing', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
    });
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const agentPort = (silent.address() as { port: number }).port;
    await through({ token: 'clv_runtime_x', agentPort }, async (ask) => assertClosed(await ask()));
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => silent.close(done));
  });

  it('lets nobody in with a credential that is none, or another organization’s', async () => {
    await using plane = await openConformancePlane(settings);
    await through({ token: 'clv_runtime_none', agentPort: portOf(plane) }, async (ask) => assertClosed(await ask()));
    await plane.server.makeOrganization('stranger');
    const token = await makeRuntimeToken(plane.server, 'stranger');
    await through({ token, agentPort: portOf(plane) }, async (ask) => {
      const { status, reason } = await ask();
      assert.deepEqual([status, reason], [401, 'credential.unknown']);
    });
  });

  it('refuses a key soon after it was revoked', async () => {
    await using plane = await openConformancePlane(settings);
    const path = `/v1/organizations/${plane.organization}/developers/ann@example.com/apps/weather/keys/${keys.weather}`;
    await through({ token: plane.token, agentPort: portOf(plane) }, async (ask) => {
      assert.equal((await ask()).status, 200);
      await plane.server.request('POST', `${path}?action=revoke`, { type: 'application/octet-stream' });
      const end = performance.now() + 10_000;
      while ((await ask()).reason !== 'credential.revoked') assert.ok(performance.now() < end, 'never refused');
    });
  });
});
