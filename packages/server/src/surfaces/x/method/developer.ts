import type { DiscoveryMethod, QueryParameter, ResourceParameter } from '../discovery-method.ts';
import { attributeMessage, attributesMessage } from '../schema/attribute.ts';
import { developerMessage, listOfDevelopersMessage } from '../schema/developer.ts';
import { emptyMessage } from '../schema/empty.ts';

const inOrganization: ResourceParameter = {
  name: 'parent',
  template: 'organizations/{organizationsId}',
  doc: 'The organization, as organizations/myorg.',
};

const developerTemplate = 'organizations/{organizationsId}/developers/{developersId}';

const developer: ResourceParameter = {
  name: 'name',
  template: developerTemplate,
  doc: 'The developer by e-mail or id, as organizations/myorg/developers/ann@example.com.',
};

const ofDeveloper: ResourceParameter = { ...developer, name: 'parent' };

const attribute: ResourceParameter = {
  name: 'name',
  template: `${developerTemplate}/attributes/{attributesId}`,
  doc: 'The attribute, as organizations/myorg/developers/ann@example.com/attributes/tier.',
};

const action: QueryParameter = { type: 'string', doc: 'Either active or inactive.' };

const developerQuery: Readonly<Record<string, QueryParameter>> = {
  expand: { type: 'boolean', doc: 'Whether to show all of each developer, or the e-mail alone.' },
  count: { type: 'int64', doc: 'How many to answer with, 1 to 1000.' },
  startKey: { type: 'string', doc: 'E-mail of the first developer to answer with.' },
  app: { type: 'string', doc: 'Shows only owners of an app of this name; count and startKey are not heeded then.' },
  ids: { type: 'string', doc: 'Shows only these developers: ids or e-mails, divided by commas.' },
  includeCompany: { type: 'boolean', doc: 'Taken for the sake of older clients. No developer is left out without it.' },
};

export const developerMethods: readonly DiscoveryMethod[] = [
  {
    id: 'apigee.organizations.developers.list',
    httpMethod: 'GET',
    doc: 'Tells of the developers of an organization, ordered by e-mail and at most 1000 at a time.',
    resource: inOrganization,
    suffix: '/developers',
    query: developerQuery,
    response: listOfDevelopersMessage,
  },
  {
    id: 'apigee.organizations.developers.create',
    httpMethod: 'POST',
    doc: 'Makes a developer, who is active from the start.',
    resource: inOrganization,
    suffix: '/developers',
    request: developerMessage,
    response: developerMessage,
  },
  {
    id: 'apigee.organizations.developers.get',
    httpMethod: 'GET',
    doc: 'Tells of one developer, with the names of the first 100 apps.',
    resource: developer,
    query: { action: { type: 'string', doc: 'Taken and not heeded.' } },
    response: developerMessage,
  },
  {
    id: 'apigee.organizations.developers.update',
    httpMethod: 'PUT',
    doc: 'Sets all that a client may set of a developer; what is not sent is gone. E-mail and status stay as they are.',
    resource: developer,
    request: developerMessage,
    response: developerMessage,
  },
  {
    id: 'apigee.organizations.developers.setDeveloperStatus',
    httpMethod: 'POST',
    doc: 'Turns a developer active or inactive. Keys of an inactive one do not verify. Answers 204.',
    resource: developer,
    query: { action },
    response: emptyMessage,
  },
  {
    id: 'apigee.organizations.developers.delete',
    httpMethod: 'DELETE',
    doc: 'Deletes a developer with all apps and keys. Answers with the developer as it was.',
    resource: developer,
    response: developerMessage,
  },
  {
    id: 'apigee.organizations.developers.attributes',
    httpMethod: 'POST',
    doc: 'Sets all attributes of a developer; those not sent are gone.',
    resource: ofDeveloper,
    suffix: '/attributes',
    request: attributesMessage,
    response: attributesMessage,
  },
  {
    id: 'apigee.organizations.developers.attributes.list',
    httpMethod: 'GET',
    doc: 'Tells all attributes of a developer.',
    resource: ofDeveloper,
    suffix: '/attributes',
    response: attributesMessage,
  },
  {
    id: 'apigee.organizations.developers.attributes.get',
    httpMethod: 'GET',
    doc: 'Tells one attribute of a developer.',
    resource: attribute,
    response: attributeMessage,
  },
  {
    id: 'apigee.organizations.developers.attributes.updateDeveloperAttribute',
    httpMethod: 'POST',
    doc: 'Sets one attribute of a developer, whether it was there or not.',
    resource: attribute,
    request: attributeMessage,
    response: attributeMessage,
  },
  {
    id: 'apigee.organizations.developers.attributes.delete',
    httpMethod: 'DELETE',
    doc: 'Takes one attribute from a developer. Answers with the attribute as it was.',
    resource: attribute,
    response: attributeMessage,
  },
];
