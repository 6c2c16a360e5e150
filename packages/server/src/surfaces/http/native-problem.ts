import { STATUS_CODES } from 'node:http';
import type { Problem, ProblemTable } from '../../domain/problem.ts';
import { answerProblem } from '../../domain/problem.ts';
import type { Answer } from './answer.ts';

/** What the native API says of a problem; the code itself goes with it. */
export interface NativeError {
  readonly status: number;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Parameter or member that is to blame. */
  readonly field?: string;
}

function error(status: number, detail: string): NativeError {
  return { status, detail };
}

function blame(field: string, detail: string): NativeError {
  return { status: 400, detail, field };
}

function challenge(detail: string): NativeError {
  return { status: 401, detail, headers: { 'WWW-Authenticate': 'Basic realm="Claviger"' } };
}

function retryLater(status: number, detail: string, seconds: number): NativeError {
  return { status, detail, headers: { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) } };
}

/** The native API's answer to every problem. */
export const nativeProblem: ProblemTable<NativeError> = {
  'request.malformed': ({ reason }) => error(400, `The request can not be read: ${reason}.`),
  'request.invalid': ({ field, reason }) => blame(field, `${field} ${reason}.`),
  'request.missing': ({ field }) => blame(field, `${field} is required.`),
  'request.unknown-fields': ({ fields }) => error(400, `Unknown members: ${fields.join(', ')}.`),
  'request.too-large': ({ limitBytes }) => error(413, `The body is larger than ${limitBytes} bytes.`),
  'request.unsupported-media-type': ({ mediaType }) => error(415, `The media type "${mediaType}" is not taken here.`),
  'request.method-not-allowed': ({ method, allowed }) => ({
    ...error(405, `${method} is not allowed here.`),
    headers: { Allow: allowed.join(', ') },
  }),
  'request.unknown-action': ({ action, allowed }) =>
    error(400, `The action ${action} is not one of ${allowed.join(', ')}.`),
  // Without the path: it may hold a key (G9).
  'route.not-found': ({ method }) => error(404, `There is nothing here for this ${method}.`),
  'auth.missing': () => challenge('Credentials are required.'),
  'auth.wrong-credentials': () => challenge('The credentials are wrong, or have expired.'),
  'auth.throttled': ({ retryAfterSeconds }) =>
    retryLater(429, 'Too many attempts with wrong credentials: try again later.', retryAfterSeconds),
  'auth.no-organization': ({ organization }) =>
    error(403, `Organization ${organization} does not exist, or you have no role in it.`),
  'auth.forbidden': ({ account, permission, path }) =>
    error(403, `${account} lacks the permission ${permission} on ${path}.`),
  'organization.not-found': ({ organization }) => error(404, `Organization ${organization} does not exist.`),
  'organization.exists': ({ organization }) => error(409, `Organization ${organization} exists already.`),
  'environment.not-found': ({ environment, organization }) =>
    error(404, `Environment ${environment} does not exist in organization ${organization}.`),
  'environment.exists': ({ environment, organization }) =>
    error(409, `Environment ${environment} exists already in organization ${organization}.`),
  'developer.not-found': ({ developer, organization }) =>
    error(404, `Developer ${developer} does not exist in organization ${organization}.`),
  'developer.exists': ({ email, organization }) =>
    error(409, `Developer ${email} exists already in organization ${organization}.`),
  'developer.email-mismatch': ({ path, body }) => error(400, `The path names developer ${path}, the body ${body}.`),
  'attribute.not-found': ({ attribute, owner }) => error(404, `${owner} has no attribute ${attribute}.`),
  'attribute.too-many': ({ limit }) => error(400, `More than ${limit} attributes are not allowed.`),
  'app.not-found': ({ app, owner }) => error(404, `${owner} has no app ${app}.`),
  'app.exists': ({ app, owner }) => error(409, `${owner} has an app ${app} already.`),
  'app.invalid-name': ({ app }) => blame('name', `"${app}" can not be the name of an app.`),
  'app.products-required': () => blame('apiProducts', 'The organization wants every app to name an API product.'),
  'app.too-many-credentials': ({ limit }) => error(409, `An app has at most ${limit} credentials.`),
  'credential.not-found': () => error(404, 'The app has no such consumer key.'),
  'credential.exists': () => error(409, 'A live credential of the organization has this consumer key.'),
  'credential.rotated': () => error(409, 'Another key took the place of this one already.'),
  'credential.not-rotatable': ({ standing }) => error(409, `The key is ${standing}, and can not be rotated.`),
  'credential.invalid-scopes': ({ offered }) =>
    blame('scopes', `The products of the key offer the scopes [${offered.join(', ')}] only.`),
  'credential.product-missing': ({ product }) => error(404, `API product ${product} is not on the key.`),
  'api-product.unknown': ({ product, organization }) =>
    blame('apiProducts', `API product ${product} does not exist in organization ${organization}.`),
  'api-product.not-found': ({ product, organization }) =>
    error(404, `API product ${product} does not exist in organization ${organization}.`),
  'api-product.exists': ({ product, organization }) =>
    error(409, `API product ${product} exists already in organization ${organization}.`),
  'api-product.invalid-name': ({ product }) => blame('name', `"${product}" can not be the name of an API product.`),
  'api-product.invalid-display-name': ({ displayName }) =>
    blame('displayName', `"${displayName}" can not be the display name of an API product.`),
  'api-product.in-use': ({ product }) => error(409, `API product ${product} is on keys and can not be deleted.`),
  'company.not-found': ({ company, organization }) =>
    error(404, `Company ${company} does not exist in organization ${organization}.`),
  'company.exists': ({ company, organization }) =>
    error(409, `Company ${company} exists already in organization ${organization}.`),
  'company.invalid-name': ({ company }) => blame('name', `"${company}" can not be the name of a company.`),
  'company.inactive': ({ company }) => error(403, `Company ${company} is inactive.`),
  'company-member.not-found': ({ company, developer }) =>
    error(404, `Developer ${developer} is no member of company ${company}.`),
  'rate-plan.not-found': ({ ratePlan }) => error(404, `Rate plan ${ratePlan} does not exist.`),
  'subscription.not-found': ({ subscription }) => error(404, `Subscription ${subscription} does not exist.`),
  'subscription.expired': ({ subscription }) => error(409, `Subscription ${subscription} has expired already.`),
  'subscription.no-rate-plan': ({ product }) =>
    error(409, `API product ${product} has no rate plan that is published and not over.`),
  'balance.transaction-exists': ({ transactionId }) =>
    error(409, `A credit with transactionId ${transactionId} was made with another amount.`),
  'account.not-found': ({ account }) => error(404, `Account ${account} does not exist.`),
  'account.exists': ({ account }) => error(409, `Account ${account} exists already.`),
  'account.last-sysadmin': ({ account }) => error(409, `Account ${account} is the last active sysadmin.`),
  // Without what was named: it may be the token itself (G9).
  'account-token.not-found': () => error(404, 'The account has no such token.'),
  'role.not-found': ({ role, organization }) =>
    error(404, `Role ${role} does not exist in organization ${organization}.`),
  'role.exists': ({ role, organization }) => error(409, `Role ${role} exists already in organization ${organization}.`),
  'role.built-in': ({ role }) => error(400, `Role ${role} is built in and can not be changed.`),
  'role.in-use': ({ role }) => error(409, `Role ${role} is held by accounts and can not be deleted.`),
  'role-member.not-found': ({ role, account }) => error(404, `Account ${account} does not hold role ${role}.`),
  'permission.not-found': ({ role, path }) => error(404, `Role ${role} has no permission on ${path}.`),
  // Without what was named: it may be the credential itself (G9).
  'runtime-credential.not-found': () => error(404, 'The organization has no such runtime credential.'),
  'feed.busy': ({ retryAfterSeconds }) =>
    retryLater(503, 'As many verifiers are served as can be at once: try again later.', retryAfterSeconds),
  'feed.crowded': ({ retryAfterSeconds }) =>
    retryLater(429, 'The organization has as many verifiers as it may have.', retryAfterSeconds),
  'feed.superseded': () => error(409, 'A later poll of this verifier came, or it left.'),
  'entity.changed': ({ noun }) => error(412, `The ${noun} is not at the version that If-Match names.`),
  'store.unavailable': ({ retryAfterSeconds }) =>
    retryLater(503, 'The store can not answer at the moment: try again later.', retryAfterSeconds),
};

const mediaType = 'application/problem+json';

/** An error as RFC 9457 has it, with our code. */
export function encodeNativeProblem(problem: Problem): Answer {
  const { status, detail, field, headers } = answerProblem(nativeProblem, problem);
  const { code } = problem;
  const body = { type: `urn:claviger:problem:${code}`, title: STATUS_CODES[status], status, detail, code, field };
  return { status, contentType: mediaType, headers, body: JSON.stringify(body) };
}

/** The sentence alone, for a problem that is told within an answer. */
export function describeNativeProblem(problem: Problem): string {
  return answerProblem(nativeProblem, problem).detail;
}

/** A bug: one fixed sentence. */
export const nativeBug: Answer = {
  status: 500,
  contentType: mediaType,
  body: JSON.stringify({
    type: 'urn:claviger:problem:internal',
    title: STATUS_CODES[500],
    status: 500,
    detail: 'Something went wrong here; the log of the server has it.',
    code: 'internal',
  }),
};
