import type { View } from './command.ts';

/** What the model expects for an answer. The body as text, with ids and times as `normalize` writes them. */
export interface Expected {
  readonly status: number;
  readonly body: unknown;
}

/** Why a call is refused: the model's own words for it. */
export type Refusal =
  | { readonly why: 'missing'; readonly field: string }
  | { readonly why: 'invalid'; readonly field: string; readonly reason: string }
  | { readonly why: 'unknown-member'; readonly field: string }
  | { readonly why: 'unknown-action'; readonly action: string }
  | { readonly why: 'no-developer'; readonly named: string }
  | { readonly why: 'developer-exists'; readonly email: string }
  | { readonly why: 'name-mismatch'; readonly path: string; readonly body: string }
  | { readonly why: 'no-attribute'; readonly name: string; readonly owner: string }
  | { readonly why: 'too-many-attributes' };

interface Wording {
  readonly edge: readonly [status: number, code: string, message: string];
  readonly x: readonly [status: number, rpc: string, type: string, message: string];
}

/** Both dialects' answers, as data (compat/edge.md §13.1, compat/x.md §1.0). */
function word(refusal: Refusal, organization: string): Wording {
  switch (refusal.why) {
    case 'missing':
      return {
        edge: [400, 'rest.request.MissingValue', `${refusal.field} is required`],
        x: [400, 'INVALID_ARGUMENT', 'rest.interceptor.missing_value', `Missing value at '${refusal.field}'.`],
      };
    case 'invalid':
      return {
        edge: [400, 'rest.request.InvalidValue', `${refusal.field} ${refusal.reason}`],
        x: [
          400,
          'INVALID_ARGUMENT',
          'rest.interceptor.invalid_value',
          `Invalid value at '${refusal.field}': it ${refusal.reason}.`,
        ],
      };
    case 'unknown-member': {
      const message = `Invalid JSON payload received. Unknown name "${refusal.field}": Cannot find field.`;
      return { edge: [400, '', ''], x: [400, 'INVALID_ARGUMENT', 'rest.interceptor.unknown_fields', message] };
    }
    case 'unknown-action':
      return {
        edge: [400, 'rest.request.InvalidAction', `Action ${refusal.action} is not one of [active, inactive]`],
        x: [
          400,
          'INVALID_ARGUMENT',
          'rest.interceptor.invalid_action',
          `Invalid value at 'action': ${refusal.action} is not one of active, inactive.`,
        ],
      };
    case 'no-developer': {
      const message = `DeveloperId ${refusal.named} does not exist in organization ${organization}`;
      const byId = refusal.named.includes('@') ? 'Developer' : 'DeveloperId';
      return {
        edge: [404, `developer.service.${byId}DoesNotExist`, message],
        x: [404, 'NOT_FOUND', 'developer.service.DeveloperDoesNotExist', message],
      };
    }
    case 'developer-exists': {
      const message = `Developer with email ${refusal.email} already exists in organization ${organization}`;
      const code = 'developer.service.DeveloperAlreadyExists';
      return { edge: [409, code, message], x: [409, 'ABORTED', code, message] };
    }
    case 'name-mismatch': {
      const message = `The path names ${refusal.path}, the body names ${refusal.body}`;
      return { edge: [400, '', ''], x: [400, 'INVALID_ARGUMENT', 'rest.interceptor.name_mismatch', message] };
    }
    case 'no-attribute': {
      const code = 'organizations.keymanagement.AttributeDoesntExist';
      const { name, owner } = refusal;
      return {
        edge: [404, code, `Attribute ${name} does not exist for ${owner}`],
        x: [404, 'NOT_FOUND', code, `Attribute ${name} does not exist under ${owner}`],
      };
    }
    case 'too-many-attributes':
      return {
        edge: [400, 'organizations.keymanagement.AttributeLimitExceeded', 'More than 18 attributes are not allowed'],
        x: [
          400,
          'INVALID_ARGUMENT',
          'organizations.keymanagement.TooManyAttributes',
          'No more than 18 attributes are allowed',
        ],
      };
  }
}

export function expectRefusal(refusal: Refusal, view: View, organization: string): Expected {
  const { edge, x } = word(refusal, organization);
  if (view === 'edge') return { status: edge[0], body: { code: edge[1], message: edge[2], contexts: [] } };
  const [code, status, type, message] = x;
  return { status: code, body: { error: { code, message, status, type } } };
}

/** An X error with what carries the request id taken away: the form that `expectRefusal` gives. */
export function reduceXError(body: unknown): unknown {
  const { error } = body as { error: { code: number; message: string; status: string; details: unknown[] } };
  const [first] = error.details as [{ violations?: { type: string }[] }];
  const { code, message, status } = error;
  return { error: { code, message, status, type: first.violations?.[0]?.type } };
}
