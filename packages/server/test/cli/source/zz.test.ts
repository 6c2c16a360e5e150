import { test } from 'node:test';
import { encodeSource } from '../../../src/cli/source/line.ts';
import { openWalk } from '../../../src/cli/source/walk.ts';
import { startTestServer } from '../../support/server.ts';
import { assertSame, exportLines } from './compare.ts';
import { seedOrganization } from './seed.ts';

for (const dialect of ['edge', 'x'] as const)
  test(`smoke ${dialect}`, async () => {
    await using server = await startTestServer();
    await using target = await startTestServer();
    await server.makeOrganization('acme', dialect);
    await target.makeOrganization('acme', dialect);
    await seedOrganization(server.plane.store, 'acme', { developers: 300, manyApps: 130 });
    const walk = await openWalk({
      base: new URL(`${server.url}/v1`),
      organization: 'acme',
      dialect: undefined,
      authorization: () => server.adminAuth,
      ca: undefined,
      connections: 4,
      retry: { retriesMax: 0, onWait: console.log },
      warn: console.log,
    });
    const parts = [];
    for await (const c of encodeSource({ title: 'x', organization: 'acme', ...walk })) parts.push(c);
    const a = await target.request('POST', '/claviger/v1/organizations/acme/import', {
      body: Buffer.concat(parts),
      type: 'application/x-ndjson',
    });
    console.log(a.status, a.text.slice(-3000));
    assertSame(await exportLines(server, 'acme'), await exportLines(target, 'acme'), dialect);
  });
