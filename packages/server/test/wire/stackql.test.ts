import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { parseTarGzip } from 'nanotar';
import { startTestServer, type TestServer } from '../support/server.ts';

interface Ref {
  readonly $ref: string;
}
interface Method {
  readonly operation: Ref;
  readonly response: { readonly mediaType: string; readonly openAPIDocKey: string; readonly objectKey?: string };
}
interface Resource {
  readonly id: string;
  readonly name: string;
  readonly methods: Record<string, Method>;
  readonly sqlVerbs: Record<string, readonly Ref[]>;
}
interface Service {
  readonly servers: readonly { readonly url: string }[];
  readonly components: { readonly 'x-stackQL-resources': Record<string, Resource> };
}
// biome-ignore lint/suspicious/noExplicitAny: a document is walked by pointers that are only known when it is read
type Node = any;

const verbs = ['select', 'insert', 'update', 'replace', 'delete'];

/** Follows `#/a/b~1c`, and references on the way's end. */
function resolve(document: object, ref: string): Node {
  let node: Node = document;
  for (const part of ref.replace('#/', '').split('/')) node = node?.[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  return node?.$ref === undefined ? node : resolve(document, node.$ref);
}

describe('the StackQL registry', () => {
  let server: TestServer;
  const read = async (path: string): Promise<Node> => (await fetch(`${server.url}/stackql/${path}`)).json();
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  for (const [provider, directory] of [
    ['google', 'googleapis.com'],
    ['claviger', 'claviger'],
  ]) {
    const root = `src/${directory}/v00.00.00000`;

    test(`${provider} has one service, whose file is where the provider says`, async () => {
      const document = await read(`${root}/provider.yaml`);
      assert.deepEqual([document.id, document.name, document.version], [provider, provider, 'v00.00.00000']);
      assert.deepEqual(Object.keys(document.providerServices), ['apigee']);
      const { service } = document.providerServices.apigee;
      assert.equal(service.$ref, `${directory}/v00.00.00000/services/apigee.yaml`);
      const { servers } = await read(`src/${service.$ref}`);
      assert.deepEqual(servers, [{ url: `${server.url}/x` }]);
    });

    test(`every resource of ${provider} is as StackQL wants it`, async () => {
      const service: Service = await read(`${root}/services/apigee.yaml`);
      const resources = Object.entries(service.components['x-stackQL-resources']);
      assert.ok(resources.length > 10);
      for (const [name, { id, methods, sqlVerbs }] of resources) {
        assert.equal(id, `${provider}.apigee.${name}`);
        assert.deepEqual(Object.keys(sqlVerbs), verbs);
        for (const { $ref } of Object.values(sqlVerbs).flat()) assert.ok(resolve(service, $ref), $ref);
        for (const [method, { operation, response }] of Object.entries(methods)) {
          const { responses } = resolve(service, operation.$ref);
          const { schema } = responses[response.openAPIDocKey].content[response.mediaType];
          const columns = schema.$ref === undefined ? schema : resolve(service, schema.$ref);
          assert.equal(columns.type, 'object', `${method}: columns come from an object`);
          if (method.endsWith('_list')) assert.match(response.objectKey ?? '', /^\$\.\w+$/, `${method}: a row each`);
          const rows = response.objectKey && columns.properties[response.objectKey.slice(2)];
          if (rows) assert.equal(rows.type, 'array');
        }
      }
    });
  }

  test('names of resources, methods and verbs are those of the registry that users know', async () => {
    const service: Service = await read('src/googleapis.com/v00.00.00000/services/apigee.yaml');
    const known = readFileSync(new URL('../fixtures/x/stackql-methods.tsv', import.meta.url), 'utf8');
    const lines = known.trim().split('\n').slice(1);
    assert.ok(lines.length > 80);
    for (const line of lines) {
      const [resource = '', method = '', operation = '', verb = ''] = line.split('\t');
      const own = service.components['x-stackQL-resources'][resource];
      const ref = own?.methods[method]?.operation.$ref;
      assert.equal(ref?.replace('#/paths/', '').replaceAll('~1', '/'), operation, `${resource}.${method}`);
      const used = verbs.filter((each) => own?.sqlVerbs[each]?.some(({ $ref }) => $ref.endsWith(`/${method}`)));
      assert.deepEqual(used, verb === '' ? [] : [verb], `${resource}.${method}`);
    }
  });

  test('developers have their seven methods under either name, the narrower select first', async () => {
    const service: Service = await read('src/claviger/v00.00.00000/services/apigee.yaml');
    const { developers, organizations_developers: alias } = service.components['x-stackQL-resources'];
    const names = ['attributes', 'create', 'delete', 'get', 'list', 'set_developer_status', 'update'];
    for (const resource of [developers, alias]) {
      assert.deepEqual(
        Object.keys(resource?.methods ?? {}).sort(),
        names.map((name) => `organizations_developers_${name}`),
      );
      assert.deepEqual(
        resource?.sqlVerbs['select']?.map(({ $ref }) => $ref.split('/').at(-1)),
        ['organizations_developers_get', 'organizations_developers_list'],
      );
    }
  });

  test('what is selected is there: the path of the list, called as StackQL does, answers the rows', async () => {
    const service: Service = await read('src/claviger/v00.00.00000/services/apigee.yaml');
    await server.makeOrganization('acme', 'x');
    const list = service.components['x-stackQL-resources']['developers']?.methods['organizations_developers_list'];
    const path = list?.operation.$ref
      .replace('#/paths/', '')
      .replace(/\/get$/, '')
      .replaceAll('~1', '/');
    const url = `${service.servers[0]?.url}${path?.replace('{organizationsId}', 'acme')}`;
    const ann = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Lee', userName: 'ann' };
    const headers = { authorization: server.adminAuth, 'content-type': 'application/json' };
    await fetch(url, { method: 'POST', headers, body: JSON.stringify(ann) });
    const answer: Node = await (await fetch(`${url}?expand=true`, { headers })).json();
    assert.equal(answer[list?.response.objectKey?.slice(2) ?? ''][0].firstName, 'Ann');
  });

  test('a release is told of, and is an archive that tar reads', async () => {
    const { providers } = await read('dist/providers.yaml');
    assert.deepEqual(Object.keys(providers), ['google', 'claviger']);
    const [version] = providers.google.versions;
    const response = await fetch(`${server.url}/stackql/dist/google/${version}.tgz`);
    assert.equal(response.headers.get('content-type'), 'application/gzip');
    const bytes = await response.bytes();
    const told = execFileSync('tar', ['-tz'], { input: bytes, encoding: 'utf8' });
    assert.deepEqual(told.trim().split('\n'), [`${version}/provider.yaml`, `${version}/services/apigee.yaml`]);
    const [provider] = await parseTarGzip(bytes);
    const { $ref } = JSON.parse(provider?.text ?? '').providerServices.apigee.service;
    assert.equal($ref, `googleapis.com/${version}/services/apigee.yaml`);
    assert.ok((await fetch(`${server.url}/stackql/src/${$ref}`)).ok);
  });

  test('what it does not have is told, whatever is asked for', async () => {
    for (const path of [
      'src/none',
      'src/../../etc/passwd',
      'src/%2e%2e/x',
      'dist/google/v1.tgz',
      'dist/a/b',
      'src/__proto__',
    ]) {
      const response = await fetch(`${server.url}/stackql/${path}`);
      assert.equal(response.status, 404, path);
    }
  });
});
