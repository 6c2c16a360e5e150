import assert from 'node:assert/strict';
import { importText, writeBulkFile } from '../support/bulk.ts';
import type { TestServer } from '../support/server.ts';
import { type KeyDraft, nameKey, type ProductDraft, type World } from './world.ts';

/** Before and after every clock that a test runs by. */
export const expiries = { past: Date.UTC(2001), future: Date.UTC(2101) } as const;

/** Makes an organization of this content on a server. */
export async function makeContent(server: TestServer, organization: string, world: World): Promise<void> {
  await server.makeOrganization(organization);
  const records = [...world.products.map(toProduct), ...world.keys.flatMap(toRecords)];
  const { text, summary } = await importText(server, organization, writeBulkFile(records));
  assert.equal(summary?.complete, true, text);
  const refused = Object.values(summary.counts).some(({ refused: count = 0 }) => count > 0);
  assert.equal(refused, false, text);
  // Last: where productless keys are refused, none can be made.
  if (world.productlessKeys === 'refused') await refuseProductless(server, organization);
}

async function refuseProductless(server: TestServer, organization: string): Promise<void> {
  const properties = [{ name: 'features.keymanagement.disable.unbounded.permissions', value: 'true' }];
  const answer = await server.request('PUT', `/claviger/v1/organizations/${organization}`, { json: { properties } });
  assert.equal(answer.status, 200, answer.text);
}

function toProduct({ operations, ...product }: ProductDraft): object {
  const record = { kind: 'apiProduct', displayName: product.name, approvalType: 'auto', ...product };
  if (operations.length === 0) return record;
  const operationConfigs = operations.map(({ apiSource, ...operation }) => ({ apiSource, operations: [operation] }));
  return { ...record, operationGroup: { operationConfigs } };
}

function toRecords({ owner: { kind, status: standing }, app, status, expires, products }: KeyDraft, number: number) {
  const name = `owner-${number}`;
  const email = `${name}@example.com`;
  const owner = kind === 'developer' ? { developer: email } : { company: name };
  const ownerRecord =
    kind === 'developer'
      ? { kind, email, firstName: 'A', lastName: 'B', userName: name, status: standing }
      : { kind, name, displayName: name, status: standing };
  const expiry = expires === 'never' ? {} : { expiresAt: new Date(expiries[expires]).toISOString() };
  const key = { consumerKey: nameKey(number), consumerSecret: `secret-of-${number}`, issuedAt: '2000-01-01T00:00:00Z' };
  return [
    ownerRecord,
    { kind: 'app', owner, name: 'app', status: app },
    { kind: 'credential', owner, app: 'app', ...key, ...expiry, status, apiProducts: products },
  ];
}
