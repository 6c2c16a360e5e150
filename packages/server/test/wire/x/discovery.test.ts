import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { google } from 'googleapis';
import { buildDiscovery, type DiscoveryDocument } from '../../../src/surfaces/x/discovery.ts';
import { routePathOf } from '../../../src/surfaces/x/discovery-method.ts';
import type { JsonObject } from '../../../src/surfaces/x/json.ts';
import { apiProductMethods } from '../../../src/surfaces/x/method/api-product.ts';
import { developerAppMethods } from '../../../src/surfaces/x/method/app.ts';
import { appGroupMethods } from '../../../src/surfaces/x/method/appgroup.ts';
import { appGroupAppMethods } from '../../../src/surfaces/x/method/appgroup-app.ts';
import { appGroupAppKeyMethods } from '../../../src/surfaces/x/method/appgroup-app-key.ts';
import { developerAppKeyMethods } from '../../../src/surfaces/x/method/credential.ts';
import { developerMethods } from '../../../src/surfaces/x/method/developer.ts';
import {
  appGroupMonetizationMethods,
  developerMonetizationMethods,
} from '../../../src/surfaces/x/method/monetization.ts';
import { environmentMethods, organizationMethods } from '../../../src/surfaces/x/method/organization.ts';
import { organizationAppMethods } from '../../../src/surfaces/x/method/organization-app.ts';
import { ratePlanMethods } from '../../../src/surfaces/x/method/rate-plan.ts';

const routes = [
  ...organizationMethods,
  ...environmentMethods,
  ...developerMethods,
  ...apiProductMethods,
  ...ratePlanMethods,
  ...developerAppMethods,
  ...developerAppKeyMethods,
  ...organizationAppMethods,
  ...developerMonetizationMethods,
  ...appGroupMonetizationMethods,
  ...[...appGroupMethods, ...appGroupAppMethods, ...appGroupAppKeyMethods].filter(({ unlisted }) => !unlisted),
];

interface Extract {
  readonly parameters: unknown;
  readonly methods: Readonly<Record<string, unknown>>;
  readonly schemas: Readonly<Record<string, unknown>>;
}

const extract = new URL('../../fixtures/x/discovery-extract.json', import.meta.url);
const googles: Extract = JSON.parse(readFileSync(extract, 'utf8'));
const ours = buildDiscovery({ rootUrl: 'https://plane.example.com/x', routes });

/** Without what is said in words; a member that is called `description` is an object and stays. */
function withoutWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (typeof value !== 'object' || value === null) return value;
  const isWords = (name: string, member: unknown) =>
    name === 'enumDescriptions' || (name === 'description' && typeof member === 'string');
  const kept = Object.entries(value).filter(([name, member]) => !isWords(name, member));
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutWords(member)]));
}

/** Every method in the document by the path at which clients find it. */
function listMethods(resources: DiscoveryDocument['resources'], path: string): [string, JsonObject][] {
  return Object.entries(resources).flatMap(([name, resource]) => [
    ...Object.entries(resource.methods).map(([method, value]): [string, JsonObject] => [
      `${path}.${name}.${method}`,
      value,
    ]),
    ...listMethods(resource.resources, `${path}.${name}`),
  ]);
}

describe('the discovery document', () => {
  test('lists just the methods that it was given, where clients look for them', () => {
    const listed = listMethods(ours.resources, 'apigee');
    assert.deepEqual(listed.map(([path]) => path).sort(), routes.map(({ id }) => id).sort());
    for (const [path, method] of listed) assert.equal(method['id'], path);
    const one = buildDiscovery({ rootUrl: 'http://h/', routes: routes.slice(0, 1) });
    assert.deepEqual(
      listMethods(one.resources, 'apigee').map(([path]) => path),
      ['apigee.organizations.list'],
    );
    assert.deepEqual(Object.keys(one.schemas), [
      'GoogleCloudApigeeV1ListOrganizationsResponse',
      'GoogleCloudApigeeV1OrganizationProjectMapping',
    ]);
  });

  for (const [id, method] of listMethods(ours.resources, 'apigee')) {
    test(`agrees with Google's on ${id}`, () => {
      assert.deepEqual(withoutWords(method), googles.methods[id]);
    });
  }

  for (const [name, schema] of Object.entries(ours.schemas)) {
    test(`agrees with Google's on ${name}`, () => {
      assert.deepEqual(withoutWords(schema), googles.schemas[name]);
    });
  }

  test("agrees with Google's on the parameters of every method", () => {
    assert.deepEqual(withoutWords(ours.parameters), googles.parameters);
  });

  test('points nowhere but to us, and to schemas that it has', () => {
    assert.deepEqual(
      [ours.rootUrl, ours['baseUrl'], ours['servicePath']],
      ['https://plane.example.com/x/', ours.rootUrl, ''],
    );
    assert.equal(buildDiscovery({ rootUrl: 'http://h:1/x/', routes })['rootUrl'], 'http://h:1/x/');
    const text = JSON.stringify(ours);
    for (const [, name = ''] of text.matchAll(/"\$ref":"([^"]+)"/g)) assert.ok(Object.hasOwn(ours.schemas, name), name);
    const urls = text.match(/https?:\/\/[^"\s]+/g) ?? [];
    assert.deepEqual([...new Set(urls)].sort(), [
      'https://plane.example.com/x/',
      'https://www.googleapis.com/auth/cloud-platform',
    ]);
  });

  test('names paths that a router takes', () => {
    const [, create] = developerMethods;
    assert.ok(create);
    assert.equal(routePathOf(create), '/v1/organizations/:organizationsId/developers');
    const paths = developerMonetizationMethods.map(routePathOf);
    const developer = '/v1/organizations/:organizationsId/developers/:developersId';
    assert.ok(paths.includes(`${developer}/balance::credit`));
    assert.ok(paths.includes(`${developer}/subscriptions/:subscriptionsId([^:]+)::expire`));
  });
});

describe("Google's client for Node", () => {
  test('builds itself from the document and calls every method at our address', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      const discovery = request.url === '/x/$discovery/rest?version=v1';
      if (!discovery) seen.push(`${request.method} ${request.url}`);
      response.setHeader('Content-Type', 'application/json; charset=UTF-8');
      response.end(discovery ? JSON.stringify(buildDiscovery({ rootUrl: root, routes })) : '{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const root = `http://127.0.0.1:${port}/x/`;
    try {
      await callEveryMethod(await google.discoverAPI<Client>(`${root}$discovery/rest?version=v1`));
    } finally {
      server.close();
    }
    assert.deepEqual(seen, [
      'GET /x/v1/organizations',
      'GET /x/v1/organizations/o',
      'GET /x/v1/organizations/o/environments/test',
      'GET /x/v1/organizations/o/developers?count=2&startKey=a%40b.c&expand=true',
      'POST /x/v1/organizations/o/developers',
      'GET /x/v1/organizations/o/developers/a%2Bb%40c.com',
      'PUT /x/v1/organizations/o/developers/a%2Bb%40c.com',
      'POST /x/v1/organizations/o/developers/a%2Bb%40c.com?action=inactive',
      'GET /x/v1/organizations/o/developers/a%2Bb%40c.com/attributes',
      'GET /x/v1/organizations/o/developers/a%2Bb%40c.com/attributes/tier',
      'POST /x/v1/organizations/o/developers/a%2Bb%40c.com/attributes/tier',
      'DELETE /x/v1/organizations/o/developers/a%2Bb%40c.com/attributes/tier',
      'DELETE /x/v1/organizations/o/developers/a%2Bb%40c.com',
    ]);
  });
});

type Method = (parameters: object) => Promise<unknown>;

/** What the client makes of the document has no types of its own. */
interface Client {
  readonly organizations: {
    readonly list: Method;
    readonly get: Method;
    readonly environments: { readonly get: Method };
    readonly developers: Record<'list' | 'create' | 'get' | 'update' | 'setDeveloperStatus' | 'delete', Method> & {
      readonly attributes: Record<'list' | 'get' | 'updateDeveloperAttribute' | 'delete', Method>;
    };
  };
}

/** `developers.attributes` the method hides behind `developers.attributes` the resource in clients made by discovery. */
async function callEveryMethod(client: Client): Promise<void> {
  const parent = 'organizations/o';
  const name = `${parent}/developers/a+b@c.com`;
  const attribute = `${name}/attributes/tier`;
  const { organizations } = client;
  await organizations.list({ parent: 'organizations' });
  await organizations.get({ name: parent });
  await organizations.environments.get({ name: `${parent}/environments/test` });
  await organizations.developers.list({ parent, count: 2, startKey: 'a@b.c', expand: true });
  await organizations.developers.create({ parent, requestBody: { email: 'a+b@c.com' } });
  await organizations.developers.get({ name });
  await organizations.developers.update({ name, requestBody: { email: 'a+b@c.com' } });
  await organizations.developers.setDeveloperStatus({ name, action: 'inactive' });
  await organizations.developers.attributes.list({ parent: name });
  await organizations.developers.attributes.get({ name: attribute });
  await organizations.developers.attributes.updateDeveloperAttribute({ name: attribute, requestBody: { value: '1' } });
  await organizations.developers.attributes.delete({ name: attribute });
  await organizations.developers.delete({ name });
}
