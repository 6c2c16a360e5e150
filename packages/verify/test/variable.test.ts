import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Allowed, listVariables } from '../src/index.ts';
import { makeApp, makeCredential, makeDeveloper, makeProduct } from './support.ts';

const verdict: Allowed = {
  allowed: true,
  credential: makeCredential({ attributes: [{ name: 'tier', value: 'key' }] }),
  app: makeApp({
    attributes: [
      { name: 'DisplayName', value: 'Weather' },
      { name: 'tier', value: 'app' },
      { name: 'client_id', value: 'forged' },
    ],
  }),
  owner: makeDeveloper({ attributes: [{ name: 'email', value: 'forged@example.com' }] }),
  product: makeProduct({ attributes: [{ name: 'access', value: 'public' }] }),
  match: { quota: { limit: '10', interval: '1', timeUnit: 'minute' }, attributes: [] },
};

test('an allowed call carries the flow variables of Apigee’s policy', () => {
  const variables = listVariables(verdict, { organization: 'myorg', policy: 'VK', consumerKey: 'the-key' });
  const expected = {
    'verifyapikey.VK.client_id': 'the-key',
    'verifyapikey.VK.developer.app.id': 'a1',
    'verifyapikey.VK.developer.id': 'myorg@@@d1',
    'verifyapikey.VK.DisplayName': 'Weather',
    'verifyapikey.VK.failed': 'false',
    'verifyapikey.VK.apiproduct.name': 'gold',
    'verifyapikey.VK.apiproduct.access': 'public',
    'verifyapikey.VK.apiproduct.developer.quota.limit': '10',
    'verifyapikey.VK.apiproduct.developer.quota.timeunit': 'minute',
    'verifyapikey.VK.tier': 'app',
    'verifyapikey.VK.app.tier': 'app',
    'verifyapikey.VK.app.appType': 'Developer',
    'verifyapikey.VK.app.appParentId': 'myorg@@@d1',
    'verifyapikey.VK.app.created_at': '1000',
    'verifyapikey.VK.developer.email': 'dev@example.com',
    'apigee.developer.app.name': 'weather',
    'apigee.client_id': 'the-key',
    'developer.email': 'dev@example.com',
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(variables.get(name), value, name);
});

test('without the key asked for, no variable holds it, and no attribute stands in for it', () => {
  const variables = listVariables(verdict, { organization: 'myorg', policy: 'VK' });
  assert.ok(!variables.has('client_id') && !variables.has('apigee.client_id'));
  assert.ok(!variables.has('verifyapikey.VK.client_id'));
});
