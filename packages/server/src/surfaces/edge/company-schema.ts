import { Type } from '@sinclair/typebox';
import { attribute, attributeDraft, component, organizationParams, stamps } from './schema.ts';

/** Companies as JSON, in Edge's order of members, which is not alphabetical (compat/edge.md §7). */
export const company = component(
  Type.Object(
    {
      apps: Type.Array(Type.String(), { description: 'Names of the first 100 apps.' }),
      name: Type.String(),
      displayName: Type.Optional(Type.String()),
      status: Type.Union([Type.Literal('active'), Type.Literal('inactive')]),
      attributes: Type.Array(attribute),
      ...stamps,
    },
    { $id: 'EdgeCompany', description: 'A group of developers that owns apps.' },
  ),
);

export const companyList = component(Type.Object({ company: Type.Array(company) }, { $id: 'EdgeCompanyList' }));

/** Members that a client may set; everything else that it sends back is ignored. */
export const companyDraft = component(
  Type.Object(
    {
      name: Type.Optional(Type.String({ description: 'Needed to create one; can not change.' })),
      displayName: Type.Optional(Type.String()),
      attributes: Type.Optional(Type.Array(attributeDraft)),
    },
    { $id: 'EdgeCompanyDraft', description: 'A company as a body carries it.' },
  ),
);

export const companyMembers = component(
  Type.Object(
    { developer: Type.Array(Type.Object({ email: Type.String(), role: Type.Optional(Type.String()) })) },
    { $id: 'EdgeCompanyMembers', description: 'Developers who belong to a company, each with a role or none.' },
  ),
);

export const companyMembersDraft = component(
  Type.Object(
    {
      developer: Type.Array(Type.Object({ email: Type.Optional(Type.String()), role: Type.Optional(Type.String()) }), {
        description: 'Added, or given this role in the place of theirs. An empty list removes everybody.',
      }),
    },
    { $id: 'EdgeCompanyMembersDraft', description: 'Developers as a body names them.' },
  ),
);

export const companyParams = Type.Object({
  ...organizationParams.properties,
  company: Type.String({ description: 'Name of the company.' }),
});

export const companyMemberParams = Type.Object({
  ...companyParams.properties,
  developer: Type.String({ description: 'E-mail or id of the developer.' }),
});
