import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { answerProblem, Problem, type ProblemCode, type ProblemFacts } from '../../../src/domain/problem.ts';
import { edgeProblem, encodeEdgeError } from '../../../src/surfaces/edge/problem.ts';
import { errorDocument } from '../../../src/surfaces/edge/shape.ts';
import { decodeXml } from '../../../src/surfaces/edge/xml.ts';

function answerOf<C extends ProblemCode>(code: C, facts: ProblemFacts[C]) {
  return answerProblem(edgeProblem, new Problem(code, facts));
}

/** One of each: the compiler holds the list complete. The status is the one that clients are promised. */
const examples: { readonly [C in ProblemCode]: readonly [ProblemFacts[C], number] } = {
  'request.malformed': [{ reason: 'line 1, column 2: unclosed tag' }, 400],
  'request.invalid': [{ field: 'email', reason: 'is not an e-mail address' }, 400],
  'request.missing': [{ field: 'email' }, 400],
  'request.unknown-fields': [{ fields: ['a', 'b'] }, 400],
  'request.too-large': [{ limitBytes: 1000 }, 413],
  'request.unsupported-media-type': [{ mediaType: 'text/plain' }, 415],
  'request.method-not-allowed': [{ method: 'PATCH', allowed: ['GET', 'POST'] }, 405],
  'request.unknown-action': [{ action: 'x', allowed: ['active', 'inactive'] }, 400],
  'route.not-found': [{ method: 'GET', path: '/v1/o/org/apps/a/keys/SECRETKEY' }, 404],
  'auth.missing': [{}, 401],
  'auth.wrong-credentials': [{}, 401],
  'auth.throttled': [{ retryAfterSeconds: 1.2 }, 429],
  'auth.no-organization': [{ organization: 'org' }, 403],
  'auth.forbidden': [{ account: 'a@b.c', permission: 'put', path: '/developers' }, 403],
  'organization.not-found': [{ organization: 'org' }, 404],
  'organization.exists': [{ organization: 'org' }, 409],
  'environment.not-found': [{ environment: 'test', organization: 'org' }, 404],
  'environment.exists': [{ environment: 'test', organization: 'org' }, 409],
  'developer.not-found': [{ developer: 'd@e.f', organization: 'org' }, 404],
  'developer.exists': [{ email: 'd@e.f', organization: 'org' }, 409],
  'developer.email-mismatch': [{ path: 'd@e.f', body: 'g@e.f' }, 400],
  'attribute.not-found': [{ attribute: 'a', owner: 'd@e.f' }, 404],
  'attribute.too-many': [{ limit: 18 }, 400],
  'app.not-found': [{ app: 'a', owner: 'd@e.f' }, 404],
  'app.exists': [{ app: 'a', owner: 'd@e.f' }, 409],
  'app.invalid-name': [{ app: '?' }, 400],
  'app.products-required': [{}, 400],
  'app.too-many-credentials': [{ limit: 100 }, 400],
  'credential.not-found': [{}, 404],
  'credential.exists': [{}, 409],
  'credential.rotated': [{}, 409],
  'credential.not-rotatable': [{ standing: 'expired' }, 409],
  'credential.invalid-scopes': [{ offered: ['READ', 'WRITE'] }, 400],
  'credential.product-missing': [{ product: 'p' }, 500],
  'api-product.unknown': [{ product: 'p', organization: 'org' }, 404],
  'api-product.not-found': [{ product: 'p', organization: 'org' }, 404],
  'api-product.exists': [{ product: 'p', organization: 'org' }, 409],
  'api-product.invalid-name': [{ product: '?' }, 400],
  'api-product.invalid-display-name': [{ displayName: '?' }, 400],
  'api-product.in-use': [{ product: 'p' }, 500],
  'company.not-found': [{ company: 'c', organization: 'org' }, 404],
  'company.exists': [{ company: 'c', organization: 'org' }, 409],
  'company.invalid-name': [{ company: '?' }, 400],
  'company.inactive': [{ company: 'c' }, 403],
  'company-member.not-found': [{ company: 'c', developer: 'd@e.f' }, 404],
  'rate-plan.not-found': [{ ratePlan: 'r' }, 404],
  'subscription.not-found': [{ subscription: 's' }, 404],
  'subscription.expired': [{ subscription: 's' }, 400],
  'subscription.no-rate-plan': [{ product: 'p' }, 400],
  'balance.transaction-exists': [{ transactionId: 't' }, 409],
  'account.not-found': [{ account: 'a@b.c' }, 404],
  'account.exists': [{ account: 'a@b.c' }, 409],
  'account.last-sysadmin': [{ account: 'a@b.c' }, 409],
  'account-token.not-found': [{ token: 'SECRETKEY' }, 404],
  'runtime-credential.not-found': [{ credential: 'SECRETKEY' }, 404],
  'role.not-found': [{ role: 'r', organization: 'org' }, 404],
  'role.exists': [{ role: 'r', organization: 'org' }, 409],
  'role.built-in': [{ role: 'orgadmin' }, 400],
  'role.in-use': [{ role: 'r' }, 409],
  'role-member.not-found': [{ role: 'r', account: 'a@b.c' }, 404],
  'permission.not-found': [{ role: 'r', path: '/developers' }, 404],
  'feed.busy': [{ retryAfterSeconds: 1 }, 503],
  'feed.crowded': [{ retryAfterSeconds: 1 }, 429],
  'feed.superseded': [{}, 409],
  'entity.changed': [{ noun: 'developer' }, 412],
  'store.unavailable': [{ retryAfterSeconds: 0 }, 503],
};

for (const code of Object.keys(examples) as ProblemCode[]) {
  const [facts, status] = examples[code];
  test(`${code} is answered with ${status}, a code and a sentence without secrets`, () => {
    const error = answerOf(code, facts);
    assert.equal(error.status, status);
    assert.match(error.code, /^[a-z]+(\.[a-z]+)*\.[A-Za-z_]+$/);
    assert.match(error.message, /^\S.*\S$/);
    assert.doesNotMatch(error.message, /SECRETKEY|undefined|\[object/);
  });
}

test('the codes and texts that real clients look for are the real ones', () => {
  const byId = answerOf('developer.not-found', { developer: 'f43ffa3c-e147', organization: 'org' });
  assert.equal(byId.code, 'developer.service.DeveloperIdDoesNotExist');
  assert.equal(byId.message, 'DeveloperId f43ffa3c-e147 does not exist in organization org');
  const byEmail = answerOf('developer.not-found', { developer: 'd@e.f', organization: 'org' });
  assert.equal(byEmail.code, 'developer.service.DeveloperDoesNotExist');
  assert.equal(byEmail.message, 'DeveloperId d@e.f does not exist in organization org');
  const taken = answerOf('developer.exists', { email: 'd@e.f', organization: 'org' });
  assert.equal(taken.code, 'developer.service.DeveloperAlreadyExists');
  const attribute = answerOf('attribute.not-found', { attribute: 'a', owner: 'd@e.f' });
  assert.equal(attribute.code, 'organizations.keymanagement.AttributeDoesntExist');
});

test('the refusals of keys say what clients compare, letter by letter', () => {
  const said: [string, ReturnType<typeof answerOf>][] = [
    ['App named a does not exist under d@e.f', answerOf('app.not-found', { app: 'a', owner: 'd@e.f' })],
    ['App with name a already exists', answerOf('app.exists', { app: 'a', owner: 'd@e.f' })],
    ['Invalid consumer key for Given App', answerOf('credential.not-found', {})],
    ['ConsumerKey already exists', answerOf('credential.exists', {})],
    ['APIProduct is not associated with consumer key', answerOf('credential.product-missing', { product: 'p' })],
    [
      'Invalid scopes. Scopes must be contained in [READ, WRITE]',
      answerOf('credential.invalid-scopes', { offered: ['READ', 'WRITE'] }),
    ],
    [
      'API Product [p] does not exist for  tenant [org] and id [null]',
      answerOf('api-product.unknown', { product: 'p', organization: 'org' }),
    ],
    ['The requested object does not exist.', answerOf('rate-plan.not-found', { ratePlan: 'r' })],
  ];
  for (const [text, error] of said) assert.equal(error.message, text);
});

test('only a product in use, and a product that is not on the key, are a 500', () => {
  const codes = (Object.keys(examples) as ProblemCode[]).filter(
    (code) => answerOf(code, examples[code][0]).status === 500,
  );
  assert.deepEqual(codes.sort(), ['api-product.in-use', 'credential.product-missing']);
});

test('each status that asks for a header brings it', () => {
  assert.deepEqual(answerOf('auth.missing', {}).headers, { 'WWW-Authenticate': 'Basic realm="Claviger"' });
  assert.deepEqual(answerOf('auth.wrong-credentials', {}).headers, { 'WWW-Authenticate': 'Basic realm="Claviger"' });
  assert.deepEqual(answerOf('auth.throttled', { retryAfterSeconds: 1.2 }).headers, { 'Retry-After': '2' });
  assert.deepEqual(answerOf('store.unavailable', { retryAfterSeconds: 0 }).headers, { 'Retry-After': '1' });
  const wrongVerb = answerOf('request.method-not-allowed', { method: 'PATCH', allowed: ['GET', 'PUT'] });
  assert.deepEqual(wrongVerb.headers, { Allow: 'GET, PUT' });
});

test('an error is printed with the bytes of the real Edge', () => {
  const file = 'apiproducts.DELETE.500-apps-associated.response.json';
  const folder = '../../fixtures/edge/apigee-config-maven-plugin-recorded-2017/';
  const body = readFileSync(new URL(`${folder}${file}`, import.meta.url), 'utf8').replace(/\n$/, '');
  assert.equal(encodeEdgeError(answerOf('api-product.in-use', { product: 'p' }), 'json'), body);
});

test('an error in XML says the same, whatever its message holds', () => {
  const error = answerOf('developer.not-found', { developer: '<&>"\'\u0000é', organization: 'org' });
  const text = encodeEdgeError(error, 'xml');
  assert.ok(text.startsWith('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Error>\n    <Code>'));
  assert.deepEqual(decodeXml(text, errorDocument), {
    code: error.code,
    message: error.message.replace('\u0000', '\ufffd'),
    contexts: [],
  });
});
