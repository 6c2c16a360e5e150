import type { Attribute } from '../../domain/attribute.ts';
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
import type { MessageOutput } from './message.ts';
import { developerMethods } from './method/developer.ts';
import { alternativeSegments } from './path-segment.ts';
import { answer, type BodyOf, createRoutes, type Handlers, noContent, visit, type XRoute } from './route.ts';
import { attributeMessage, attributesMessage } from './schema/attribute.ts';
import { developerMessage, listOfDevelopersMessage } from './schema/developer.ts';

interface One {
  readonly developersId: string;
}

interface OneAttribute extends One {
  readonly attributesId: string;
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

function answerAttribute(at: Visit, attribute: Attribute): Answer {
  return answer(at, attributeMessage, attribute);
}

function answerAttributes(at: Visit, attribute: readonly Attribute[]): Answer {
  return answer(at, attributesMessage, { attribute });
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

const listAttributes = visit(async (at: Visit<One>) =>
  answerAttributes(at, await listDeveloperAttributes(at.plane, at.call, refOf(at))),
);

const replaceAttributes = visit(async (at: Visit<One, unknown, BodyOf<typeof attributesMessage>>) =>
  answerAttributes(at, await replaceDeveloperAttributes(at.plane, at.call, refOf(at), at.body.attribute ?? [])),
);

const getAttribute = visit(async (at: Visit<OneAttribute>) =>
  answerAttribute(at, await tryNames(at, (name) => getDeveloperAttribute(at.plane, at.call, refOf(at), name))),
);

/** A name in the body has to be the one in the path, where it is there at all. */
const setAttribute = visit(async (at: Visit<OneAttribute, unknown, BodyOf<typeof attributeMessage>>) => {
  const name = at.body.name ?? at.params.attributesId;
  if (!alternativeSegments(at.params.attributesId).includes(name)) {
    throw new Problem('request.invalid', { field: 'name', reason: 'is not the name in the path' });
  }
  const draft = { name, value: at.body.value };
  return answerAttribute(at, await setDeveloperAttribute(at.plane, at.call, refOf(at), draft));
});

const removeAttribute = visit(async (at: Visit<OneAttribute>) =>
  answerAttribute(at, await tryNames(at, (name) => deleteDeveloperAttribute(at.plane, at.call, refOf(at), name))),
);

/** With the first of the names that the segment may stand for under which there is an attribute. */
async function tryNames(at: Visit<OneAttribute>, attempt: (name: string) => Promise<Attribute>): Promise<Attribute> {
  const names = [...alternativeSegments(at.params.attributesId)];
  const last = names.pop() ?? '';
  for (const name of names) {
    try {
      return await attempt(name);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'attribute.not-found') throw error;
    }
  }
  return attempt(last);
}

const handlers: Handlers = {
  'apigee.organizations.developers.list': list,
  'apigee.organizations.developers.create': create,
  'apigee.organizations.developers.get': get,
  'apigee.organizations.developers.update': update,
  'apigee.organizations.developers.setDeveloperStatus': setStatus,
  'apigee.organizations.developers.delete': remove,
  'apigee.organizations.developers.attributes': replaceAttributes,
  'apigee.organizations.developers.attributes.list': listAttributes,
  'apigee.organizations.developers.attributes.get': getAttribute,
  'apigee.organizations.developers.attributes.updateDeveloperAttribute': setAttribute,
  'apigee.organizations.developers.attributes.delete': removeAttribute,
};

export const developerRoutes: readonly XRoute[] = createRoutes(developerMethods, handlers);
