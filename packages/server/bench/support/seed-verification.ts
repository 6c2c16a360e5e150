import { randomUUID } from 'node:crypto';
import { syncFile } from './disk.ts';
import { appText, drawText, keyText, nameKnownKey, openForSeeding, openOrganization } from './seed-key.ts';
import { organization, verifyCall } from './traffic.ts';
import { storeFile, type Workbench } from './workbench.ts';

/** A plane's store with keys that gateways may ask about, and who may ask. */
export interface VerificationStore {
  readonly data: string;
  /** Of a runtime credential. */
  readonly token: string;
}

/**
 * Makes a store with so many developers, of whom the first `keys` have an app with a key each: sealed and found by hash
 * as the server does it. All keys have the one product, which limits environment, proxy and path.
 */
export async function seedVerification(
  bench: Workbench,
  { developers, keys }: { readonly developers: number; readonly keys: number },
): Promise<VerificationStore> {
  const data = await bench.newStore(developers);
  await seedApps(data, keys);
  const plane = await bench.startPlane({ data });
  const post = async (path: string, body: object): Promise<unknown> => {
    const headers = { authorization: bench.authorization, 'content-type': 'application/json' };
    const answer = await fetch(plane.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  const { environment, proxy } = verifyCall;
  const limits = { environments: ['test', environment], proxies: [proxy, 'maps-v2'], apiResources: ['/forecast/**'] };
  const product = { name: 'weather', displayName: 'Weather', approvalType: 'auto', ...limits };
  await post(`/edge/v1/organizations/${organization}/apiproducts`, product);
  const made = await post(`/claviger/v1/organizations/${organization}/runtime-credentials`, { name: 'bench' });
  await plane.stop();
  return { data, token: (made as { token: string }).token };
}

async function seedApps(data: string, keys: number): Promise<void> {
  const db = openForSeeding(storeFile(data));
  try {
    const { organizationId, vault } = await openOrganization(db, data);
    const [insertApp, insertKey] = [db.prepare(appText), db.prepare(keyText)];
    const attributes = JSON.stringify([{ name: 'DisplayName', value: 'Shop' }]);
    // Those have ids that no server makes.
    db.exec('begin; delete from app; delete from company_member; delete from company');
    for (const [number, { id: owner }] of db.prepare('select id from developer limit ?').all(keys).entries()) {
      const [app, id, key] = [randomUUID(), randomUUID(), nameKnownKey(number)];
      insertApp.run(app, organizationId, String(owner), 'shop', attributes);
      insertKey.run(id, organizationId, app, vault.lookupHash(key), vault.seal(`${key}\n${drawText(16)}`, id), 1);
    }
    db.exec('commit; pragma wal_checkpoint(truncate)');
  } finally {
    db.close();
    syncFile(storeFile(data));
  }
}
