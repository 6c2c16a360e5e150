import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Problem, type ProblemCode, type ProblemFacts } from '../../../src/domain/problem.ts';
import { encodeXError, type XError, xInternalError } from '../../../src/surfaces/x/error.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../src/surfaces/x/json.ts';
import { encodeNotFoundPage } from '../../../src/surfaces/x/not-found-page.ts';
import { answerXProblem, xProblem } from '../../../src/surfaces/x/problem.ts';
import { decodeMessage } from '../../../src/surfaces/x/proto-json.ts';
import { developerMessage } from '../../../src/surfaces/x/schema/developer.ts';

const examples: ProblemFacts = {
  'request.malformed': { reason: 'the body has to be a JSON object' },
  'request.invalid': { field: 'attributes[1].name', reason: 'is longer than 1024 characters' },
  'request.missing': { field: 'userName' },
  'request.unknown-fields': { fields: ['updateTime', 'attributes[0].id', 'attributes[1]["odd.name"]'] },
  'request.too-large': { limitBytes: 1024 },
  'request.unsupported-media-type': { mediaType: 'text/plain' },
  'request.method-not-allowed': { method: 'PATCH', allowed: ['GET', 'PUT'] },
  'request.unknown-action': { action: 'asleep', allowed: ['active', 'inactive'] },
  'route.not-found': { method: 'GET', path: '/v1/nothing' },
  'auth.missing': {},
  'auth.wrong-credentials': {},
  'auth.throttled': { retryAfterSeconds: 2.5 },
  'auth.no-organization': { organization: 'myorg' },
  'auth.forbidden': { account: 'ann@example.com', permission: 'put', path: '/developers' },
  'organization.not-found': { organization: 'myorg' },
  'organization.exists': { organization: 'myorg' },
  'environment.not-found': { environment: 'test', organization: 'myorg' },
  'environment.exists': { environment: 'test', organization: 'myorg' },
  'developer.not-found': { developer: 'ann@example.com', organization: 'myorg' },
  'developer.exists': { email: 'ann@example.com', organization: 'myorg' },
  'developer.email-mismatch': { path: 'ann@example.com', body: 'bea@example.com' },
  'attribute.not-found': { attribute: 'tier', owner: 'ann@example.com' },
  'attribute.too-many': { limit: 18 },
  'app.not-found': { app: 'a', owner: 'd@e.f' },
  'app.exists': { app: 'a', owner: 'd@e.f' },
  'app.invalid-name': { app: '?' },
  'app.products-required': {},
  'app.too-many-credentials': { limit: 100 },
  'credential.not-found': {},
  'credential.exists': {},
  'credential.rotated': {},
  'credential.not-rotatable': { standing: 'expired' },
  'credential.invalid-scopes': { offered: ['READ', 'WRITE'] },
  'credential.product-missing': { product: 'p' },
  'api-product.unknown': { product: 'p', organization: 'org' },
  'api-product.not-found': { product: 'p', organization: 'org' },
  'api-product.exists': { product: 'p', organization: 'org' },
  'api-product.invalid-name': { product: '?' },
  'api-product.invalid-display-name': { displayName: '?' },
  'api-product.in-use': { product: 'p' },
  'company.not-found': { company: 'c', organization: 'org' },
  'company.exists': { company: 'c', organization: 'org' },
  'company.invalid-name': { company: '?' },
  'company.inactive': { company: 'c' },
  'company-member.not-found': { company: 'c', developer: 'd@e.f' },
  'rate-plan.not-found': { ratePlan: 'r' },
  'subscription.not-found': { subscription: 's' },
  'subscription.expired': { subscription: 's' },
  'subscription.no-rate-plan': { product: 'p' },
  'balance.transaction-exists': { transactionId: 't' },
  'account.not-found': { account: 'ann@example.com' },
  'account.exists': { account: 'ann@example.com' },
  'account.last-sysadmin': { account: 'ann@example.com' },
  'account-token.not-found': { token: 'b3c0' },
  'runtime-credential.not-found': { credential: 'b3c0' },
  'role.not-found': { role: 'editor', organization: 'myorg' },
  'role.exists': { role: 'editor', organization: 'myorg' },
  'role.built-in': { role: 'orgadmin' },
  'role.in-use': { role: 'editor' },
  'role-member.not-found': { role: 'editor', account: 'ann@example.com' },
  'permission.not-found': { role: 'editor', path: '/developers' },
  'feed.busy': { retryAfterSeconds: 1 },
  'feed.crowded': { retryAfterSeconds: 1 },
  'feed.superseded': {},
  'entity.changed': { noun: 'developer' },
  'store.unavailable': { retryAfterSeconds: 0 },
};

function answer<C extends ProblemCode>(code: C): XError {
  return answerXProblem(new Problem<ProblemCode>(code, examples[code]));
}

function bodyOf(code: ProblemCode): JsonObject {
  const { error } = encodeXError(answer(code), '18280987281239287153');
  assert.ok(isJsonObject(error));
  return error;
}

/** What the PHP client reads as the code of an error: `error.details[0].violations[0].type`, else `error.code`. */
function codeAsPhpReadsIt(error: JsonObject): Json | undefined {
  const details = error['details'];
  const first: Json | undefined = Array.isArray(details) ? details[0] : undefined;
  const violations = isJsonObject(first) ? first['violations'] : undefined;
  const violation: Json | undefined = Array.isArray(violations) ? violations[0] : undefined;
  return isJsonObject(violation) ? violation['type'] : error['code'];
}

/** HTTP statuses that go with each google.rpc.Code, here: the mapping of google.rpc, and what only HTTP can say. */
const httpStatuses: Readonly<Record<string, readonly number[]>> = {
  ABORTED: [409],
  FAILED_PRECONDITION: [400],
  INVALID_ARGUMENT: [400, 405, 413, 415],
  NOT_FOUND: [404],
  PERMISSION_DENIED: [403],
  RESOURCE_EXHAUSTED: [429],
  UNAUTHENTICATED: [401],
  UNAVAILABLE: [503],
};

describe('every problem', () => {
  test('has an example here', () => {
    assert.deepEqual(Object.keys(examples).sort(), Object.keys(xProblem).sort());
  });

  for (const code of Object.keys(xProblem) as ProblemCode[]) {
    test(`${code} is a google.rpc.Status with the code that clients compare`, () => {
      const { httpStatus, rpcStatus, type, message } = answer(code);
      assert.ok(httpStatuses[rpcStatus]?.includes(httpStatus), `${rpcStatus} ${httpStatus}`);
      assert.doesNotMatch(message, /undefined|\[object|NaN/);
      const error = bodyOf(code);
      assert.deepEqual(Object.keys(error), ['code', 'message', 'status', 'details']);
      assert.equal(codeAsPhpReadsIt(error), httpStatus === 401 ? 401 : type);
      const details = error['details'];
      assert.ok(Array.isArray(details));
      assert.deepEqual(details.at(-1), {
        '@type': 'type.googleapis.com/google.rpc.RequestInfo',
        requestId: '18280987281239287153',
      });
    });
  }
});

describe('a refusal', () => {
  test('of an unknown developer has the members of the recorded one, in their order', () => {
    assert.deepEqual(encodeXError(answer('developer.not-found'), '7'), {
      error: {
        code: 404,
        message: 'DeveloperId ann@example.com does not exist in organization myorg',
        status: 'NOT_FOUND',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.PreconditionFailure',
            violations: [
              {
                type: 'developer.service.DeveloperDoesNotExist',
                subject: 'organizations/myorg/developers/ann@example.com',
                description: 'DeveloperId ann@example.com does not exist in organization myorg',
              },
            ],
          },
          { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId: '7' },
        ],
      },
    });
  });

  test('of a taken e-mail is ABORTED, of another e-mail a name mismatch', () => {
    const exists = answer('developer.exists');
    assert.deepEqual(
      [exists.httpStatus, exists.rpcStatus, exists.type],
      [409, 'ABORTED', 'developer.service.DeveloperAlreadyExists'],
    );
    const mismatch = answer('developer.email-mismatch');
    assert.deepEqual(
      [mismatch.httpStatus, mismatch.rpcStatus, mismatch.type],
      [400, 'INVALID_ARGUMENT', 'rest.interceptor.name_mismatch'],
    );
  });

  test('of a taken key is the recorded one', () => {
    const { httpStatus, rpcStatus, type, message } = answer('credential.exists');
    assert.deepEqual(
      [httpStatus, rpcStatus, type, message],
      [409, 'ABORTED', 'keymanagement.service.ConsumerKeyAlreadyExists', 'ConsumerKey already exists'],
    );
  });

  test('of an unknown product is 404 at its own path, and 400 in a body', () => {
    assert.equal(answer('api-product.not-found').httpStatus, 404);
    const unknown = answer('api-product.unknown');
    assert.deepEqual([unknown.httpStatus, unknown.type], [400, 'cps.kms.ApiProductDoesNotExist']);
    assert.match(unknown.message, /^API Product \[p\] does not exist for {2}tenant \[org\] and id \[null\]$/);
  });

  test('of unknown members has a sentence for each, and each as a field violation', () => {
    const error = bodyOf('request.unknown-fields');
    assert.equal(
      error['message'],
      'Invalid JSON payload received. Unknown name "updateTime": Cannot find field.\n' +
        'Invalid JSON payload received. Unknown name "id" at \'attributes[0]\': Cannot find field.\n' +
        'Invalid JSON payload received. Unknown name "odd.name" at \'attributes[1]\': Cannot find field.',
    );
    assert.ok(Array.isArray(error['details']));
    assert.deepEqual(error['details'][1], {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [
        { description: 'Invalid JSON payload received. Unknown name "updateTime": Cannot find field.' },
        {
          field: 'attributes[0]',
          description: 'Invalid JSON payload received. Unknown name "id" at \'attributes[0]\': Cannot find field.',
        },
        {
          field: 'attributes[1]',
          description:
            'Invalid JSON payload received. Unknown name "odd.name" at \'attributes[1]\': Cannot find field.',
        },
      ],
    });
  });

  test('gives back the name of an unknown member as it was sent, however odd', () => {
    for (const name of ['a.b', 'a["b"]', '"', '\\', '[0]', '', '__proto__', 'é', ' ']) {
      const body = JSON.parse(`{"attributes":[{${JSON.stringify(name)}:1}]}`);
      assert.throws(
        () => decodeMessage(developerMessage, body),
        (error) =>
          error instanceof Problem &&
          answerXProblem(error).message ===
            `Invalid JSON payload received. Unknown name "${name}" at 'attributes[0]': Cannot find field.`,
      );
    }
  });

  test('of credentials carries a challenge and ErrorInfo', () => {
    assert.deepEqual(answer('auth.missing').headers, { 'WWW-Authenticate': 'Bearer realm="claviger"' });
    assert.match(answer('auth.wrong-credentials').headers?.['WWW-Authenticate'] ?? '', /error="invalid_token"$/);
    const details = bodyOf('auth.missing')['details'];
    assert.ok(Array.isArray(details));
    assert.deepEqual(details[0], {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'CREDENTIALS_MISSING',
      domain: 'googleapis.com',
    });
  });

  test('of an organization does not say whether it exists', () => {
    assert.equal(
      answer('auth.no-organization').message,
      'Permission denied on resource "organizations/myorg" (or it may not exist)',
    );
  });

  test('that will pass says when, in whole seconds and at least one', () => {
    assert.equal(answer('auth.throttled').headers?.['Retry-After'], '3');
    assert.equal(answer('store.unavailable').headers?.['Retry-After'], '1');
    assert.equal(answer('request.method-not-allowed').headers?.['Allow'], 'GET, PUT');
  });

  test('that is a bug of ours tells nothing of it', () => {
    assert.equal(xInternalError.httpStatus, 500);
    assert.equal(xInternalError.message, 'Internal error encountered.');
  });
});

describe('the page for a path that nothing serves', () => {
  test('shows the path and runs none of it', () => {
    const page = encodeNotFoundPage('/v1/<script>alert("1")</script>&\'');
    assert.match(page, /<title>Error 404 \(Not Found\)!!1<\/title>/);
    assert.match(page, /\/v1\/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;&amp;&#39;/);
    assert.doesNotMatch(page, /<script/);
  });

  test('stays small for an endless path', () => {
    assert.ok(encodeNotFoundPage(`/${'<'.repeat(100_000)}`).length < 2000);
  });
});
