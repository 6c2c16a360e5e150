import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestServer, type TestServer } from '../support/server.ts';

describe('/metrics', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  it('counts each request once, by route, method and status, and by the time that it took', async () => {
    const path = `${server.url}/edge/v1/organizations/nowhere/developers`;
    for (let asked = 0; asked < 3; asked++) assert.equal((await fetch(path)).status, 401);
    assert.equal((await fetch(path, { method: 'PATCH' })).status, 405);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const route = `route="/edge/v1/organizations/:organization/developers"`;
    assert.equal(readSample(text, `claviger_http_requests_total{${route},method="GET",status="401"}`), 3);
    assert.equal(readSample(text, `claviger_http_requests_total{${route},method="PATCH",status="405"}`), 1);
    const labels = `${route},method="GET"`;
    const lines = text.split('\n').filter((line) => line.startsWith('claviger_http_request_seconds_bucket{'));
    const buckets = lines.filter((line) => line.includes(labels)).map((line) => Number(line.split(' ').at(-1)));
    assert.equal(buckets.length, 12);
    assert.deepEqual(
      buckets,
      buckets.toSorted((left, right) => left - right),
    );
    assert.equal(readSample(text, `claviger_http_request_seconds_bucket{le="+Inf",${labels}}`), 3);
    assert.equal(readSample(text, `claviger_http_request_seconds_count{${labels}}`), 3);
    assert.ok(readSample(text, `claviger_http_request_seconds_sum{${labels}}`) > 0);
  });
});

function readSample(text: string, sample: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${sample} `));
  return Number(line?.slice(sample.length + 1));
}
