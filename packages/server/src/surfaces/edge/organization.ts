import type { Static } from '@sinclair/typebox';
import { type Property, parseProperties } from '../../domain/organization.ts';
import {
  getOrganization,
  listOrganizations,
  type OrganizationView,
  updateOrganization,
} from '../../operations/organization.ts';
import type { Answer } from '../http/answer.ts';
import type { Visit } from '../http/visit.ts';
import { always, answer, attend, type EdgeRoute, visit } from './route.ts';
import * as schema from './schema.ts';
import * as shape from './shape.ts';

/** Without it the PHP client never asks for a page (compat/edge.md §1.5). True here whatever is stored. */
const cpsEnabled: Property = { name: 'features.isCpsEnabled', value: 'true' };
/** Tells clients that they speak to X; so it is never seen in this view (design.md, "Dialects"). */
const hybridEnabled = 'features.hybrid.enabled';

function isOwnedByView({ name }: Property): boolean {
  return name === cpsEnabled.name || name === hybridEnabled;
}

function encodeOrganization({ organization, environments }: OrganizationView): Static<typeof schema.organization> {
  const stored = organization.properties.filter((property) => !isOwnedByView(property));
  return {
    createdAt: organization.createdAt,
    createdBy: organization.createdBy,
    displayName: organization.displayName,
    environments: [...environments],
    lastModifiedAt: organization.lastModifiedAt,
    lastModifiedBy: organization.lastModifiedBy,
    name: organization.name,
    properties: { property: [cpsEnabled, ...stored].map(({ name, value }) => ({ name, value })) },
    // Trial organizations of the original have limits that this plane does not set.
    type: 'paid',
  };
}

function answerOrganization(at: Visit, view: OrganizationView): Answer {
  return answer(at, encodeOrganization(view), shape.organizationDocument);
}

const list = attend(async (at) => {
  const organizations = await listOrganizations(at.plane, at);
  return answer(
    at,
    organizations.map(({ name }) => name),
    shape.namesDocument,
  );
});

const get = visit(async (at) => answerOrganization(at, await getOrganization(at.plane, at.call)));

/** Clients send back all that they read, so what the view adds or hides is not theirs to change. */
const update = visit(async (at: Visit<unknown, unknown, Static<typeof schema.organizationDraft>>) => {
  const { displayName, properties } = at.body;
  const kept = at.call.organization.properties.filter(isOwnedByView);
  const sent = properties?.property?.map(({ name = '', value = '' }) => ({ name, value }));
  const patch = {
    displayName,
    properties: sent && [...parseProperties(sent).filter((property) => !isOwnedByView(property)), ...kept],
  };
  return answerOrganization(at, await updateOrganization(at.plane, at.call, patch));
});

const tag = 'organizations';
const { organizationParams: params, answers } = schema;

export const organizationRoutes: readonly EdgeRoute[] = [
  {
    id: 'edge.organizations.list',
    method: 'GET',
    path: '/organizations',
    summary: 'List the organizations that the account may enter',
    tag,
    status: 200,
    schema: { response: answers(200, schema.names) },
    handle: list,
  },
  {
    id: 'edge.organizations.get',
    method: 'GET',
    path: '/organizations/:organization',
    summary: 'Get an organization',
    tag,
    status: 200,
    schema: { params, response: answers(200, schema.organization) },
    handle: get,
  },
  {
    id: 'edge.organizations.update',
    method: 'POST',
    path: '/organizations/:organization',
    summary: 'Change the display name or the properties of an organization',
    tag,
    status: 200,
    takesBody: always,
    document: shape.organizationDocument,
    schema: { params, body: schema.organizationDraft, response: answers(200, schema.organization) },
    handle: update,
  },
];
