import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';

interface Method {
  readonly id: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly flatPath: string;
  readonly parameterOrder: readonly string[];
  readonly parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly request?: { readonly $ref: string };
  readonly response: { readonly $ref: string };
}

interface Resource {
  readonly methods?: Readonly<Record<string, Method>>;
  readonly resources?: Readonly<Record<string, Resource>>;
}

/** The four resources that are served whole, as Google's discovery document has them. */
const whole = /^apigee\.organizations\.(developers|apps|apiproducts|appgroups)\./;
const extract = new URL('../../fixtures/x/discovery-extract.json', import.meta.url);
const { methods } = JSON.parse(readFileSync(extract, 'utf8')) as { methods: Readonly<Record<string, Method>> };
const wanted = Object.values(methods).filter(({ id }) => whole.test(id));

function listMethods({ methods: own = {}, resources = {} }: Resource): Method[] {
  return [...Object.values(own), ...Object.values(resources).flatMap(listMethods)];
}

/** What a client builds a call from; words, and which scope there is, are not part of it. */
function contractOf({ id, httpMethod, path, flatPath, parameterOrder, parameters, request, response }: Method): object {
  const shown = Object.entries(parameters).map(([name, { description: _, enumDescriptions: __, ...rest }]) => [
    name,
    rest,
  ]);
  return {
    id,
    httpMethod,
    path,
    flatPath,
    parameterOrder,
    parameters: Object.fromEntries(shown),
    request: request?.$ref,
    response: response.$ref,
  };
}

/** compat/x.md §1.2-1.7: what a client finds in Google's document it finds in ours, and behind it. */
describeOnEveryStore('the methods of developers, apps, products and app groups', (server) => {
  const organization = 'x-methods';
  let listed: ReadonlyMap<string, Method>;

  before(async () => {
    await server().makeOrganization(organization, 'x');
    const answer = await server().request('GET', '/$discovery/rest?version=v1');
    listed = new Map(listMethods(answer.json<Resource>()).map((method) => [method.id, method]));
  });

  it('are 82, in our discovery document just as in Google’s', () => {
    assert.equal(wanted.length, 82);
    assert.deepEqual(
      wanted.filter(({ id }) => !listed.has(id)).map(({ id }) => id),
      [],
      'not listed',
    );
    const ours = [...listed.values()].filter(({ id }) => whole.test(id));
    assert.deepEqual(ours.map(({ id }) => id).toSorted(), wanted.map(({ id }) => id).toSorted());
    for (const method of ours) assert.deepEqual(contractOf(method), contractOf(methods[method.id] ?? method));
  });

  for (const { id, httpMethod, flatPath, request } of wanted) {
    it(`answer: ${id}`, async () => {
      const path = flatPath.replace('{organizationsId}', organization).replace(/\{[^{}]+\}/g, 'nobody');
      const answer = await server().request(httpMethod, `/x/${path}`, request === undefined ? {} : { json: {} });
      // A path without a method is Google's page, a method that the path lacks is 405; all else is an answer of its own.
      assert.match(answer.headers.get('content-type') ?? 'application/json', /^application\/json/, answer.text);
      assert.notEqual(answer.status, 405, answer.text);
      assert.doesNotMatch(answer.text, /rest\.interceptor\.resource_not_found/);
    });
  }

  it('are told from paths that have none', async () => {
    for (const path of ['developers/a@b.c/balances', 'developers/a@b.c/balance:debit', 'subscriptions']) {
      const answer = await server().request('GET', `/x/v1/organizations/${organization}/${path}`);
      assert.deepEqual([answer.status, answer.headers.get('content-type')?.split(';')[0]], [404, 'text/html'], path);
    }
  });
});
