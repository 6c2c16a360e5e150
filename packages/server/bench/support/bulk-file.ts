import { randomUUID } from 'node:crypto';
import { organization } from './traffic.ts';

/** What one developer of the file brings. */
export const recordsPerDeveloper = 5;
const appsEach = 2;
const stamp = {
  createdAt: '2024-05-01T12:00:00.000Z',
  createdBy: 'ops@example.com',
  lastModifiedAt: '2025-05-01T12:00:00.000Z',
  lastModifiedBy: 'ops@example.com',
};
const developersPerPiece = 50;

/** An export of a product and so many developers, each with two apps, each with a key for the product. */
export async function* makeBulkFile(developers: number): AsyncGenerator<Buffer> {
  yield encode([
    { kind: 'export', version: 1, organization, dialect: 'edge', exportedAt: stamp.createdAt },
    { kind: 'apiProduct', name: 'weather', displayName: 'Weather', approvalType: 'auto', ...stamp },
  ]);
  for (let from = 0; from < developers; from += developersPerPiece) {
    const count = Math.min(developersPerPiece, developers - from);
    yield encode(Array.from({ length: count }, (_, at) => recordsOf(from + at)).flat());
  }
  const counts = {
    apiProduct: 1,
    developer: developers,
    app: developers * appsEach,
    credential: developers * appsEach,
  };
  yield encode([{ kind: 'end', counts }]);
}

function encode(records: readonly object[]): Buffer {
  return Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

function recordsOf(number: number): object[] {
  const email = `developer-${String(number).padStart(8, '0')}@example.com`;
  const owner = { developer: email };
  const attributes = [
    { name: 'tier', value: 'gold' },
    { name: 'department', value: 'Payments and Settlement' },
  ];
  const names = { firstName: 'Ada', lastName: 'Lovelace', userName: 'ada' };
  const developer = {
    kind: 'developer',
    email,
    developerId: randomUUID(),
    ...names,
    status: 'active',
    attributes,
    ...stamp,
  };
  const apps = Array.from({ length: appsEach }, (_, at) => {
    const name = `app-${at}`;
    const app = {
      kind: 'app',
      owner,
      name,
      appId: randomUUID(),
      status: 'approved',
      attributes: [],
      scopes: [],
      ...stamp,
    };
    return [app, { ...credentialOf(), owner, app: name, ...stamp }];
  });
  return [developer, ...apps.flat()];
}

function credentialOf(): object {
  return {
    kind: 'credential',
    consumerKey: randomUUID().replaceAll('-', ''),
    consumerSecret: randomUUID().replaceAll('-', '').slice(0, 16),
    status: 'approved',
    issuedAt: stamp.createdAt,
    apiProducts: [{ name: 'weather', status: 'approved' }],
  };
}
