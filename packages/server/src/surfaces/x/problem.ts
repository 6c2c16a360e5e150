import { answerProblem, type Problem, type ProblemTable } from '../../domain/problem.ts';
import {
  aborted,
  denied,
  type FieldViolation,
  invalid,
  notFound,
  precondition,
  retryAfter,
  unauthenticated,
  violation,
  type XError,
} from './error.ts';
import { splitFieldPath } from './field-path.ts';

/** Where no Edge code was ever seen, the code is one of our own in the same manner. */
export const xProblem: ProblemTable<XError> = {
  'request.malformed': ({ reason }) =>
    invalid('rest.interceptor.malformed_request', `Invalid JSON payload received: ${reason}.`),
  'request.invalid': ({ field, reason }) =>
    violation('rest.interceptor.invalid_value', [{ field, description: `Invalid value at '${field}': it ${reason}.` }]),
  'request.missing': ({ field }) =>
    violation('rest.interceptor.missing_value', [{ field, description: `Missing value at '${field}'.` }]),
  'request.unknown-fields': ({ fields }) =>
    violation('rest.interceptor.unknown_fields', fields.map(describeUnknownField)),
  'request.too-large': ({ limitBytes }) => ({
    ...invalid('rest.interceptor.request_too_large', `The request is larger than ${limitBytes} bytes.`),
    httpStatus: 413,
  }),
  'request.unsupported-media-type': ({ mediaType }) => ({
    ...invalid(
      'rest.interceptor.unsupported_media_type',
      mediaType === ''
        ? 'The body has no content type; send application/json.'
        : `The content type ${mediaType} is not spoken here; send application/json.`,
    ),
    httpStatus: 415,
  }),
  'request.method-not-allowed': ({ method, allowed }) => ({
    ...invalid('rest.interceptor.method_not_allowed', `The method ${method} is not allowed here.`),
    httpStatus: 405,
    headers: { Allow: allowed.join(', ') },
  }),
  'request.unknown-action': ({ action, allowed }) =>
    violation('rest.interceptor.invalid_action', [
      { field: 'action', description: `Invalid value at 'action': ${action} is not one of ${allowed.join(', ')}.` },
    ]),
  'route.not-found': ({ method, path }) =>
    notFound('rest.interceptor.resource_not_found', path, `There is no ${method} ${path} on this server.`),
  'auth.missing': () =>
    unauthenticated('CREDENTIALS_MISSING', 'The request has no valid credentials: send a token.', ''),
  'auth.wrong-credentials': () =>
    unauthenticated(
      'ACCESS_TOKEN_TYPE_UNSUPPORTED',
      'The credentials of the request are not valid.',
      ', error="invalid_token"',
    ),
  'auth.throttled': ({ retryAfterSeconds }) => ({
    httpStatus: 429,
    rpcStatus: 'RESOURCE_EXHAUSTED',
    type: 'rest.interceptor.too_many_attempts',
    message: 'Too many wrong credentials. Try again later.',
    ...retryAfter(retryAfterSeconds),
  }),
  'auth.no-organization': ({ organization }) =>
    denied(
      `organizations/${organization}`,
      `Permission denied on resource "organizations/${organization}" (or it may not exist)`,
    ),
  'auth.forbidden': ({ account, permission, path }) =>
    denied(path, `Permission '${permission}' denied on resource "${path}" for ${account}`),
  'organization.not-found': ({ organization }) =>
    notFound(
      'messaging.config.beans.OrganizationDoesNotExist',
      `organizations/${organization}`,
      `Organization ${organization} does not exist`,
    ),
  'organization.exists': ({ organization }) =>
    aborted(
      'messaging.config.beans.OrganizationAlreadyExists',
      `organizations/${organization}`,
      `Organization ${organization} already exists`,
    ),
  'environment.not-found': ({ environment, organization }) =>
    notFound(
      'messaging.config.beans.EnvironmentDoesNotExist',
      `organizations/${organization}/environments/${environment}`,
      `Environment ${environment} does not exist in organization ${organization}`,
    ),
  'environment.exists': ({ environment, organization }) =>
    aborted(
      'messaging.config.beans.EnvironmentAlreadyExists',
      `organizations/${organization}/environments/${environment}`,
      `Environment ${environment} already exists in organization ${organization}`,
    ),
  'developer.not-found': ({ developer, organization }) =>
    notFound(
      'developer.service.DeveloperDoesNotExist',
      `organizations/${organization}/developers/${developer}`,
      `DeveloperId ${developer} does not exist in organization ${organization}`,
    ),
  'developer.exists': ({ email, organization }) =>
    aborted(
      'developer.service.DeveloperAlreadyExists',
      `organizations/${organization}/developers/${email}`,
      `Developer with email ${email} already exists in organization ${organization}`,
    ),
  'developer.email-mismatch': ({ path, body }) =>
    invalid('rest.interceptor.name_mismatch', `The path names ${path}, the body names ${body}`, path),
  'attribute.not-found': ({ attribute, owner }) =>
    notFound(
      'organizations.keymanagement.AttributeDoesntExist',
      `${owner}/attributes/${attribute}`,
      `Attribute ${attribute} does not exist under ${owner}`,
    ),
  'attribute.too-many': ({ limit }) =>
    invalid('organizations.keymanagement.TooManyAttributes', `No more than ${limit} attributes are allowed`),
  'app.not-found': ({ app, owner }) =>
    notFound('developer.service.AppDoesNotExist', app, `App named ${app} does not exist under ${owner}`),
  'app.exists': ({ app }) =>
    aborted('keymanagement.service.app_already_exists', app, `App with name ${app} already exists`),
  'app.invalid-name': ({ app }) => invalid('keymanagement.service.app_invalid_name', `App name ${app} is invalid`, app),
  'app.products-required': () =>
    invalid('keymanagement.service.ApiProductsRequired', 'At least one API product is required'),
  'app.too-many-credentials': ({ limit }) =>
    invalid(
      'keymanagement.service.CredentialLimitExceeded',
      `No more than ${limit} consumer keys are allowed for one app`,
    ),
  'credential.not-found': () =>
    notFound('keymanagement.service.InvalidClientIdForGivenApp', '', 'Invalid consumer key for Given App'),
  'credential.exists': () =>
    aborted('keymanagement.service.ConsumerKeyAlreadyExists', '', 'ConsumerKey already exists'),
  'credential.rotated': () =>
    aborted('keymanagement.service.ConsumerKeyAlreadyRotated', '', 'ConsumerKey is already rotated'),
  'credential.not-rotatable': ({ standing }) =>
    aborted('keymanagement.service.ConsumerKeyNotRotatable', '', `ConsumerKey is ${standing} and can not be rotated`),
  'credential.invalid-scopes': ({ offered }) =>
    invalid(
      'keymanagement.service.InvalidScopes',
      `Invalid scopes. Scopes must be contained in [${offered.join(', ')}]`,
    ),
  'credential.product-missing': ({ product }) =>
    notFound(
      'keymanagement.service.ApiProductNotAssociatedWithConsumerKey',
      product,
      'APIProduct is not associated with consumer key',
    ),
  // 400 here, unlike the product's own path; two spaces, as the real one has them.
  'api-product.unknown': ({ product, organization }) =>
    invalid(
      'cps.kms.ApiProductDoesNotExist',
      `API Product [${product}] does not exist for  tenant [${organization}] and id [null]`,
      `organizations/${organization}/apiproducts/${product}`,
    ),
  'api-product.not-found': ({ product, organization }) =>
    notFound(
      'keymanagement.service.apiproduct_doesnot_exist',
      `organizations/${organization}/apiproducts/${product}`,
      `ApiProduct ${product} does not exist in organization ${organization}`,
    ),
  'api-product.exists': ({ product, organization }) =>
    aborted(
      'keymanagement.service.apiproduct_already_exists',
      `organizations/${organization}/apiproducts/${product}`,
      `ApiProduct with name ${product} already exists`,
    ),
  'api-product.invalid-name': ({ product }) =>
    invalid('keymanagement.service.apiproduct_name_invalid', `ApiProduct name ${product} is invalid`, product),
  'api-product.invalid-display-name': ({ displayName }) =>
    invalid(
      'keymanagement.service.apiproduct_invalid_displayname',
      `ApiProduct display name ${displayName} is invalid`,
    ),
  'api-product.in-use': ({ product }) =>
    precondition(
      'keymanagement.service.apiproduct_deletion_failed_apps_associated',
      product,
      'Unable to delete ApiProduct as there are one or more apps associated with it.',
    ),
  'company.not-found': ({ company, organization }) =>
    notFound(
      'developer.service.CompanyDoesNotExist',
      `organizations/${organization}/appgroups/${company}`,
      `AppGroup ${company} does not exist in organization ${organization}`,
    ),
  'company.exists': ({ company, organization }) =>
    aborted(
      'developer.service.CompanyAlreadyExists',
      `organizations/${organization}/appgroups/${company}`,
      `AppGroup with name ${company} already exists in organization ${organization}`,
    ),
  'company.invalid-name': ({ company }) =>
    invalid('developer.service.CompanyInvalidName', `AppGroup name ${company} is invalid`, company),
  'company.inactive': ({ company }) =>
    precondition('developer.service.CompanyStatusNotActive', company, `AppGroup ${company} is not active`),
  'company-member.not-found': ({ company, developer }) =>
    notFound(
      'developer.service.DeveloperNotInCompany',
      developer,
      `Developer ${developer} does not belong to AppGroup ${company}`,
    ),
  'rate-plan.not-found': ({ ratePlan }) =>
    notFound('mint.resourceDoesNotExist', ratePlan, 'The requested object does not exist.'),
  'subscription.not-found': ({ subscription }) =>
    notFound('mint.resourceDoesNotExist', subscription, 'The requested object does not exist.'),
  'subscription.expired': ({ subscription }) =>
    precondition('mint.subscriptionExpired', subscription, `Subscription ${subscription} has expired already`),
  'subscription.no-rate-plan': ({ product }) =>
    precondition('mint.noPublishedRatePlan', product, `ApiProduct ${product} has no published rate plan`),
  'balance.transaction-exists': ({ transactionId }) =>
    aborted(
      'mint.transactionAlreadyExists',
      transactionId,
      `A credit with transactionId ${transactionId} was made with another amount`,
    ),
  'account.not-found': ({ account }) =>
    notFound('usersandroles.UserDoesNotExist', account, `User ${account} does not exist`),
  'account.exists': ({ account }) =>
    aborted('usersandroles.UserAlreadyExists', account, `User ${account} already exists`),
  'account.last-sysadmin': ({ account }) =>
    precondition(
      'usersandroles.LastSystemAdministrator',
      account,
      `User ${account} is the last active system administrator`,
    ),
  'account-token.not-found': ({ token }) =>
    notFound('usersandroles.TokenDoesNotExist', token, `Token ${token} does not exist`),
  // Without what was named: it may be the credential itself (G9).
  'runtime-credential.not-found': () =>
    notFound('usersandroles.RuntimeCredentialDoesNotExist', '', 'Runtime credential does not exist'),
  'role.not-found': ({ role, organization }) =>
    notFound('usersandroles.RoleDoesNotExist', role, `Role ${role} does not exist in organization ${organization}`),
  'role.exists': ({ role, organization }) =>
    aborted('usersandroles.RoleAlreadyExists', role, `Role ${role} already exists in organization ${organization}`),
  'role.built-in': ({ role }) =>
    precondition('usersandroles.RoleIsBuiltIn', role, `Role ${role} is built in and can not be changed`),
  'role.in-use': ({ role }) => precondition('usersandroles.RoleInUse', role, `Role ${role} still has members`),
  'role-member.not-found': ({ role, account }) =>
    notFound('usersandroles.UserNotInRole', account, `User ${account} does not have role ${role}`),
  'permission.not-found': ({ role, path }) =>
    notFound('usersandroles.PermissionDoesNotExist', path, `Role ${role} has no permission on ${path}`),
  // The feed is not served here; every problem has an answer nevertheless.
  'feed.busy': ({ retryAfterSeconds }) => ({
    httpStatus: 503,
    rpcStatus: 'UNAVAILABLE',
    type: 'rest.interceptor.service_unavailable',
    message: 'Too many verifiers are served at once. Try again later.',
    ...retryAfter(retryAfterSeconds),
  }),
  'feed.crowded': ({ retryAfterSeconds }) => ({
    httpStatus: 429,
    rpcStatus: 'RESOURCE_EXHAUSTED',
    type: 'rest.interceptor.too_many_verifiers',
    message: 'The organization has too many verifiers.',
    ...retryAfter(retryAfterSeconds),
  }),
  'feed.superseded': () =>
    aborted('rest.interceptor.superseded', 'verifier', 'A later poll of the verifier came, or it left'),
  'entity.changed': ({ noun }) =>
    aborted('rest.interceptor.entity_changed', noun, `The ${noun} was changed by somebody else. Read it and try again`),
  'store.unavailable': ({ retryAfterSeconds }) => ({
    httpStatus: 503,
    rpcStatus: 'UNAVAILABLE',
    type: 'rest.interceptor.service_unavailable',
    message: 'The service is unavailable for now. Try again later.',
    ...retryAfter(retryAfterSeconds),
  }),
};

export function answerXProblem(problem: Problem): XError {
  return answerProblem(xProblem, problem);
}

/** Google's sentence, which clients show as it is. */
function describeUnknownField(path: string): FieldViolation {
  const { parent, name } = splitFieldPath(path);
  const place = parent === '' ? '' : ` at '${parent}'`;
  return {
    ...(parent !== '' && { field: parent }),
    description: `Invalid JSON payload received. Unknown name "${name}"${place}: Cannot find field.`,
  };
}
