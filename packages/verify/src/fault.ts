import type { RefusalReason } from './verdict.ts';

/** How Apigee tells a client of a refusal (compat/edge.md §11.2). */
export interface Fault {
  readonly status: 401 | 503;
  readonly code: string;
  readonly text: string;
}

const invalidKey: Fault = { status: 401, code: 'oauth.v2.InvalidApiKey', text: 'Invalid ApiKey' };
const notApproved: Fault = { status: 401, code: 'oauth.v2.ApiKeyNotApproved', text: 'ApiKey not approved' };
const wrongResource: Fault = {
  status: 401,
  code: 'oauth.v2.InvalidApiKeyForGivenResource',
  text: 'Invalid ApiKey for given resource',
};

/** The fault of each reason. Where Apigee has no word for one, the nearest that refuses. */
export const faults: Readonly<Record<RefusalReason, Fault>> = {
  // No Apigee has this: it answers from its cache for as long as that lasts.
  'verifier.stale': { status: 503, code: 'claviger.verifier.Stale', text: 'The verifier has lost its plane' },
  'credential.missing': {
    status: 401,
    code: 'steps.oauth.v2.FailedToResolveAPIKey',
    text: 'Failed to resolve API Key variable',
  },
  'request.ambiguous-path': wrongResource,
  'credential.unknown': invalidKey,
  'credential.revoked': notApproved,
  'credential.pending': notApproved,
  'credential.expired': { status: 401, code: 'keymanagement.service.consumer_key_expired', text: 'Key Expired' },
  'app.revoked': {
    status: 401,
    code: 'keymanagement.service.invalid_client-app_not_approved',
    text: 'App not Approved',
  },
  'developer.inactive': {
    status: 401,
    code: 'keymanagement.service.DeveloperStatusNotActive',
    text: 'Developer Status is not Active',
  },
  'company.inactive': {
    status: 401,
    code: 'keymanagement.service.CompanyStatusNotActive',
    text: 'Company Status is not Active',
  },
  'product.none-approved': wrongResource,
  'product.no-match': wrongResource,
};

/**
 * A fault's body, as Apigee writes it.
 * @param variable where the key was looked for, as `request.header.x-api-key`: told where it was missing
 */
export function encodeFault(reason: RefusalReason, variable: string): { status: number; body: string } {
  const { status, code, text } = faults[reason];
  const faultstring = reason === 'credential.missing' ? `${text} ${variable}` : text;
  return { status, body: JSON.stringify({ fault: { faultstring, detail: { errorcode: code } } }) };
}
