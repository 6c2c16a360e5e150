import assert from 'node:assert/strict';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { startTestServer } from '../support/server.ts';

/** Several times the limit, and more than the buffers between client and server hold. */
const body = Buffer.alloc(6_000_000, 0x20);

/** Writes all of it, whatever comes back meanwhile, and rejects where the connection breaks. */
function sendAll(url: string, authorization: string): Promise<{ status: number | undefined; answer: unknown }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; answer: unknown }>();
  const headers = { authorization, 'content-type': 'application/json', 'content-length': body.length };
  const sent = request(url, { method: 'POST', headers }, (response) => {
    json(response).then((answer) => resolve({ status: response.statusCode, answer }), reject);
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

test('who sends a body that is too long is told so, and not cut off', async () => {
  await using server = await startTestServer();
  const paths = ['/edge/v1/organizations/myorg/developers', '/x/v1/organizations/myorg/developers'];
  for (let round = 0; round < 5; round++) {
    for (const path of [...paths, '/claviger/v1/accounts']) {
      const { status, answer } = await sendAll(`${server.url}${path}`, server.adminAuth);
      assert.equal(status, 413);
      assert.match(JSON.stringify(answer), /1048576/);
    }
  }
});
