import { type DeveloperView, keyOfEmail, parseDeveloperStatus } from '../../domain/developer.ts';
import { Problem } from '../../domain/problem.ts';
import {
  createDeveloper,
  type DeveloperRef,
  deleteDeveloper,
  deleteDeveloperAttribute,
  getDeveloper,
  getDeveloperAttribute,
  listDeveloperAttributes,
  listDevelopers,
  replaceDeveloperAttributes,
  setDeveloperAttribute,
  setDeveloperStatus,
  updateDeveloper,
} from '../../operations/developer.ts';
import type { Answer } from '../http/answer.ts';
import type { Visit } from '../http/visit.ts';
import { createAttributeHandlers } from './attribute.ts';
import type { MessageOutput } from './message.ts';
import { developerMethods } from './method/developer.ts';
import { alternativeSegments } from './path-segment.ts';
import { answer, type BodyOf, createRoutes, type Handlers, noContent, visit, type XRoute } from './route.ts';
import { developerMessage, listOfDevelopersMessage } from './schema/developer.ts';

interface One {
  readonly developersId: string;
}

interface ListQuery {
  readonly expand?: boolean;
  readonly count?: number;
  readonly startKey?: string;
  readonly app?: string;
  readonly ids?: string;
  readonly includeCompany?: boolean;
}

type DeveloperBody = BodyOf<typeof developerMessage>;

/** X shows an e-mail in lower case, whichever case it was given in (design.md, "E-mail"). */
function encodeDeveloper(developer: DeveloperView, organizationName: string): MessageOutput<typeof developerMessage> {
  const { firstName, lastName, userName, attributes, apps, companies, status } = developer;
  return {
    email: keyOfEmail(developer.email),
    firstName,
    lastName,
    userName,
    attributes,
    apps,
    companies,
    developerId: developer.id,
    organizationName,
    status,
    createdAt: developer.createdAt,
    lastModifiedAt: developer.lastModifiedAt,
    accessType: developer.accessType,
    appFamily: developer.appFamily,
  };
}

function answerDeveloper(at: Visit, developer: DeveloperView): Answer {
  return answer(at, developerMessage, encodeDeveloper(developer, at.call.organization.name));
}

function refOf(at: { readonly params: One }): DeveloperRef {
  const [first, ...others] = alternativeSegments(at.params.developersId);
  return [first ?? '', ...others];
}

/** The owners of an app are shown whole: clients read more than the e-mail of them (compat/x.md §1.2). */
const list = visit(async (at: Visit<unknown, ListQuery>) => {
  const { query } = at;
  const whole = query.expand === true || query.app !== undefined;
  const developers = await listDevelopers(at.plane, at.call, {
    expand: whole,
    count: query.count,
    startKey: query.startKey,
    app: query.app,
    ids: query.ids?.split(',').filter((id) => id !== ''),
    includeCompany: query.includeCompany === true,
  });
  const developer = developers.map((each) =>
    whole ? encodeDeveloper(each, at.call.organization.name) : { email: keyOfEmail(each.email) },
  );
  return answer(at, listOfDevelopersMessage, { developer });
});

const create = visit(async (at: Visit<unknown, unknown, DeveloperBody>) =>
  answerDeveloper(at, await createDeveloper(at.plane, at.call, at.body)),
);

const get = visit(async (at: Visit<One>) => answerDeveloper(at, await getDeveloper(at.plane, at.call, refOf(at))));

const update = visit(async (at: Visit<One, unknown, DeveloperBody>) =>
  answerDeveloper(at, await updateDeveloper(at.plane, at.call, refOf(at), at.body)),
);

/** An update by POST does not exist here (design.md, "Dialects"). */
const setStatus = visit(async (at: Visit<One, { action?: string }>) => {
  if (at.query.action === undefined) throw new Problem('request.missing', { field: 'action' });
  await setDeveloperStatus(at.plane, at.call, refOf(at), parseDeveloperStatus(at.query.action));
  return noContent;
});

const remove = visit(async (at: Visit<One>) =>
  answerDeveloper(at, await deleteDeveloper(at.plane, at.call, refOf(at))),
);

const attributes = createAttributeHandlers<One>({
  list: (at) => listDeveloperAttributes(at.plane, at.call, refOf(at)),
  replace: (at, drafts) => replaceDeveloperAttributes(at.plane, at.call, refOf(at), drafts),
  get: (at, name) => getDeveloperAttribute(at.plane, at.call, refOf(at), name),
  set: (at, draft) => setDeveloperAttribute(at.plane, at.call, refOf(at), draft),
  remove: (at, name) => deleteDeveloperAttribute(at.plane, at.call, refOf(at), name),
});

const handlers: Handlers = {
  'apigee.organizations.developers.list': list,
  'apigee.organizations.developers.create': create,
  'apigee.organizations.developers.get': get,
  'apigee.organizations.developers.update': update,
  'apigee.organizations.developers.setDeveloperStatus': setStatus,
  'apigee.organizations.developers.delete': remove,
  'apigee.organizations.developers.attributes': attributes.replace,
  'apigee.organizations.developers.attributes.list': attributes.list,
  'apigee.organizations.developers.attributes.get': attributes.get,
  'apigee.organizations.developers.attributes.updateDeveloperAttribute': attributes.set,
  'apigee.organizations.developers.attributes.delete': attributes.remove,
};

export const developerRoutes: readonly XRoute[] = createRoutes(developerMethods, handlers);
