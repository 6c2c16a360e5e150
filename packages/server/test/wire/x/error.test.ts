import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, it } from 'node:test';
import { describeOnEveryStore, type GetServer } from '../../support/every-store.ts';
import type { TestResponse } from '../../support/server.ts';

const base = '/v1/organizations/x-errors';
const ann = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other', userName: 'ann' };

interface XErrorBody {
  readonly error: {
    readonly code: number;
    readonly message: string;
    readonly status: string;
    readonly details: readonly Readonly<Record<string, unknown>>[];
  };
}

/** What PHP and Drupal read: `details[0].violations[0].type` (compat/x.md §1.0). */
function edgeCodeOf(answer: TestResponse): unknown {
  const { error } = answer.json<XErrorBody>();
  assert.equal(error.code, answer.status);
  const violations = error.details[0]?.['violations'] as { readonly type?: unknown }[] | undefined;
  return violations?.[0]?.type;
}

function refusal(answer: TestResponse): readonly unknown[] {
  return [answer.status, answer.json<XErrorBody>().error.status, edgeCodeOf(answer)];
}

describeOnEveryStore('X errors of developers', (server) => {
  before(async () => {
    await server().makeOrganization('x-errors', 'x');
    const made = await server().request('POST', `${base}/developers`, { json: ann });
    assert.equal(made.status, 200, made.text);
  });
  testBodies(server);
  testNames(server);
  testMissing(server);
  testValues(server);
  testPaths(server);
});

function testBodies(server: GetServer): void {
  it('refuses members it does not know, one sentence each', async () => {
    const json = { ...ann, name: 'x', updateTime: 'y', attributes: [{ name: 'a', valeu: 'b' }] };
    const answer = await server().request('POST', `${base}/developers`, { json });
    assert.deepEqual(refusal(answer), [400, 'INVALID_ARGUMENT', 'rest.interceptor.unknown_fields']);
    assert.deepEqual(answer.json<XErrorBody>().error.message.split('\n').sort(), [
      'Invalid JSON payload received. Unknown name "name": Cannot find field.',
      'Invalid JSON payload received. Unknown name "updateTime": Cannot find field.',
      'Invalid JSON payload received. Unknown name "valeu" at \'attributes[0]\': Cannot find field.',
    ]);
  });

  for (const field of ['email', 'firstName', 'lastName', 'userName']) {
    it(`wants ${field}`, async () => {
      for (const [method, path, email] of [
        ['POST', '/developers', 'new@example.com'],
        ['PUT', '/developers/ann@example.com', ann.email],
      ] as const) {
        const json = { ...ann, email, [field]: undefined };
        const answer = await server().request(method, `${base}${path}`, { json });
        assert.deepEqual(refusal(answer), [400, 'INVALID_ARGUMENT', 'rest.interceptor.missing_value'], method);
        assert.equal(answer.json<XErrorBody>().error.message, `Missing value at '${field}'.`);
      }
    });
  }
}

function testNames(server: GetServer): void {
  it('refuses capitals in the e-mail of a body and finds them in a path', async () => {
    const json = { ...ann, email: 'Zoe@example.com' };
    const refused = await server().request('POST', `${base}/developers`, { json });
    assert.deepEqual(refusal(refused), [400, 'INVALID_ARGUMENT', 'rest.interceptor.invalid_value']);
    const found = await server().request('GET', `${base}/developers/ANN@example.com`);
    assert.equal(found.json<{ email: string }>().email, 'ann@example.com');
  });

  it('refuses a rename and an update by id', async () => {
    const { developerId } = (await server().request('GET', `${base}/developers/ann@example.com`)).json<{
      developerId: string;
    }>();
    const byOther = { json: { ...ann, email: 'other@example.com' } };
    const renamed = await server().request('PUT', `${base}/developers/ann@example.com`, byOther);
    const byId = await server().request('PUT', `${base}/developers/${developerId}`, { json: ann });
    for (const answer of [renamed, byId]) {
      assert.deepEqual(refusal(answer), [400, 'INVALID_ARGUMENT', 'rest.interceptor.name_mismatch']);
    }
    assert.equal((await server().request('GET', `${base}/developers/${developerId}`)).status, 200);
    assert.equal((await server().request('GET', `${base}/developers/other@example.com`)).status, 404);
  });

  it('answers a taken e-mail with ABORTED, also in other letters', async () => {
    const answer = await server().request('POST', `${base}/developers`, { json: ann });
    assert.deepEqual(refusal(answer), [409, 'ABORTED', 'developer.service.DeveloperAlreadyExists']);
  });
}

function testMissing(server: GetServer): void {
  it('tells of a missing developer in every call on one', async () => {
    const calls = [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '?action=active'],
      ['GET', '/attributes'],
      ['GET', '/attributes/tier'],
      ['DELETE', '/attributes/tier'],
    ] as const;
    for (const [method, below] of calls) {
      const answer = await server().request(method, `${base}/developers/nobody@example.com${below}`);
      assert.deepEqual(refusal(answer), [404, 'NOT_FOUND', 'developer.service.DeveloperDoesNotExist'], below);
    }
    const startKey = await server().request('GET', `${base}/developers?startKey=nobody@example.com`);
    assert.deepEqual(refusal(startKey), [404, 'NOT_FOUND', 'developer.service.DeveloperDoesNotExist']);
  });

  it('tells of a missing attribute', async () => {
    for (const method of ['GET', 'DELETE']) {
      const answer = await server().request(method, `${base}/developers/ann@example.com/attributes/no%20such`);
      assert.deepEqual(refusal(answer), [404, 'NOT_FOUND', 'organizations.keymanagement.AttributeDoesntExist']);
    }
  });
}

function testValues(server: GetServer): void {
  it('takes a status only by an action that it knows, and no update by POST', async () => {
    const path = `${base}/developers/ann@example.com`;
    const none = await server().request('POST', path, { json: ann });
    const wrong = await server().request('POST', `${path}?action=approve`);
    assert.deepEqual(refusal(none), [400, 'INVALID_ARGUMENT', 'rest.interceptor.missing_value']);
    assert.deepEqual(refusal(wrong), [400, 'INVALID_ARGUMENT', 'rest.interceptor.invalid_action']);
  });

  it('takes 18 attributes and no more', async () => {
    const attributes = Array.from({ length: 19 }, (_, at) => ({ name: `a${at}`, value: 'v' }));
    const path = `${base}/developers/ann@example.com`;
    const many = await server().request('POST', `${path}/attributes`, { json: { attribute: attributes.slice(1) } });
    assert.equal(many.status, 200, many.text);
    for (const answer of [
      await server().request('POST', `${path}/attributes`, { json: { attribute: attributes } }),
      await server().request('POST', `${path}/attributes/a0`, { json: { value: 'v' } }),
      await server().request('PUT', path, { json: { ...ann, attributes } }),
    ]) {
      assert.deepEqual(refusal(answer), [400, 'INVALID_ARGUMENT', 'organizations.keymanagement.TooManyAttributes']);
    }
  });

  it('refuses a page size of 0 or over the limit, and a wrong alt, fields or prettyPrint', async () => {
    for (const query of [
      'count=0',
      'count=1001',
      'count=x',
      'alt=proto',
      'fields=nothing',
      'fields=developer(',
      'prettyPrint=maybe',
    ]) {
      const answer = await server().request('GET', `${base}/developers?${query}`);
      assert.deepEqual([answer.status, answer.json<XErrorBody>().error.status], [400, 'INVALID_ARGUMENT'], query);
    }
  });
}

function testPaths(server: GetServer): void {
  it('answers a path that nobody serves with a page', async () => {
    for (const path of [`${base}/developers/ann@example.com/nothing`, '/x/v1/nothing']) {
      const answer = await server().request('GET', path);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.headers.get('content-type'), 'text/html; charset=UTF-8');
      assert.match(answer.text, /<title>Error 404 \(Not Found\)!!1<\/title>/);
    }
  });

  it('does not take an unknown verb for the organization before it', async () => {
    const answer = await server().request('GET', `${base}:undelete`);
    assert.deepEqual(refusal(answer), [404, 'NOT_FOUND', 'messaging.config.beans.OrganizationDoesNotExist']);
  });

  it('leaves everything as it was where a parameter of the answer is wrong', async () => {
    const answer = await server().request('DELETE', `${base}/developers/ann@example.com?fields=nothing`);
    assert.equal(answer.status, 400);
    assert.equal((await server().request('GET', `${base}/developers/ann@example.com`)).status, 200);
  });
}

interface Recorded {
  readonly source: string;
  readonly body: { readonly error: XErrorBody['error'] };
}

const recorded = (
  JSON.parse(readFileSync(new URL('../../fixtures/x/recorded-errors.json', import.meta.url), 'utf8')) as {
    readonly errors: readonly Recorded[];
  }
).errors;

function findRecorded(part: string): Recorded['body'] {
  const found = recorded.find(({ source }) => source.includes(part));
  assert.ok(found, part);
  return found.body;
}

/** Every member that was recorded is there, of the same type; what clients compare is the same. */
function assertShape(actual: unknown, expected: unknown, place = 'body'): void {
  assert.equal(typeof actual, typeof expected, place);
  if (typeof expected !== 'object' || expected === null) return;
  for (const [name, value] of Object.entries(expected)) {
    const member = (actual as Readonly<Record<string, unknown>>)[name];
    assertShape(member, value, `${place}.${name}`);
    if (['code', 'status', '@type'].includes(name)) assert.equal(member, value, `${place}.${name}`);
  }
}

describeOnEveryStore('X errors as they were recorded', (server) => {
  before(async () => {
    await server().makeOrganization('x-errors', 'x');
    await server().request('POST', `${base}/developers`, { json: ann });
  });

  it('a mismatch of names', async () => {
    const path = `${base}/developers/ann@example.com`;
    const answer = await server().request('PUT', path, { json: { ...ann, email: 'abcd@example.com' } });
    const expected = findRecorded('apigee-client-php/issues/153');
    assertShape(answer.json(), expected);
    assert.equal(edgeCodeOf(answer), 'rest.interceptor.name_mismatch');
  });

  it('members that are not known', async () => {
    const json = { ...ann, name: 'x', updateTime: 'y' };
    const answer = await server().request('POST', `${base}/developers`, { json });
    const expected = findRecorded('apigeecli/issues/115');
    assertShape(answer.json(), expected);
    assert.equal(answer.json<XErrorBody>().error.message, expected.error.message);
  });

  it('something that is missing, here a developer', async () => {
    const answer = await server().request('GET', `${base}/developers/nobody@example.com`);
    assertShape(answer.json(), findRecorded('pulumi-google-native/issues/450'));
  });

  it('something that is there already, here a developer', async () => {
    const answer = await server().request('POST', `${base}/developers`, { json: ann });
    assertShape(answer.json(), findRecorded('devrel/issues/764'));
  });
});
