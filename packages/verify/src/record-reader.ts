import type {
  AppRecord,
  AttributeRecord,
  CompanyRecord,
  CredentialRecord,
  DeveloperRecord,
  OperationGroupsRecord,
  ProductRecord,
  QuotaRecord,
  ResourceRecord,
} from './record.ts';

/** Reads a value out of JSON, or throws an {@link UnreadableError}. */
export type Read<T> = (value: unknown) => T;

/** Some JSON is not what it should be. Its message names no value: it may be a secret (G9). */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

export const text: Read<string> = (value) => (typeof value === 'string' ? value : fail('text'));

/** Most are UUIDs; an import brings others. */
export const idLengthMax = 128;

export const id: Read<string> = (value) =>
  typeof value === 'string' && value.length > 0 && value.length <= idLengthMax ? value : fail('an id');

/** A sequence or a time. */
export const count: Read<number> = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : fail('a whole number from 0 on');

export const flag: Read<boolean> = (value) => (typeof value === 'boolean' ? value : fail('true or false'));

export function oneOf<const T extends string>(...allowed: readonly T[]): Read<T> {
  return (value) => allowed.find((each) => each === value) ?? fail(`one of ${allowed.join(', ')}`);
}

/** JSON has no `undefined`: what is left out and what is null are both that. */
function optional<T>(read: Read<T>): Read<T | undefined> {
  return (value) => (value === undefined || value === null ? undefined : read(value));
}

export function list<T>(read: Read<T>): Read<readonly T[]> {
  return (value) => (Array.isArray(value) ? value.map((each) => read(each)) : fail('a list'));
}

/** Every property is read, and one that is not known is refused: a newer plane may limit a key by it. */
export function object<T extends object>(shape: { readonly [Name in keyof T]-?: Read<T[Name]> }): Read<T> {
  const fields = Object.entries(shape) as [name: string, read: Read<unknown>][];
  const known = new Set(Object.keys(shape));
  return (value) => {
    if (!isObject(value)) return fail('an object');
    for (const name in value) if (!known.has(name)) fail('an object without another property');
    const read: Record<string, unknown> = {};
    for (const [name, field] of fields) read[name] = field(value[name]);
    return read as T;
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fail(expected: string): never {
  throw new UnreadableError(`expected ${expected}`);
}

const approval = oneOf('approved', 'revoked', 'pending');
const activity = oneOf('active', 'inactive');
const texts = list(text);
const attributes = list(object<AttributeRecord>({ name: text, value: text }));
const stamp = { createdAt: count, createdBy: text, lastModifiedAt: count, lastModifiedBy: text };

export const credentialReader = object<CredentialRecord>({
  id,
  appId: id,
  status: approval,
  issuedAt: count,
  expiresAt: optional(count),
  products: list(object({ name: text, status: approval })),
  attributes,
  scopes: texts,
});

export const appReader = object<AppRecord>({
  id,
  owner: object({ kind: oneOf('developer', 'company'), id }),
  name: text,
  status: oneOf('approved', 'revoked'),
  callbackUrl: optional(text),
  appFamily: optional(text),
  attributes,
  scopes: texts,
  ...stamp,
});

export const developerReader = object<DeveloperRecord>({
  kind: oneOf('developer'),
  id,
  email: text,
  userName: optional(text),
  firstName: text,
  lastName: text,
  status: activity,
  attributes,
  ...stamp,
});

export const companyReader = object<CompanyRecord>({
  kind: oneOf('company'),
  id,
  name: text,
  displayName: optional(text),
  status: activity,
  attributes,
  ...stamp,
});

const quota = optional(object<QuotaRecord>({ limit: text, interval: optional(text), timeUnit: optional(text) }));
const config = { apiSource: text, quota, attributes };
const resource = { resource: text, methods: texts };
const graphqlRule = object({ operation: optional(text), operationTypes: texts });

const operationGroups = object<OperationGroupsRecord>({
  rest: optional(list(object({ ...config, operations: list(object<ResourceRecord>(resource)) }))),
  graphql: optional(list(object({ ...config, operations: list(graphqlRule) }))),
  grpc: optional(list(object({ ...config, service: text, methods: texts }))),
  llm: optional(list(object({ ...config, operations: list(object({ ...resource, model: optional(text) })) }))),
  payload: optional(list(object({ ...config, operations: texts }))),
});

export const productReader = object<ProductRecord>({
  id,
  name: text,
  displayName: optional(text),
  environments: texts,
  proxies: texts,
  apiResources: texts,
  scopes: texts,
  attributes,
  quota,
  operationGroups,
});
