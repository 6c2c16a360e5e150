import { type Static, type TNull, type TSchema, type TUnion, type TUnsafe, Type } from '@sinclair/typebox';

/** Edge's entities as JSON, in the order of their members on the wire (compat/edge.md §1.2, §2, §3.1). */

const named: TSchema[] = [];

/** Named schemas, for the document's components. */
export const components: readonly TSchema[] = named;

function component<S extends TSchema>(schema: S): TUnsafe<Static<S>> {
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

const stamps = {
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
    { $id: 'EdgeDeveloperDraft', description: 'A developer as a body carries it: email, firstName and lastName are required.' },
  ),
);

export const developerList = component(Type.Object({ developer: Type.Array(developer) }, { $id: 'EdgeDeveloperList' }));

export const names = component(
  Type.Array(Type.String(), { $id: 'EdgeNames', description: 'Names, ids or e-mails.' }),
);

const property = Type.Object({ name: Type.String(), value: Type.String() });
const properties = Type.Object({ property: Type.Array(property) });

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

export const environment = component(
  Type.Object(
    { ...stamps, name: Type.String(), properties },
    { $id: 'EdgeEnvironment', description: 'Where proxies run, as test and prod.' },
  ),
);

export const error = component(
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

export const organizationParams = Type.Object({ organization: Type.String({ description: 'Name of the organization.' }) });

export const developerParams = Type.Object({
  ...organizationParams.properties,
  developer: Type.String({ description: 'E-mail or id of the developer.' }),
});

export const developerAttributeParams = Type.Object({
  ...developerParams.properties,
  attribute: Type.String({ description: 'Name of the attribute.' }),
});
