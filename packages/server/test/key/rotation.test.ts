import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProduct } from '../../src/operations/api-product.ts';
import { createApp } from '../../src/operations/app.ts';
import type { Call } from '../../src/operations/call.ts';
import { listExpiringCredentials } from '../../src/operations/credential-expiry.ts';
import { rotateCredential } from '../../src/operations/credential-rotation.ts';
import { findCredentialStanding } from '../../src/operations/credential-standing.ts';
import { createDeveloper } from '../../src/operations/developer.ts';
import type { Plane } from '../../src/operations/plane.ts';
import { callIn, makeOrganization, openTestPlane, type TestPlane } from '../support/plane.ts';

const day = 86_400_000;

interface World extends TestPlane {
  readonly call: Call;
  readonly consumerKey: string;
}

/** A plane whose clock the test moves, with one key that works. */
async function openWorld(keyExpiresIn = -1): Promise<World> {
  const opened = await openTestPlane();
  await makeOrganization(opened);
  const call = await callIn(opened.plane, opened.admin);
  await createDeveloper(opened.plane, call, { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other' });
  await createProduct(opened.plane, call, { name: 'p', displayName: 'p', approvalType: 'auto' });
  const owner = { kind: 'developer', ref: ['ann@example.com'] } as const;
  const { credentials } = await createApp(opened.plane, call, owner, { name: 'a', apiProducts: ['p'], keyExpiresIn });
  const consumerKey = credentials[0]?.consumerKey ?? '';
  return { ...opened, call, consumerKey };
}

async function standingOf({ plane, call }: { plane: Plane; call: Call }, consumerKey: string): Promise<unknown> {
  const { standing } = await findCredentialStanding(plane, call, consumerKey);
  return standing.effective ? 'works' : standing.reason;
}

test('both keys work while they overlap, the old one up to the last millisecond and no longer', async () => {
  await using world = await openWorld();
  const { plane, call, clock, consumerKey } = world;
  const { successor } = await rotateCredential(plane, call, { consumerKey }, { overlapSeconds: 3600 });
  assert.deepEqual(
    [await standingOf(world, consumerKey), await standingOf(world, successor.consumerKey)],
    ['works', 'works'],
  );
  clock.advance(3_600_000 - 1);
  assert.equal(await standingOf(world, consumerKey), 'works');
  clock.advance(1);
  assert.equal(await standingOf(world, consumerKey), 'credential.expired');
  assert.equal(await standingOf(world, successor.consumerKey), 'works');
});

test('a retry after the overlap still answers what the first try made', async () => {
  await using world = await openWorld();
  const { plane, call, clock, consumerKey } = world;
  const wish = { overlapSeconds: 60, idempotencyKey: 'one' };
  const first = await rotateCredential(plane, call, { consumerKey }, wish);
  clock.advance(day);
  const second = await rotateCredential(plane, call, { consumerKey }, wish);
  assert.deepEqual([second.replayed, second.successor], [true, first.successor]);
});

test('a key turns up among those that expire as its day comes near, and its successor does not', async () => {
  await using world = await openWorld(90 * day);
  const { plane, call, clock, consumerKey } = world;
  const expiring = async () => {
    const { items, total } = await listExpiringCredentials(plane, call, { limit: 9 });
    assert.equal(items.length, total);
    return items.map(({ credential }) => credential.consumerKey);
  };
  assert.deepEqual(await expiring(), []);
  clock.advance(80 * day);
  assert.deepEqual(await expiring(), [consumerKey]);
  const { successor, former } = await rotateCredential(plane, call, { consumerKey }, { overlapSeconds: 89 * 86_400 });
  assert.equal((former.expiresAt ?? 0) - plane.clock.now(), 10 * day);
  assert.equal((successor.expiresAt ?? 0) - plane.clock.now(), 90 * day);
  assert.deepEqual(await expiring(), [consumerKey]);
  clock.advance(10 * day);
  assert.deepEqual(await expiring(), []);
  assert.equal(await standingOf(world, consumerKey), 'credential.expired');
});
