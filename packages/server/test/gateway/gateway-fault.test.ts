import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findFreePort } from '../support/free-port.ts';
import { type ConformancePlane, openConformancePlane } from './content.ts';
import { caddyDriver } from './driver/caddy.ts';
import { envoyHttpDriver } from './driver/envoy-http.ts';
import { nginxDriver } from './driver/nginx.ts';
import { traefikDriver } from './driver/traefik.ts';
import { type Driver, findHindrance } from './driver.ts';
import { row } from './row.ts';

/** What a client is answered where the plane can't be reached, and where the gateway's credential is wrong. */
const gateways: readonly [driver: Driver, unreachable: number, wrongCredential: number][] = [
  [nginxDriver, 503, 503],
  [caddyDriver, 502, 401],
  [traefikDriver, 500, 401],
  // Of which a client learns no more.
  [envoyHttpDriver, 503, 401],
];

/** Simulated ones are foreign as well: `npm test` has no time for a plane more. */
function findSkip(driver: Driver): string | false {
  return findHindrance({ ...driver, foreign: true });
}

const call = row('a call that is allowed while all is well', { key: 'weather' });

let plane: ConformancePlane | undefined;
before(async () => {
  if (gateways.some(([driver]) => findSkip(driver) === false)) plane = await openConformancePlane();
});
after(() => plane?.[Symbol.asyncDispose]());

for (const [driver, unreachable, wrongCredential] of gateways) {
  describe(`${driver.name}, when something is wrong`, { skip: findSkip(driver) }, () => {
    const askThrough = async (change: Partial<ConformancePlane>) => {
      assert.ok(plane);
      const door = await driver.start({ ...plane, ...change });
      try {
        return await door.ask(call);
      } finally {
        await door.close();
      }
    };

    it('nobody gets in while the plane can’t be reached', async () => {
      const port = await findFreePort();
      const { status, handed } = await askThrough({ runtimeUrl: `http://127.0.0.1:${port}` });
      assert.deepEqual([status, handed], [unreachable, []]);
    });

    it('nobody gets in with a credential of the gateway that is wrong', async () => {
      const { status, handed } = await askThrough({ token: 'clv_runtime_wrong' });
      assert.deepEqual([status, handed], [wrongCredential, []]);
    });
  });
}
