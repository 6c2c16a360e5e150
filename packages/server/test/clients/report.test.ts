import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describePath, type Row } from './recorder.ts';
import { findMissing, formatRows, type RequiredRow } from './report.ts';
import { requiredRows } from './required-rows.ts';

const required: RequiredRow = {
  client: 'tool',
  method: 'POST',
  path: '/v1/o/{org}/developers',
  statuses: [200, 201],
  source: 'somewhere',
};
const seen: Row = { client: 'tool', method: 'POST', path: '/v1/o/{org}/developers', status: 201 };

describe('the report of a run', () => {
  it('is content with a row of any of the statuses', () => {
    assert.deepEqual(findMissing([required], [seen]), []);
    assert.deepEqual(findMissing([required], [{ ...seen, status: 200 }]), []);
  });

  it('misses a row that differs in any way, and one that is not there', () => {
    for (const other of [
      { ...seen, client: 'other' },
      { ...seen, method: 'PUT' },
      { ...seen, path: '/v1/o/{org}' },
      { ...seen, status: 409 },
    ]) {
      assert.deepEqual(findMissing([required], [other]), [required]);
    }
    assert.deepEqual(findMissing([required], []), [required]);
  });

  it('requires each row once, with a status', () => {
    const texts = requiredRows.map((row) => JSON.stringify(row));
    assert.equal(new Set(texts).size, texts.length);
    assert.ok(requiredRows.every(({ statuses }) => statuses.length > 0));
  });

  it('prints aligned columns', () => {
    const rows = [seen, { client: 'a', method: 'GET', path: '/', status: 404 }];
    assert.equal(formatRows(rows), 'tool  POST  /v1/o/{org}/developers  201\na     GET   /                       404');
  });

  it('puts names in place of values in a path', () => {
    for (const [target, path] of [
      ['/v1/o/acme/developers/a%2540b.c?action=active', '/v1/o/{org}/developers/{developer}?action=active'],
      ['/v1/organizations/acme:getProjectMapping', '/v1/organizations/{org}:getProjectMapping'],
      ['/v1/organizations/acme/developers?startKey=k&count=3', '/v1/organizations/{org}/developers?count&startKey'],
      ['/v1/organizations/', '/v1/organizations/'],
      ['/oauth/token', '/oauth/token'],
    ] as const) {
      assert.equal(describePath(target), path);
    }
  });
});
