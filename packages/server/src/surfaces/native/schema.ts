import { type Static, type TSchema, type TUnsafe, Type } from '@sinclair/typebox';

/** Entities of the native API as JSON: times are RFC 3339, 64-bit numbers are strings. */

const named: TSchema[] = [];

/** Named schemas, for the document's components. */
export const components: readonly TSchema[] = named;

/** A schema that the document names. */
export function component<S extends TSchema>(schema: S): TUnsafe<Static<S>> {
  named.push(schema);
  return Type.Unsafe<Static<S>>(Type.Ref(`${schema.$id}#`));
}

export const closed = { additionalProperties: false };
const email = (description: string) => Type.String({ description });

const problem = component(
  Type.Object(
    {
      type: Type.String(),
      title: Type.String(),
      status: Type.Integer(),
      detail: Type.String(),
      code: Type.String({ description: 'One of the codes in docs/errors.md.' }),
      field: Type.Optional(Type.String({ description: 'Parameter or member that is to blame.' })),
    },
    { $id: 'Problem', description: 'Why a call was refused (RFC 9457).' },
  ),
);

export const property = component(
  Type.Object(
    { name: Type.String(), value: Type.String() },
    { $id: 'Property', ...closed, description: 'A name and a value.' },
  ),
);

export const stamps = {
  createdAt: Type.String({ format: 'date-time' }),
  createdBy: email('E-mail of the account.'),
  lastModifiedAt: Type.String({ format: 'date-time' }),
  lastModifiedBy: email('E-mail of the account.'),
  version: Type.String({ description: 'Whole number, one more with every change. The ETag without its quotes.' }),
};

export const organization = component(
  Type.Object(
    {
      name: Type.String(),
      dialect: Type.String({ description: 'Home dialect: edge or x.' }),
      displayName: Type.String(),
      properties: Type.Array(property),
      secretsShownOnce: Type.Boolean({ description: 'Whether only the call that makes a key shows its secret.' }),
      environments: Type.Optional(Type.Array(Type.String(), { description: 'In order of creation; not in lists.' })),
      ...stamps,
    },
    { $id: 'Organization', description: 'A tenant.' },
  ),
);

const secretsShownOnce = Type.Optional(
  Type.Boolean({
    description:
      'true: only the call that makes a key shows its secret, and nobody reads it again. There is no way back.',
  }),
);

export const organizationDraft = Type.Object(
  {
    name: Type.String(),
    dialect: Type.Optional(Type.Union([Type.Literal('edge'), Type.Literal('x')], { default: 'edge' })),
    displayName: Type.Optional(Type.String()),
    properties: Type.Optional(Type.Array(property)),
    secretsShownOnce,
    environments: Type.Optional(Type.Array(Type.String(), { description: 'Absent: test and prod.' })),
  },
  closed,
);

export const organizationPatch = Type.Object(
  {
    displayName: Type.Optional(Type.String()),
    properties: Type.Optional(Type.Array(property)),
    secretsShownOnce,
  },
  closed,
);

export const environment = component(
  Type.Object(
    { name: Type.String(), properties: Type.Array(property), ...stamps },
    { $id: 'Environment', description: 'Where proxies run.' },
  ),
);

export const environmentDraft = Type.Object(
  { name: Type.String(), properties: Type.Optional(Type.Array(property)) },
  closed,
);

const names = { firstName: Type.String(), lastName: Type.String() };
const status = Type.Union([Type.Literal('active'), Type.Literal('disabled')]);

export const account = component(
  Type.Object(
    { email: Type.String(), ...names, status: Type.String(), sysadmin: Type.Boolean(), ...stamps },
    { $id: 'Account', description: 'A person or service that calls the management API.' },
  ),
);

export const accountDraft = Type.Object(
  {
    email: Type.String(),
    ...names,
    password: Type.Optional(Type.String({ description: 'Absent: signs in by tokens alone.' })),
    sysadmin: Type.Optional(Type.Boolean()),
  },
  closed,
);

export const accountPatch = Type.Object(
  {
    email: Type.Optional(Type.String()),
    firstName: Type.Optional(Type.String()),
    lastName: Type.Optional(Type.String()),
    status: Type.Optional(status),
    sysadmin: Type.Optional(Type.Boolean()),
  },
  closed,
);

export const passwordDraft = Type.Object({ password: Type.String() }, closed);

const tokenMembers = {
  id: Type.String(),
  label: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  createdBy: Type.String(),
  expiresAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description: 'null: never.' }),
};

export const accountToken = component(
  Type.Object(tokenMembers, { $id: 'AccountToken', description: 'A token, without its text.' }),
);

export const madeAccountToken = component(
  Type.Object(
    { ...tokenMembers, token: Type.String({ description: 'The token itself. It is shown here and nowhere else.' }) },
    { $id: 'MadeAccountToken' },
  ),
);

export const accountTokenDraft = Type.Object(
  { label: Type.String(), expiresAt: Type.Optional(Type.String({ description: 'RFC 3339. Absent: never.' })) },
  closed,
);

export const role = component(
  Type.Object(
    { name: Type.String() },
    { $id: 'Role', description: 'A role of the organization, made there or built in.' },
  ),
);

export const roleMember = component(
  Type.Object(
    {
      account: Type.String(),
      roles: Type.Optional(Type.Array(Type.String(), { description: 'All that it holds here.' })),
    },
    { $id: 'RoleMember', description: 'An account that holds a role.' },
  ),
);

const auditMembers = {
  id: Type.String(),
  at: Type.String({ format: 'date-time' }),
  account: Type.String(),
  operation: Type.String(),
  requestUri: Type.String(),
  responseCode: Type.Integer(),
  requestId: Type.String(),
  resource: Type.String(),
  request: Type.String({ description: 'What was asked for, as JSON without secrets; empty: nothing.' }),
};

export const auditEntry = component(Type.Object(auditMembers, { $id: 'AuditEntry', description: 'Who did what.' }));

export const planeAuditEntry = component(
  Type.Object(
    {
      organization: Type.Union([Type.String(), Type.Null()], {
        description: 'Name; null: it belongs to no organization, or to one that is gone.',
      }),
      ...auditMembers,
    },
    { $id: 'PlaneAuditEntry', description: 'Who did what, and where.' },
  ),
);

export const nullable = (schema: TSchema) => Type.Union([schema, Type.Null()]);
export const identity = { id: Type.String(), name: Type.String(), status: Type.String() };

export const restored = component(Type.Object({ rows: Type.String() }, { $id: 'Restored' }));

export const rotated = component(Type.Object({ resealed: Type.String() }, { $id: 'Rotated' }));

export const pageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
  cursor: Type.Optional(Type.String({ description: 'nextCursor of the page before.' })),
};

const nextCursor = Type.Union([Type.String(), Type.Null()], { description: 'null: this is the last page.' });

/** A page of `item`. */
export function pageOf(item: TSchema): TSchema {
  return Type.Object({ items: Type.Array(item), nextCursor });
}

/** The same with the number of items on all pages together. */
export function countedPageOf(item: TSchema): TSchema {
  const total = Type.Integer({ description: 'Items on all pages together.' });
  return Type.Object({ items: Type.Array(item), nextCursor, total });
}

/** Success, and the problem that all failures share. */
export function answers(successStatus: number, success: TSchema): Record<string, object> {
  return {
    [successStatus]: success,
    default: { description: 'Why not.', content: { 'application/problem+json': { schema: problem } } },
  };
}

export const nothing = Type.Null({ description: 'No content.' });
