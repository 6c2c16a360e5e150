import type { AttributeRecord } from './record.ts';
import type { Allowed } from './verdict.ts';

/** What a policy of Apigee would name after itself, and what the verdict alone does not tell. */
export interface VariableContext {
  /** The organization's name. */
  readonly organization: string;
  /** Name of the policy whose variables these are, as `Verify-API-Key`. */
  readonly policy: string;
  /** The presented key, where the gateway asks to have it handed on. */
  readonly consumerKey?: string | undefined;
}

/**
 * The flow variables that Apigee's VerifyAPIKey sets for an allowed call (compat/edge.md §11.3), all of them text.
 * Attributes never take the place of a variable that Apigee defines.
 */
export function listVariables(verdict: Allowed, context: VariableContext): Map<string, string> {
  const prefix = `verifyapikey.${context.policy}.`;
  const defined: [name: string, value: Value][] = [
    ...prefixed(prefix, { ...describeCall(verdict, context), failed: false }),
    ...prefixed(prefix, { ...describeApp(verdict, context), ...describeOwner(verdict, context) }),
    ...prefixed('', describeShortly(verdict, context)),
  ];
  const { app, credential, owner, product } = verdict;
  const free = [
    ...listAttributes(prefix, [...app.attributes, ...credential.attributes]),
    ...listAttributes(`${prefix}app.`, app.attributes),
    ...listAttributes(`${prefix}${owner.kind}.`, owner.attributes),
    ...listAttributes(`${prefix}apiproduct.`, product?.attributes ?? []),
  ];
  const variables = new Map<string, string>();
  for (const [name, value] of defined) if (value !== undefined) variables.set(name, String(value));
  // A name that Apigee defines is taken even where it has no value: an attribute would pass for what it is not.
  const taken = new Set(defined.map(([name]) => name));
  for (const [name, value] of free) if (!taken.has(name) && !variables.has(name)) variables.set(name, value);
  return variables;
}

type Value = string | number | boolean | undefined;
type Values = Readonly<Record<string, Value>>;

function prefixed(prefix: string, values: Values): [string, Value][] {
  return Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]);
}

function listAttributes(prefix: string, attributes: readonly AttributeRecord[]): [string, string][] {
  return attributes.map(({ name, value }) => [`${prefix}${name}`, value]);
}

/** Apigee names a developer, or a company, with its organization. */
function nameOwner({ owner }: Allowed, { organization }: VariableContext): string {
  return `${organization}@@@${owner.id}`;
}

function describeCall(verdict: Allowed, context: VariableContext): Values {
  const { app, product, match } = verdict;
  return {
    client_id: context.consumerKey,
    redirection_uris: app.callbackUrl,
    'developer.app.id': app.id,
    'developer.app.name': app.name,
    'developer.id': nameOwner(verdict, context),
    DisplayName: displayName(app.attributes) ?? app.name,
    'apiproduct.name': product?.name,
    'apiproduct.developer.quota.limit': match?.quota?.limit,
    'apiproduct.developer.quota.interval': match?.quota?.interval,
    'apiproduct.developer.quota.timeunit': match?.quota?.timeUnit,
  };
}

function describeApp(verdict: Allowed, context: VariableContext): Values {
  const { app, credential, owner } = verdict;
  return {
    'app.id': app.id,
    'app.name': app.name,
    'app.status': app.status,
    'app.callbackUrl': app.callbackUrl,
    'app.DisplayName': displayName(app.attributes),
    'app.apiproducts': credential.products.map(({ name }) => name).join(','),
    'app.appFamily': app.appFamily,
    'app.appParentStatus': owner.status,
    'app.appType': owner.kind === 'developer' ? 'Developer' : 'Company',
    'app.appParentId': nameOwner(verdict, context),
    ...describeStamp('app', app),
  };
}

function describeOwner(verdict: Allowed, context: VariableContext): Values {
  const { owner } = verdict;
  const prefix = owner.kind;
  const common = { [`${prefix}.status`]: owner.status, ...describeStamp(prefix, owner) };
  if (owner.kind === 'company') {
    return {
      ...common,
      'company.id': nameOwner(verdict, context),
      'company.name': owner.name,
      'company.displayName': owner.displayName,
    };
  }
  const { userName, firstName, lastName, email } = owner;
  return {
    ...common,
    'developer.userName': userName,
    'developer.firstName': firstName,
    'developer.lastName': lastName,
    'developer.email': email,
  };
}

function describeStamp(
  prefix: string,
  stamp: { createdAt: number; createdBy: string; lastModifiedAt: number; lastModifiedBy: string },
): Values {
  return {
    [`${prefix}.created_at`]: stamp.createdAt,
    [`${prefix}.created_by`]: stamp.createdBy,
    [`${prefix}.last_modified_at`]: stamp.lastModifiedAt,
    [`${prefix}.last_modified_by`]: stamp.lastModifiedBy,
  };
}

function describeShortly(verdict: Allowed, context: VariableContext): Values {
  const { app, owner, product } = verdict;
  const email = owner.kind === 'developer' ? owner.email : undefined;
  return {
    client_id: context.consumerKey,
    'apigee.client_id': context.consumerKey,
    'apiproduct.name': product?.name,
    'developer.app.name': app.name,
    'apigee.developer.app.name': app.name,
    'developer.id': nameOwner(verdict, context),
    'developer.email': email,
    'apigee.developer.email': email,
  };
}

function displayName(attributes: readonly AttributeRecord[]): string | undefined {
  return attributes.find(({ name }) => name === 'DisplayName')?.value;
}
