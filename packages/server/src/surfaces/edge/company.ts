import { type Static, Type } from '@sinclair/typebox';
import { type CompanyDraft, type CompanyView, parseCompanyAction } from '../../domain/company.ts';
import {
  createCompany,
  deleteCompany,
  getCompany,
  listCompanies,
  setCompanyStatus,
  updateCompany,
} from '../../operations/company.ts';
import {
  deleteCompanyAttribute,
  getCompanyAttribute,
  listCompanyAttributes,
  replaceCompanyAttributes,
  setCompanyAttribute,
} from '../../operations/company-attribute.ts';
import type { Answer } from '../http/answer.ts';
import type { AttributeCalls } from '../http/attribute-call.ts';
import { withStatus } from '../http/route.ts';
import type { Visit } from '../http/visit.ts';
import { createAttributeRoutes } from './attribute.ts';
import * as company from './company-schema.ts';
import { companiesDocument, companyDocument } from './company-shape.ts';
import { always, answer, type EdgeRoute, nothing, unlessAction, visit } from './route.ts';
import * as schema from './schema.ts';
import * as shape from './shape.ts';

const listQuery = Type.Object({
  expand: Type.Optional(Type.Boolean({ description: 'Whole companies instead of names.' })),
  count: Type.Optional(Type.Integer({ description: 'Size of the page, at most 1000.' })),
  startKey: Type.Optional(Type.String({ description: 'Name of the first company of the page, inclusive.' })),
});

const actionQuery = Type.Object({
  action: Type.Optional(
    Type.String({ description: '`active` or `inactive`: sets the status, and the body is ignored.' }),
  ),
});

type Query = Static<typeof listQuery>;
type Action = Static<typeof actionQuery>;
type One = Static<typeof company.companyParams>;

function encodeCompany(value: CompanyView): Static<typeof company.company> {
  return {
    apps: [...value.apps],
    name: value.name,
    ...(value.displayName === undefined ? undefined : { displayName: value.displayName }),
    status: value.status,
    attributes: [...value.attributes],
    createdAt: value.createdAt,
    createdBy: value.createdBy,
    lastModifiedAt: value.lastModifiedAt,
    lastModifiedBy: value.lastModifiedBy,
  };
}

function answerCompany(at: Visit, value: CompanyView): Answer {
  return answer(at, encodeCompany(value), companyDocument);
}

const list = visit(async (at: Visit<unknown, Query>) => {
  const { expand = false, count, startKey } = at.query;
  const companies = await listCompanies(at.plane, at.call, { expand, count, startKey });
  if (expand) return answer(at, { company: companies.map(encodeCompany) }, companiesDocument);
  const names = companies.map(({ name }) => name);
  return answer(at, names, shape.namesDocument);
});

const create = visit(async (at: Visit<unknown, unknown, CompanyDraft>) =>
  answerCompany(at, await createCompany(at.plane, at.call, at.body)),
);

const get = visit(async (at: Visit<One>) => answerCompany(at, await getCompany(at.plane, at.call, refOf(at))));

/** An action sets the status, a body updates; clients send both by PUT and by POST (compat/edge.md §7). */
const updateOrAct = visit(async (at: Visit<One, Action, CompanyDraft>) => {
  if (at.query.action === undefined) {
    return answerCompany(at, await updateCompany(at.plane, at.call, refOf(at), at.body));
  }
  await setCompanyStatus(at.plane, withStatus(at.call, 204), refOf(at), parseCompanyAction(at.query.action));
  return nothing;
});

const remove = visit(async (at: Visit<One>) => answerCompany(at, await deleteCompany(at.plane, at.call, refOf(at))));

const attributeCalls: AttributeCalls<One> = {
  list: (at) => listCompanyAttributes(at.plane, at.call, refOf(at)),
  replace: (at, drafts) => replaceCompanyAttributes(at.plane, at.call, refOf(at), drafts),
  get: (at, name) => getCompanyAttribute(at.plane, at.call, refOf(at), name),
  set: (at, draft) => setCompanyAttribute(at.plane, at.call, refOf(at), draft),
  remove: (at, name) => deleteCompanyAttribute(at.plane, at.call, refOf(at), name),
};

function refOf(at: { readonly params: One }): [string] {
  return [at.params.company];
}

const collection = '/organizations/:organization/companies';
const item = `${collection}/:company`;
const tag = 'companies';
const { answers } = schema;
const { companyParams: params } = company;

function updateOrActRoute(id: string, method: 'PUT' | 'POST'): EdgeRoute {
  return {
    id,
    method,
    path: item,
    summary: 'Update a company, or set its status (?action=)',
    tag,
    status: 200,
    takesBody: unlessAction,
    document: companyDocument,
    schema: {
      params,
      querystring: actionQuery,
      body: schema.optional(company.companyDraft),
      response: { ...answers(200, company.company), 204: schema.nothing },
    },
    handle: updateOrAct,
  };
}

export const companyRoutes: readonly EdgeRoute[] = [
  {
    id: 'edge.companies.list',
    method: 'GET',
    path: collection,
    summary: 'List companies',
    tag,
    status: 200,
    schema: {
      params: schema.organizationParams,
      querystring: listQuery,
      response: answers(200, Type.Union([schema.names, company.companyList])),
    },
    handle: list,
  },
  {
    id: 'edge.companies.create',
    method: 'POST',
    path: collection,
    summary: 'Create a company',
    tag,
    status: 201,
    takesBody: always,
    document: companyDocument,
    schema: {
      params: schema.organizationParams,
      body: company.companyDraft,
      response: answers(201, company.company),
    },
    handle: create,
  },
  {
    id: 'edge.companies.get',
    method: 'GET',
    path: item,
    summary: 'Get a company, active or not',
    tag,
    status: 200,
    schema: { params, response: answers(200, company.company) },
    handle: get,
  },
  updateOrActRoute('edge.companies.updateOrAct', 'PUT'),
  updateOrActRoute('edge.companies.updateOrActByPost', 'POST'),
  {
    id: 'edge.companies.delete',
    method: 'DELETE',
    path: item,
    summary: 'Delete a company with its apps and keys',
    tag,
    status: 200,
    schema: { params, response: answers(200, company.company) },
    handle: remove,
  },
  ...createAttributeRoutes({
    id: 'edge.companies',
    path: item,
    tag,
    noun: 'a company',
    params,
    calls: attributeCalls,
  }),
];
