import { type Static, type TNull, type TSchema, type TUnion, type TUnsafe, Type } from '@sinclair/typebox';

/** Edge's entities as JSON, in the order of their members on the wire (compat/edge.md §1.2, §2, §3.1). */

const named: TSchema[] = [];

/** Named schemas, for the document's components. */
export const components: readonly TSchema[] = named;

/** Names a schema for the document, and gives the reference to it. */
export function component<S extends TSchema>(schema: S): TUnsafe<Static<S>> {
  named.push(schema);
  return Type.Unsafe<Static<S>>(Type.Ref(`${schema.$id}#`));
}

export const attribute = component(
  Type.Object(
    { name: Type.String(), value: Type.String() },
    { $id: 'EdgeAttribute', description: 'A name and a value that a client hangs on an entity.' },
  ),
);

export const attributeDraft = component(
  Type.Object(
    { name: Type.Optional(Type.String()), value: Type.Optional(Type.String()) },
    { $id: 'EdgeAttributeDraft', description: 'An attribute as a body carries it; an absent value counts as empty.' },
  ),
);

export const attributes = component(
  Type.Object(
    { attribute: Type.Array(attribute) },
    { $id: 'EdgeAttributes', description: 'All attributes of an entity.' },
  ),
);

export const attributesDraft = component(
  Type.Object(
    { attribute: Type.Array(attributeDraft) },
    { $id: 'EdgeAttributesDraft', description: 'A list that replaces all attributes of an entity.' },
  ),
);

export const stamps = {
  createdAt: Type.Integer({ description: 'Milliseconds since 1970 UTC.' }),
  createdBy: Type.String({ description: 'E-mail of the account.' }),
  lastModifiedAt: Type.Integer({ description: 'Milliseconds since 1970 UTC.' }),
  lastModifiedBy: Type.String({ description: 'E-mail of the account.' }),
};

export const developer = component(
  Type.Object(
    {
      apps: Type.Array(Type.String(), { description: 'Names of the first 100 apps.' }),
      companies: Type.Array(Type.String()),
      email: Type.String(),
      developerId: Type.String(),
      firstName: Type.String(),
      lastName: Type.String(),
      userName: Type.Optional(Type.String()),
      organizationName: Type.String(),
      status: Type.Union([Type.Literal('active'), Type.Literal('inactive')]),
      attributes: Type.Array(attribute),
      ...stamps,
    },
    { $id: 'EdgeDeveloper', description: 'A developer: somebody who registers apps.' },
  ),
);

/** Members that a client may set; everything else that it sends back is ignored (compat/edge.md §3.2). */
export const developerDraft = component(
  Type.Object(
    {
      email: Type.Optional(Type.String()),
      firstName: Type.Optional(Type.String()),
      lastName: Type.Optional(Type.String()),
      userName: Type.Optional(Type.String()),
      attributes: Type.Optional(Type.Array(attributeDraft)),
    },
    {
      $id: 'EdgeDeveloperDraft',
      description: 'A developer as a body carries it: email, firstName and lastName are required.',
    },
  ),
);

export const developerList = component(Type.Object({ developer: Type.Array(developer) }, { $id: 'EdgeDeveloperList' }));

export const names = component(Type.Array(Type.String(), { $id: 'EdgeNames', description: 'Names, ids or e-mails.' }));

const property = Type.Object({ name: Type.String(), value: Type.String() });
const properties = Type.Object({ property: Type.Array(property) });
const propertyDraft = Type.Object({ name: Type.Optional(Type.String()), value: Type.Optional(Type.String()) });

export const organization = component(
  Type.Object(
    {
      createdAt: stamps.createdAt,
      createdBy: stamps.createdBy,
      displayName: Type.String(),
      environments: Type.Array(Type.String()),
      lastModifiedAt: stamps.lastModifiedAt,
      lastModifiedBy: stamps.lastModifiedBy,
      name: Type.String(),
      properties,
      type: Type.String(),
    },
    { $id: 'EdgeOrganization', description: 'A tenant.' },
  ),
);

/** What a client may change; everything else that it sends back is ignored. */
export const organizationDraft = component(
  Type.Object(
    {
      displayName: Type.Optional(Type.String()),
      properties: Type.Optional(Type.Object({ property: Type.Optional(Type.Array(propertyDraft)) })),
    },
    { $id: 'EdgeOrganizationDraft', description: 'What to change of an organization; properties are replaced whole.' },
  ),
);

export const environment = component(
  Type.Object(
    { ...stamps, name: Type.String(), properties },
    { $id: 'EdgeEnvironment', description: 'Where proxies run, as test and prod.' },
  ),
);

const userNames = { emailId: Type.String(), firstName: Type.String(), lastName: Type.String() };

export const user = component(
  Type.Object(userNames, { $id: 'EdgeUser', description: 'An account that calls the management API.' }),
);

export const userDraft = component(
  Type.Object(
    {
      emailId: Type.Optional(Type.String()),
      firstName: Type.Optional(Type.String()),
      lastName: Type.Optional(Type.String()),
      password: Type.Optional(Type.String({ description: 'Never shown again.' })),
    },
    { $id: 'EdgeUserDraft', description: 'An account as a body carries it.' },
  ),
);

const heldRole = Type.Object({ name: Type.String(), organization: Type.String() });

export const heldRoles = component(
  Type.Object({ role: Type.Array(heldRole) }, { $id: 'EdgeHeldRoles', description: 'Roles that an account holds.' }),
);

export const member = component(
  Type.Object(
    { ...userNames, roles: heldRoles },
    { $id: 'EdgeMember', description: 'An account with the roles that it holds in the organization.' },
  ),
);

export const memberDraft = component(
  Type.Object(
    { id: Type.Optional(Type.String()), emailId: Type.Optional(Type.String()) },
    { $id: 'EdgeMemberDraft', description: 'Who is to get the role: the e-mail as `id`, or as `emailId`.' },
  ),
);

export const role = component(Type.Object({ name: Type.String() }, { $id: 'EdgeRole', description: 'A role.' }));

export const roles = component(Type.Object({ role: Type.Array(role) }, { $id: 'EdgeRoles' }));

const roleDraft = Type.Object({ name: Type.String(), organization: Type.Optional(Type.String()) });

export const rolesDraft = component(
  Type.Object(
    { role: Type.Array(Type.Union([roleDraft, Type.String()])) },
    { $id: 'EdgeRolesDraft', description: 'Roles by name, as objects or as plain texts.' },
  ),
);

export const permission = component(
  Type.Object(
    { organization: Type.String(), path: Type.String(), permissions: Type.Array(Type.String()) },
    { $id: 'EdgePermission', description: 'What a role may do on a path: get, put (which is POST too) and delete.' },
  ),
);

export const permissions = component(
  Type.Object({ resourcePermission: Type.Array(permission) }, { $id: 'EdgePermissions' }),
);

const permissionParts = {
  path: Type.Optional(Type.String({ description: 'Below the organization; `*` stands for one segment.' })),
  permissions: Type.Optional(Type.Array(Type.String())),
};

export const permissionDraft = component(
  Type.Object(permissionParts, { $id: 'EdgePermissionDraft', description: 'A path and the verbs allowed on it.' }),
);

export const permissionsDraft = component(
  Type.Object({ resourcePermission: Type.Array(permissionDraft) }, { $id: 'EdgePermissionsDraft' }),
);

export const auditRecords = component(
  Type.Object(
    {
      auditRecord: Type.Array(
        Type.Object({
          operation: Type.String({ description: 'CREATE, UPDATE or DELETE.' }),
          request: Type.String({ description: 'What was asked for, without secrets.' }),
          requestUri: Type.String(),
          responseCode: Type.Integer(),
          timeStamp: Type.Integer({ description: 'Milliseconds since 1970 UTC.' }),
          user: Type.String({ description: 'E-mail of the account.' }),
        }),
      ),
    },
    { $id: 'EdgeAuditRecords', description: 'Who changed what, newest first.' },
  ),
);

const error = component(
  Type.Object(
    { code: Type.String(), message: Type.String(), contexts: Type.Array(Type.Unknown()) },
    { $id: 'EdgeError', description: 'Why a call was refused.' },
  ),
);

/** A route's answers: its own of success, and the error shape for the rest. */
export function answers(status: number, schema: TSchema): Record<string, TSchema> {
  return { [status]: schema, '4xx': error, '5xx': error };
}

export const nothing = Type.Null({ description: 'No content.' });

/** For routes whose body is absent on an action. */
export function optional<S extends TSchema>(schema: S): TUnion<[S, TNull]> {
  return Type.Union([schema, Type.Null()]);
}

export const organizationParams = Type.Object({
  organization: Type.String({ description: 'Name of the organization.' }),
});

export const environmentParams = Type.Object({
  ...organizationParams.properties,
  environment: Type.String({ description: 'Name of the environment.' }),
});

const userSegment = { user: Type.String({ description: 'E-mail of the account.' }) };

export const userParams = Type.Object(userSegment);
export const userRoleParams = Type.Object({ ...userSegment, role: Type.String({ description: 'Name of the role.' }) });
export const organizationUserParams = Type.Object({ ...organizationParams.properties, ...userSegment });

export const roleParams = Type.Object({
  ...organizationParams.properties,
  role: Type.String({ description: 'Name of the role.' }),
});

export const memberParams = Type.Object({ ...roleParams.properties, ...userSegment });

export const permissionParams = Type.Object({
  ...roleParams.properties,
  permission: Type.String({ description: '`get`, `put` or `delete`.' }),
});

export const developerParams = Type.Object({
  ...organizationParams.properties,
  developer: Type.String({ description: 'E-mail or id of the developer.' }),
});
