import type { ProblemTable } from '../../domain/problem.ts';
import { printJackson } from './jackson.ts';
import type { BodyFormat } from './negotiate.ts';
import { errorDocument } from './shape.ts';
import { encodeXml } from './xml.ts';

/** An error as the Edge dialect answers it (compat/edge.md §1.4). */
export interface EdgeError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function answer(status: number, code: string, message: string): EdgeError {
  return { status, code, message };
}

/** RFC 9110 wants a challenge on every 401; Basic is the one that tools know how to answer. */
function challenge(code: string, message: string): EdgeError {
  return { status: 401, code, message, headers: { 'WWW-Authenticate': 'Basic realm="Claviger"' } };
}

function retryLater(error: EdgeError, seconds: number): EdgeError {
  return { ...error, headers: { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) } };
}

/**
 * The Edge dialect's answer to every problem. Codes and texts are the real ones where one was seen (compat/edge.md
 * §13.1): `developer.service.*`, `keymanagement.service.*`, `cps.kms.*`, `mint.*`, `rest.interceptor.name_mismatch`,
 * `organizations.keymanagement.AttributeDoesntExist` and the `messaging.config.beans.*` of environments. The others are
 * ours in the same manner: family, then what is the matter. Statuses as §10 settles them: wrong credentials 401;
 * unknown organization, no role in it or missing permission 403. Two are a 500, because the real one answers so and
 * clients wait for it: a product in use that is to be deleted, and a product that is not on the key.
 */
export const edgeProblem: ProblemTable<EdgeError> = {
  'request.malformed': ({ reason }) =>
    answer(400, 'rest.request.MalformedBody', `The request body can not be read: ${reason}`),
  'request.invalid': ({ field, reason }) => answer(400, 'rest.request.InvalidValue', `${field} ${reason}`),
  'request.missing': ({ field }) => answer(400, 'rest.request.MissingValue', `${field} is required`),
  'request.unknown-fields': ({ fields }) =>
    answer(400, 'rest.request.UnknownFields', `Unknown fields: ${fields.join(', ')}`),
  'request.too-large': ({ limitBytes }) =>
    answer(413, 'rest.request.TooLarge', `The request body is larger than ${limitBytes} bytes`),
  'request.unsupported-media-type': ({ mediaType }) =>
    answer(415, 'rest.request.UnsupportedMediaType', `Content-Type ${mediaType} is not supported here`),
  'request.method-not-allowed': ({ method, allowed }) => ({
    ...answer(405, 'rest.request.MethodNotAllowed', `Method ${method} is not allowed here`),
    headers: { Allow: allowed.join(', ') },
  }),
  'request.unknown-action': ({ action, allowed }) =>
    answer(400, 'rest.request.InvalidAction', `Action ${action} is not one of [${allowed.join(', ')}]`),
  // Without the path: it may hold a consumer key (G9).
  'route.not-found': ({ method }) => answer(404, 'rest.request.ResourceNotFound', `No resource for this ${method}`),
  'auth.missing': () =>
    challenge('security.authentication.CredentialsRequired', 'Credentials are required to call this API'),
  'auth.wrong-credentials': () =>
    challenge('security.authentication.InvalidCredentials', 'The credentials are invalid or have expired'),
  'auth.throttled': ({ retryAfterSeconds }) =>
    retryLater(
      answer(429, 'security.authentication.TooManyAttempts', 'Too many attempts with wrong credentials, try later'),
      retryAfterSeconds,
    ),
  'auth.no-organization': ({ organization }) =>
    answer(
      403,
      'security.authorization.OrganizationAccessDenied',
      `Organization ${organization} does not exist, or you have no role in it`,
    ),
  'auth.forbidden': ({ account, permission, path }) =>
    answer(
      403,
      'security.authorization.PermissionDenied',
      `User ${account} does not have permission ${permission} on ${path}`,
    ),
  'organization.not-found': ({ organization }) =>
    answer(404, 'messaging.config.beans.OrganizationDoesNotExist', `Organization ${organization} does not exist`),
  'organization.exists': ({ organization }) =>
    answer(409, 'messaging.config.beans.OrganizationAlreadyExists', `Organization ${organization} already exists`),
  'environment.not-found': ({ environment, organization }) =>
    answer(
      404,
      'messaging.config.beans.EnvironmentDoesNotExist',
      `Environment ${environment} does not exist in organization ${organization}`,
    ),
  'environment.exists': ({ environment, organization }) =>
    answer(
      409,
      'messaging.config.beans.EnvironmentAlreadyExists',
      `Environment ${environment} already exists in organization ${organization}`,
    ),
  'developer.not-found': ({ developer, organization }) =>
    answer(
      404,
      developer.includes('@') ? 'developer.service.DeveloperDoesNotExist' : 'developer.service.DeveloperIdDoesNotExist',
      `DeveloperId ${developer} does not exist in organization ${organization}`,
    ),
  'developer.exists': ({ email, organization }) =>
    answer(
      409,
      'developer.service.DeveloperAlreadyExists',
      `Developer with email ${email} already exists in organization ${organization}`,
    ),
  'developer.email-mismatch': ({ path, body }) =>
    answer(
      400,
      'rest.interceptor.name_mismatch',
      `Developer ${path} in the URL does not match ${body} in the request body`,
    ),
  'attribute.not-found': ({ attribute, owner }) =>
    answer(
      404,
      'organizations.keymanagement.AttributeDoesntExist',
      `Attribute ${attribute} does not exist for ${owner}`,
    ),
  'attribute.too-many': ({ limit }) =>
    answer(400, 'organizations.keymanagement.AttributeLimitExceeded', `More than ${limit} attributes are not allowed`),
  'app.not-found': ({ app, owner }) =>
    answer(404, 'developer.service.AppDoesNotExist', `App named ${app} does not exist under ${owner}`),
  'app.exists': ({ app }) =>
    answer(409, 'keymanagement.service.app_already_exists', `App with name ${app} already exists`),
  'app.invalid-name': ({ app }) => answer(400, 'keymanagement.service.app_invalid_name', `App name ${app} is invalid`),
  'app.products-required': () =>
    answer(400, 'keymanagement.service.ApiProductsRequired', 'At least one API product is required'),
  'app.too-many-credentials': ({ limit }) =>
    answer(
      400,
      'keymanagement.service.CredentialLimitExceeded',
      `More than ${limit} consumer keys of one app are not allowed`,
    ),
  'credential.not-found': () =>
    answer(404, 'keymanagement.service.InvalidClientIdForGivenApp', 'Invalid consumer key for Given App'),
  'credential.exists': () =>
    answer(409, 'keymanagement.service.ConsumerKeyAlreadyExists', 'ConsumerKey already exists'),
  'credential.rotated': () =>
    answer(409, 'keymanagement.service.ConsumerKeyAlreadyRotated', 'ConsumerKey is already rotated'),
  'credential.not-rotatable': ({ standing }) =>
    answer(409, 'keymanagement.service.ConsumerKeyNotRotatable', `ConsumerKey is ${standing} and can not be rotated`),
  'credential.invalid-scopes': ({ offered }) =>
    answer(
      400,
      'keymanagement.service.InvalidScopes',
      `Invalid scopes. Scopes must be contained in [${offered.join(', ')}]`,
    ),
  // 500, as clients expect of the real one.
  'credential.product-missing': () =>
    answer(
      500,
      'keymanagement.service.ApiProductNotAssociatedWithConsumerKey',
      'APIProduct is not associated with consumer key',
    ),
  // Two spaces, as the real one has them.
  'api-product.unknown': ({ product, organization }) =>
    answer(
      404,
      'cps.kms.ApiProductDoesNotExist',
      `API Product [${product}] does not exist for  tenant [${organization}] and id [null]`,
    ),
  'api-product.not-found': ({ product, organization }) =>
    answer(
      404,
      'keymanagement.service.apiproduct_doesnot_exist',
      `ApiProduct ${product} does not exist in organization ${organization}`,
    ),
  'api-product.exists': ({ product }) =>
    answer(409, 'keymanagement.service.apiproduct_already_exists', `ApiProduct with name ${product} already exists`),
  'api-product.invalid-name': ({ product }) =>
    answer(400, 'keymanagement.service.apiproduct_name_invalid', `ApiProduct name ${product} is invalid`),
  'api-product.invalid-display-name': ({ displayName }) =>
    answer(
      400,
      'keymanagement.service.apiproduct_invalid_displayname',
      `ApiProduct display name ${displayName} is invalid`,
    ),
  // 500, as recorded.
  'api-product.in-use': () =>
    answer(
      500,
      'keymanagement.service.apiproduct_deletion_failed_apps_associated',
      'Unable to delete ApiProduct as there are one or more apps associated with it.',
    ),
  'company.not-found': ({ company, organization }) =>
    answer(
      404,
      'developer.service.CompanyDoesNotExist',
      `Company ${company} does not exist in organization ${organization}`,
    ),
  'company.exists': ({ company, organization }) =>
    answer(
      409,
      'developer.service.CompanyAlreadyExists',
      `Company with name ${company} already exists in organization ${organization}`,
    ),
  'company.invalid-name': ({ company }) =>
    answer(400, 'developer.service.CompanyInvalidName', `Company name ${company} is invalid`),
  'company.inactive': ({ company }) =>
    answer(403, 'developer.service.CompanyStatusNotActive', `Company ${company} is not active`),
  'company-member.not-found': ({ company, developer }) =>
    answer(
      404,
      'developer.service.DeveloperNotInCompany',
      `Developer ${developer} does not belong to company ${company}`,
    ),
  'rate-plan.not-found': () => answer(404, 'mint.resourceDoesNotExist', 'The requested object does not exist.'),
  'subscription.not-found': () => answer(404, 'mint.resourceDoesNotExist', 'The requested object does not exist.'),
  'subscription.expired': ({ subscription }) =>
    answer(400, 'mint.subscriptionExpired', `Subscription ${subscription} has expired already`),
  'subscription.no-rate-plan': ({ product }) =>
    answer(400, 'mint.noPublishedRatePlan', `ApiProduct ${product} has no published rate plan`),
  'balance.transaction-exists': ({ transactionId }) =>
    answer(
      409,
      'mint.transactionAlreadyExists',
      `A credit with transactionId ${transactionId} was made with another amount`,
    ),
  'account.not-found': ({ account }) => answer(404, 'usersandroles.UserDoesNotExist', `User ${account} does not exist`),
  'account.exists': ({ account }) => answer(409, 'usersandroles.UserAlreadyExists', `User ${account} already exists`),
  // Without what was named: it may be the token itself (G9).
  'account.last-sysadmin': ({ account }) =>
    answer(409, 'usersandroles.LastSystemAdministrator', `User ${account} is the last active system administrator`),
  'account-token.not-found': () => answer(404, 'usersandroles.TokenDoesNotExist', 'Token does not exist'),
  'runtime-credential.not-found': () =>
    answer(404, 'usersandroles.RuntimeCredentialDoesNotExist', 'Runtime credential does not exist'),
  'role.not-found': ({ role, organization }) =>
    answer(404, 'usersandroles.RoleDoesNotExist', `Role ${role} does not exist in organization ${organization}`),
  'role.exists': ({ role, organization }) =>
    answer(409, 'usersandroles.RoleAlreadyExists', `Role ${role} already exists in organization ${organization}`),
  'role.built-in': ({ role }) =>
    answer(400, 'usersandroles.BuiltInRole', `Role ${role} is built in and can not be changed or deleted`),
  'role.in-use': ({ role }) =>
    answer(409, 'usersandroles.RoleHasUsers', `Unable to delete role ${role} as there are one or more users in it`),
  'role-member.not-found': ({ role, account }) =>
    answer(404, 'usersandroles.UserNotInRole', `User ${account} does not have role ${role}`),
  'permission.not-found': ({ role, path }) =>
    answer(404, 'usersandroles.PermissionDoesNotExist', `Role ${role} has no permission on ${path}`),
  // The feed is not served here; every problem has an answer nevertheless.
  'feed.busy': ({ retryAfterSeconds }) =>
    retryLater(answer(503, 'rest.service.Unavailable', 'Too many verifiers at once, try later'), retryAfterSeconds),
  'feed.crowded': ({ retryAfterSeconds }) =>
    retryLater(
      answer(429, 'rest.request.TooManyVerifiers', 'The organization has too many verifiers'),
      retryAfterSeconds,
    ),
  'feed.superseded': () => answer(409, 'rest.request.Superseded', 'A later poll of the verifier came'),
  'entity.changed': ({ noun }) =>
    answer(412, 'rest.request.PreconditionFailed', `The ${noun} was changed by somebody else`),
  'store.unavailable': ({ retryAfterSeconds }) =>
    retryLater(
      answer(503, 'rest.service.Unavailable', 'The service can not answer at the moment, try again later'),
      retryAfterSeconds,
    ),
};

/** The body of an error, in the format that the answer would have had. */
export function encodeEdgeError({ code, message }: Pick<EdgeError, 'code' | 'message'>, format: BodyFormat): string {
  const body = { code, message, contexts: [] };
  return format === 'xml' ? encodeXml(body, errorDocument) : printJackson(body);
}
