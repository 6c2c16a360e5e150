import { type CompanyView, parseCompanyAction, parseCompanyFilter } from '../../domain/company.ts';
import { Problem } from '../../domain/problem.ts';
import {
  createCompany,
  deleteCompany,
  getCompany,
  pageCompanies,
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
import type { CompanyRef } from '../../operations/company-record.ts';
import type { Answer } from '../http/answer.ts';
import { withStatus } from '../http/route.ts';
import type { Visit } from '../http/visit.ts';
import { createAttributeHandlers } from './attribute.ts';
import type { MessageOutput } from './message.ts';
import { appGroupMethods } from './method/appgroup.ts';
import { segmentNames } from './path-segment.ts';
import { answer, type BodyOf, createRoutes, type Handlers, noContent, visit, type XRoute } from './route.ts';
import { appGroupMessage, listAppGroupsMessage } from './schema/appgroup.ts';

interface One {
  readonly appgroupsId: string;
}

interface ListQuery {
  readonly filter?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
}

interface ActionQuery {
  readonly action?: string;
}

type Body = BodyOf<typeof appGroupMessage>;

function encodeAppGroup(group: CompanyView, organization: string): MessageOutput<typeof appGroupMessage> {
  const { name, displayName, channelId, channelUri, email, status, attributes, createdAt, lastModifiedAt } = group;
  return {
    name,
    appGroupId: group.id,
    displayName,
    channelId,
    channelUri,
    email,
    organization,
    status,
    attributes,
    createdAt,
    lastModifiedAt,
  };
}

function answerAppGroup(at: Visit, group: CompanyView): Answer {
  return answer(at, appGroupMessage, encodeAppGroup(group, at.call.organization.name));
}

function refOf(at: { readonly params: One }): CompanyRef {
  return segmentNames(at.params.appgroupsId);
}

const list = visit(async (at: Visit<unknown, ListQuery>) => {
  const { filter, pageSize, pageToken } = at.query;
  const query = { filter: filter ? parseCompanyFilter(filter) : {}, pageSize, pageToken };
  const { items, nextPageToken, totalSize } = await pageCompanies(at.plane, at.call, query);
  const appGroups = items.map((each) => encodeAppGroup(each, at.call.organization.name));
  return answer(at, listAppGroupsMessage, { appGroups, nextPageToken, totalSize });
});

const create = visit(async (at: Visit<unknown, unknown, Body>) =>
  answerAppGroup(at, await createCompany(at.plane, at.call, at.body)),
);

const get = visit(async (at: Visit<One>) => answerAppGroup(at, await getCompany(at.plane, at.call, refOf(at))));

async function act(at: Visit<One>, action: string): Promise<Answer> {
  await setCompanyStatus(at.plane, withStatus(at.call, 204), refOf(at), parseCompanyAction(action));
  return noContent;
}

const updateOrAct = visit(async (at: Visit<One, ActionQuery, Body>) =>
  at.query.action === undefined
    ? answerAppGroup(at, await updateCompany(at.plane, at.call, refOf(at), at.body))
    : act(at, at.query.action),
);

const setStatus = visit(async (at: Visit<One, ActionQuery>) => {
  if (at.query.action === undefined) throw new Problem('request.missing', { field: 'action' });
  return act(at, at.query.action);
});

const remove = visit(async (at: Visit<One>) => answerAppGroup(at, await deleteCompany(at.plane, at.call, refOf(at))));

const attributes = createAttributeHandlers<One>({
  list: (at) => listCompanyAttributes(at.plane, at.call, refOf(at)),
  replace: (at, drafts) => replaceCompanyAttributes(at.plane, at.call, refOf(at), drafts),
  get: (at, name) => getCompanyAttribute(at.plane, at.call, refOf(at), name),
  set: (at, draft) => setCompanyAttribute(at.plane, at.call, refOf(at), draft),
  remove: (at, name) => deleteCompanyAttribute(at.plane, at.call, refOf(at), name),
});

const handlers: Handlers = {
  'apigee.organizations.appgroups.list': list,
  'apigee.organizations.appgroups.create': create,
  'apigee.organizations.appgroups.get': get,
  'apigee.organizations.appgroups.update': updateOrAct,
  'apigee.organizations.appgroups.delete': remove,
  'apigee.organizations.appgroups.setStatus': setStatus,
  'apigee.organizations.appgroups.attributes': attributes.replace,
  'apigee.organizations.appgroups.attributes.list': attributes.list,
  'apigee.organizations.appgroups.attributes.get': attributes.get,
  'apigee.organizations.appgroups.attributes.set': attributes.set,
  'apigee.organizations.appgroups.attributes.delete': attributes.remove,
};

export const appGroupRoutes: readonly XRoute[] = createRoutes(appGroupMethods, handlers);
