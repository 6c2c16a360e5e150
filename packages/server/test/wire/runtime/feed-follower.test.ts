import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiProduct } from '../../../src/domain/api-product.ts';
import type { ShownApp } from '../../support/app.ts';
import { insertApp, insertCompany, insertCredential, insertDeveloper, insertProduct } from '../../support/entity.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { openFeedWorld } from '../../support/feed-world.ts';

describeOnEveryStore('verifiers that follow the feed', (server) => {
  const world = openFeedWorld(server, 'acme');
  const { manage, makeApp, follow } = world;
  before(() => world.prepare());

  it('a change of every noun reaches the verdict of a verifier elsewhere', async () => {
    const [one, two, three, four] = [await makeApp(), await makeApp(), await makeApp(), await makeApp()];
    await using remote = await follow({ name: 'edge-1' });
    for (const { key } of [one, two, three, four]) assert.equal(remote.verdictOf(key), 'allowed');
    await manage('POST', `${one.path}/apps/weather/keys/${one.key}?action=revoke`);
    await remote.until(one.key, 'credential.revoked');
    await manage('POST', `${two.path}/apps/weather?action=revoke`);
    await remote.until(two.key, 'app.revoked');
    await manage('POST', `${three.path}?action=inactive`);
    await remote.until(three.key, 'developer.inactive');
    await manage('POST', `${three.path}?action=active`);
    await remote.until(three.key, 'allowed');
    await manage('DELETE', four.path);
    await remote.until(four.key, 'credential.unknown');
    await manage('POST', '/companies', { name: 'globex', displayName: 'G' });
    const company = (
      await manage('POST', '/companies/globex/apps', { name: 'c', apiProducts: ['auto'] })
    ).json<ShownApp>();
    const companyKey = company.credentials[0]?.consumerKey ?? '';
    await remote.until(companyKey, 'allowed');
    await manage('POST', '/companies/globex?action=inactive');
    await remote.until(companyKey, 'company.inactive');
    const product = { name: 'late', displayName: 'Late', approvalType: 'auto', proxies: ['p'] };
    await manage('POST', '/apiproducts', product);
    const last = await makeApp({ apiProducts: ['late'] });
    await remote.until(last.key, 'product.no-match');
    await manage('PUT', '/apiproducts/late', { ...product, proxies: [] });
    await remote.until(last.key, 'allowed');
    assert.equal(remote.count('adopted'), 1, 'no change made it start over');
    assert.equal(remote.count('unreadable'), 0);
  });

  it('tells records whole, whatever they hold', async () => {
    const { store } = server().plane;
    const { id } = (await store.organizations.findByName('acme')) ?? { id: '' };
    const attributes = [{ name: 'größe "测试"\n\u2028', value: '🚀'.repeat(500) }];
    const quota = { limit: '10', interval: '1', timeUnit: undefined };
    const base = { apiSource: 'a', quota, attributes };
    const operations = [{ resource: '/**', methods: ['GET'] }];
    const product = await insertProduct(store, id, {
      ...{ displayName: undefined, attributes, proxies: ['p'], quota: '1', scopes: ['', 's'] },
      operationGroup: { operationConfigType: 'proxy', operationConfigs: [{ ...base, operations }] },
      graphqlOperationGroup: {
        operationConfigType: undefined,
        operationConfigs: [{ ...base, operations: [{ operation: undefined, operationTypes: ['QUERY'] }] }],
      },
      grpcOperationGroup: { operationConfigs: [{ ...base, quota: undefined, service: 's', methods: [] }] },
      llmOperationGroup: {
        operationConfigs: [
          { apiSource: 'a', attributes, llmTokenQuota: quota, llmOperations: [{ ...operations[0], model: undefined }] },
        ],
      },
      payloadOperationGroup: { operationConfigs: [{ ...base, operations: [{ operation: 'o' }] }] },
    } as Partial<ApiProduct>);
    const developer = await insertDeveloper(store, id, { attributes });
    const company = await insertCompany(store, id, { displayName: undefined, attributes });
    for (const [ownerKind, owner] of [
      ['developer', developer],
      ['company', company],
    ] as const) {
      const app = await insertApp(store, owner, { ownerKind, attributes, scopes: ['s'] });
      await insertCredential(store, app, { attributes, expiresAt: 253_402_300_799_999 });
    }
    await using remote = await follow();
    const { last } = await store.feed.head();
    await store.write(async (t) => {
      for (const [noun, entityId] of [
        ['api-product', product.id],
        ['developer', developer.id],
        ['company', company.id],
      ] as const) {
        t.append({ organizationId: id, noun, entityId, kind: 'put', version: 1 });
      }
    });
    while ((remote.client.status.position?.sequence ?? 0) < last + 3) await sleep(5);
    assert.equal(remote.count('unreadable'), 0);
    assert.equal(remote.count('adopted'), 1);
  });

  it('G5: a right that is taken away while a snapshot is on its way is gone before the verifier answers', async () => {
    const { key, path } = await makeApp();
    await using remote = await follow({
      fetch: async (target, init) => {
        const response = await fetch(target, init);
        if (String(target).includes('snapshot')) await manage('POST', `${path}/apps/weather/keys/${key}?action=revoke`);
        return response;
      },
    });
    assert.equal(remote.verdictOf(key), 'credential.revoked');
    assert.equal(remote.count('applied'), 1, 'the snapshot was older');
  });

  it('makes verifiers start over when what stands in a snapshot’s head changes', async () => {
    const { key } = await makeApp({});
    await using remote = await follow();
    assert.equal(remote.verdictOf(key), 'allowed', 'a key without a product works');
    const json = { properties: [{ name: 'features.keymanagement.disable.unbounded.permissions', value: 'true' }] };
    const answer = await server().request('PUT', '/claviger/v1/organizations/acme', { json });
    assert.equal(answer.status, 200, answer.text);
    await remote.until(key, 'product.none-approved');
    assert.equal(remote.count('start-over'), 1);
  });
});
