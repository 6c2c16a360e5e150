import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Organization } from '../../src/domain/organization.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  insertAccount,
  insertDeveloper,
  insertOrganization,
  makeApp,
  makeCompany,
  makeEnvironment,
  makeRole,
  makeRuntimeCredential,
} from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { collect, useStore } from './context.ts';

/** Rows of tables that hold an organization's content, by table. */
async function countContent(store: Store): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const item of await collect(store.archive.dump())) {
    if (item.kind !== 'row' || !('organization_id' in item.row || item.table === 'sweep')) continue;
    counts[item.table] = (counts[item.table] ?? 0) + 1;
  }
  return counts;
}

/** An organization with 60 rows beneath it. */
async function insertFullOrganization(store: Store): Promise<Organization> {
  const organization = await insertOrganization(store);
  const { id: organizationId } = organization;
  const account = await insertAccount(store);
  const company = makeCompany(organizationId);
  await store.write(async (t) => {
    await t.environments.insert(makeEnvironment(organizationId));
    await t.companies.insert(company);
    await t.roles.insert(makeRole(organizationId));
    await t.runtimeCredentials.insert(makeRuntimeCredential(organizationId), organizationId);
    await t.roles.addMember(organizationId, 'auditor', account.id);
    await t.roles.addMember(organizationId, 'orgadmin', account.id);
  });
  for (let at = 0; at < 9; at++) {
    const { id: ownerId } = await insertDeveloper(store, organizationId);
    await store.write(async (t) => {
      for (const name of ['a', 'b', 'c', 'd']) {
        await t.apps.insert(makeApp(organizationId, { kind: 'developer', id: ownerId }, { name }));
      }
      await t.companies.setMember(company, { developerId: ownerId, roles: [] });
    });
  }
  return organization;
}

/** Kills a sweeping process once it has told of so many steps. It takes a few more until it is hit, and no more. */
async function killSweeper(place: string, steps: number): Promise<void> {
  const script = fileURLToPath(new URL('../support/sweeper.ts', import.meta.url));
  const child = spawn(process.execPath, [script, place, String(steps + 8)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let told = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    told += String(chunk).split('\n').length - 1;
    if (told >= steps) child.kill('SIGKILL');
  });
  await exited;
  assert.equal(child.signalCode, 'SIGKILL');
}

export function sweepSuite(engine: StoreEngine): void {
  describe(`${engine.name}: sweep`, () => {
    const context = useStore(engine);

    it('removes in bounded steps all that hung on a deleted organization, and nothing else', async () => {
      const store = await context.open(await context.createHome());
      await insertFullOrganization(store);
      const kept = await countContent(store);
      const gone = await insertFullOrganization(store);
      await store.write((t) => t.organizations.delete(gone));
      const steps: number[] = [];
      for (;;) {
        const removed = await store.sweep(10);
        if (removed === 0) break;
        steps.push(removed);
      }
      // 60 rows and the job itself.
      assert.deepEqual(steps, [10, 10, 10, 10, 10, 10, 1]);
      assert.deepEqual(await countContent(store), kept);
    });

    it('removes a deleted developer’s apps and memberships', async () => {
      const store = await context.open(await context.createHome());
      const { id: organizationId } = await insertOrganization(store);
      const developer = await insertDeveloper(store, organizationId);
      const company = makeCompany(organizationId);
      await store.write(async (t) => {
        await t.companies.insert(company);
        await t.companies.setMember(company, { developerId: developer.id, roles: [] });
        await t.apps.insert(makeApp(organizationId, { kind: 'developer', id: developer.id }));
      });
      await store.write((t) => t.developers.delete(developer));
      // The app, the membership, the job, and the job that the app leaves for its credentials.
      assert.equal(await store.sweep(100), 4);
      assert.equal(await store.sweep(100), 0);
      assert.deepEqual(await countContent(store), { organization_key: 1, company: 1 });
    });

    it('goes on after a restart half-way', async () => {
      const home = await context.createHome();
      const first = await context.open(home);
      const organization = await insertFullOrganization(first);
      await first.write((t) => t.organizations.delete(organization));
      assert.equal(await first.sweep(25), 25);
      await first.close();
      const second = await context.open(home);
      assert.equal(await second.sweep(1000), 36);
      assert.deepEqual(await countContent(second), {});
    });

    it('goes on after it was killed at any moment', async () => {
      const home = await context.createHome();
      const first = await context.open(home);
      await insertFullOrganization(first);
      const kept = await countContent(first);
      for (let at = 0; at < 3; at++) {
        const organization = await insertFullOrganization(first);
        await first.write((t) => t.organizations.delete(organization));
      }
      await first.close();
      for (let round = 1; round <= 3; round++) await killSweeper(home.place, round * 4);
      const second = await context.open(home);
      const before = await countContent(second);
      assert.ok((before['sweep'] ?? 0) > 0, 'the sweeper was killed too late to prove anything');
      while ((await second.sweep(50)) > 0);
      assert.deepEqual(await countContent(second), kept);
    });

    it('shares the work among many who sweep at once', async () => {
      const home = await context.createHome();
      const first = await context.open(home);
      const nodes = [first, engine.manyNodes ? await context.open(home) : first];
      for (let at = 0; at < 3; at++) {
        const organization = await insertFullOrganization(first);
        await first.write((t) => t.organizations.delete(organization));
      }
      let total = 0;
      for (let round = 0; round < 100; round++) {
        const removed = await Promise.all(nodes.map((node) => node.sweep(7)));
        total += removed.reduce((sum, count) => sum + count, 0);
        if (removed.every((count) => count === 0)) break;
      }
      assert.equal(total, 3 * 61);
      assert.deepEqual(await countContent(first), {});
    });
  });
}
